import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLES_DIR, readGallery } from '../../demo/gallery.ts';
import { createShop } from '../../demo/server.ts';

interface Named {
  readonly name: string;
}
interface Declaration {
  readonly tagName: string;
  readonly attributes?: readonly Named[];
  readonly slots?: readonly Named[];
  readonly cssParts?: readonly Named[];
  readonly cssProperties?: readonly Named[];
  readonly events?: readonly Named[];
}

const dir = mkdtempSync(join(tmpdir(), 'nearside-gallery-'));
let declared: readonly Declaration[] = [];
beforeAll(async () => {
  const script = new URL('../../scripts/element-data.mjs', import.meta.url).href;
  const { writeElementData } = (await import(script)) as { writeElementData: (dir: string) => void };
  writeElementData(dir);
  const manifest = JSON.parse(readFileSync(join(dir, 'custom-elements.json'), 'utf8')) as {
    readonly modules: readonly { readonly declarations: readonly Declaration[] }[];
  };
  declared = manifest.modules.flatMap(({ declarations }) => declarations);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const examples = readGallery().groups.flatMap(({ examples: all }) => all);

/** What the examples that hold an element do not show of it. */
function missingIn({ tagName, ...has }: Declaration): string[] {
  const own = examples.filter(({ code }) => code.html?.includes(`<${tagName}`)).map(({ code }) => code);
  const markup = own.map(({ html = '' }) => html).join('\n');
  const css = own.map(({ css: text = '' }) => text).join('\n');
  const scripts = own.map(({ js = '' }) => js).join('\n');
  const shows: Readonly<Record<keyof typeof has, (name: string) => boolean>> = {
    attributes: (name) =>
      new RegExp(`<${tagName}\\s[^>]*\\b${name}=`).test(markup) || new RegExp(`${tagName}\\S*\\[${name}=`).test(css),
    slots: (name) =>
      name === ''
        ? new RegExp(`<${tagName}[^>]*>\\s*[^\\s<]|<${tagName}[^>]*>\\s*<[^/]`).test(markup)
        : markup.includes(`slot="${name}"`),
    cssParts: (name) => css.includes(`::part(${name})`),
    cssProperties: (name) => css.includes(`${name}:`),
    events: (name) => scripts.includes(`'${name}'`),
  };
  return Object.entries(shows).flatMap(([kind, isShown]) =>
    (has[kind as keyof typeof has] ?? []).filter(({ name }) => !isShown(name)).map(({ name }) => `${kind} ${name}`),
  );
}

test('the gallery shows every attribute, slot, part, custom property and event of the manifest', () => {
  expect(declared.map(({ tagName }) => tagName)).toEqual(['rec-carousel', 'rec-controls', 'rec-why']);
  expect(declared.flatMap((one) => missingIn(one).map((what) => `${one.tagName}: ${what}`))).toEqual([]);
});

test('control: what is added to an element and not shown would be found', () => {
  const added: readonly Named[] = [{ name: 'new-thing' }];
  const kinds = { attributes: added, slots: added, cssParts: added, cssProperties: added, events: added };
  const found = ['rec-carousel', 'rec-controls', 'rec-why'].map((tagName) => missingIn({ tagName, ...kinds }).length);
  expect(found).toEqual([5, 5, 5]);
});

test('it shows every state', () => {
  const all = ['empty', 'error', 'fallback', 'hidden', 'ranked', 'server', 'waiting'];
  expect([...new Set(examples.flatMap(({ states = [] }) => states))].sort()).toEqual(all);
});

test('every file belongs to an example, and ids are used once', () => {
  const files = globSync(`${EXAMPLES_DIR}*.{html,css,js}`).map((file) => basename(file));
  const shown = examples.flatMap(({ id, code }) => Object.keys(code).map((kind) => `${id}.${kind}`));
  expect(files.sort()).toEqual(shown.sort());
  const ids = examples.flatMap(({ id, code }) => [
    id,
    ...[...(code.html ?? '').matchAll(/\sid="([^"]*)"/g)].map(([, one]) => one),
  ]);
  expect(ids).toEqual([...new Set(ids)]);
});

describe('the page', () => {
  const shop = createShop({
    collectorApp: { fetch: () => new Response() },
    ...{ distDir: dir, bundleDir: dir, scriptsDir: dir, clock: () => 0 },
  });
  const text = async (path: string): Promise<string> => (await shop.request(path)).text();

  test('runs the very code that it shows', async () => {
    const page = await text('/gallery');
    for (const { id, code } of examples) {
      expect(page).toContain(`id="${id}"`);
      expect(page).toContain(code.html);
      const escaped = Object.values(code).map((one) => one.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
      const shown = [...page.matchAll(/<code>(.*?)<\/code>/gs)].map(([, one = '']) =>
        one.replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'"),
      );
      expect(shown).toEqual(expect.arrayContaining(escaped));
      for (const kind of ['css', 'js'] as const) {
        if (code[kind] === undefined) continue;
        expect(page).toContain(`"/gallery/${id}.${kind}"`);
        expect((await text(`/gallery/${id}.${kind}`)).trimEnd()).toBe(code[kind]);
      }
    }
  });

  test('sends nothing else of that folder', async () => {
    expect(existsSync(join(EXAMPLES_DIR, 'examples.ts'))).toBe(true);
    for (const file of ['examples.ts', 'server.html', '../gallery.ts'])
      expect((await shop.request(`/gallery/${file}`)).status).toBe(404);
  });
});
