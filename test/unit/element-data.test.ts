import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LitElement } from 'lit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecCarouselEvents } from '../../components/carousel-events.ts';
import { RecCarousel } from '../../components/rec-carousel.ts';
import { RecControls } from '../../components/rec-controls.ts';
import { RecWhy } from '../../components/rec-why.ts';

interface Named {
  readonly name: string;
  readonly default?: string;
  readonly description?: string;
}
interface Declaration {
  readonly name: string;
  readonly tagName: string;
  readonly attributes: readonly Named[];
  readonly members: readonly Named[];
  readonly events?: readonly Named[];
  readonly slots: readonly Named[];
  readonly cssParts: readonly Named[];
  readonly cssProperties?: readonly Named[];
}
interface Manifest {
  readonly modules: readonly { readonly declarations: readonly Declaration[] }[];
}
interface HtmlData {
  readonly tags: readonly { readonly name: string; readonly attributes: readonly Named[] }[];
}
type PropertyOf<Element> = Exclude<keyof Element, keyof LitElement>;

// the compiler holds both lists against the classes: none is missing and none too many
const CAROUSEL = {
  ...{
    placement: 1,
    heading: 1,
    src: 1,
    anchorItemId: 1,
    count: 1,
    order: 1,
    rankBudget: 1,
    focusMode: 1,
    priority: 1,
  },
  ...{
    actions: 1,
    layout: 1,
    state: 1,
    tier: 1,
    kit: 1,
    candidates: 1,
    messages: 1,
    renderItem: 1,
    ranked: 1,
    slate: 1,
  },
} satisfies Record<PropertyOf<RecCarousel>, 1>;
const CONTROLS = { kit: 1, messages: 1, titleOf: 1 } satisfies Record<PropertyOf<RecControls>, 1>;
const WHY = { kit: 1, slate: 1, itemId: 1, titleOf: 1, clock: 1, messages: 1 } satisfies Record<PropertyOf<RecWhy>, 1>;
const EVENTS = {
  ...{ 'rec-ready': 1, 'rec-impression': 1, 'rec-click': 1, 'rec-dismiss': 1, 'rec-undo': 1 },
  ...{ 'rec-fallback': 1, 'rec-problem': 1 },
} satisfies Record<keyof RecCarouselEvents, 1>;

const all = globSync('components/*.{ts,css}');
const OF_CONTROLS = all.filter((file) => file.includes('controls'));
const OF_WHY = all.filter((file) => /(rec-why|why-panel)\.ts$/.test(file));
const OF_CAROUSEL = all.filter((file) => !OF_CONTROLS.includes(file) && !OF_WHY.includes(file));

const ELEMENTS = [
  { element: RecCarousel, properties: CAROUSEL, events: EVENTS, files: OF_CAROUSEL },
  { element: RecControls, properties: CONTROLS, events: {}, files: OF_CONTROLS },
  { element: RecWhy, properties: WHY, events: { 'rec-reason-removed': 1 }, files: OF_WHY },
];

const textOf = (files: readonly string[]): string =>
  // without what the manifest is made of
  files.map((file) => readFileSync(file, 'utf8').replace(/^\s*\/?\*.*$/gm, '')).join('\n');
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();
const namesOf = (list: readonly Named[] | undefined): string[] => sorted((list ?? []).map(({ name }) => name));
const found = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name = '']) => name);

/** What `${…}` in a part stands for: the two buttons of the pager, and the keys that buttons are drawn with. */
const keysOf = (text: string): string[] => [
  ...found(text, /\bpart: '([\w-]+)'/g),
  ...found(text, /(?:renderButton\(view,|\banswer\()([^)]*)/g).flatMap((given) =>
    // a call has one key, or chooses between two
    found(given, /'(\w+)'/g).slice(0, given.includes('?') ? 2 : 1),
  ),
];
function partsIn(text: string): string[] {
  const tokens = found(text, /\bpart="([^"]*)"/g).flatMap((part) => part.split(' '));
  const keys = tokens.some((token) => token.startsWith('$')) ? keysOf(text) : [];
  return sorted([...tokens.filter((token) => !token.startsWith('$')), ...keys]);
}
function slotsIn(text: string): string[] {
  const slots = [...text.matchAll(/<slot(?: name="([^"]*)")?/g)].map(([, name = '']) => name);
  const named = slots.flatMap((name) =>
    name.startsWith('$') ? keysOf(text).map((key) => name.replace(/\$\{\w+\}/, key)) : [name],
  );
  return sorted([...named, ...found(text, /template\[slot="(\w+)"\]/g)]);
}
/** Those that have a fallback say what it is. */
const cssIn = (text: string): string[] =>
  sorted(found(text, /var\((--rec-[a-z-]+, (?:light-dark\([^)]*\)|[^()]+))\)/g).map((name) => name.replace(', ', '=')));

const dir = mkdtempSync(join(tmpdir(), 'nearside-elements-'));
let manifest: Manifest;
let html: HtmlData;

beforeAll(async () => {
  const script = new URL('../../scripts/element-data.mjs', import.meta.url).href;
  const { writeElementData } = (await import(script)) as { writeElementData: (dir: string) => void };
  writeElementData(dir);
  manifest = JSON.parse(readFileSync(join(dir, 'custom-elements.json'), 'utf8')) as Manifest;
  html = JSON.parse(readFileSync(join(dir, 'vscode.html-custom-data.json'), 'utf8')) as HtmlData;
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const declared = (): readonly Declaration[] => manifest.modules.flatMap(({ declarations }) => declarations);

test('the manifest has the three elements and nothing else', () => {
  expect(declared().map(({ name, tagName }) => [name, tagName])).toEqual([
    ['RecCarousel', 'rec-carousel'],
    ['RecControls', 'rec-controls'],
    ['RecWhy', 'rec-why'],
  ]);
});

describe.each(ELEMENTS)('$element.name', ({ element, properties, events, files }) => {
  const own = (): Declaration => declared().find(({ name }) => name === element.name) as Declaration;
  const text = textOf(files);

  test('every observed attribute, property and event is in it, and no other', () => {
    const isInternal = (name: string): boolean =>
      [...element.elementProperties].some(([key, { state }]) => key === name && state === true);
    const observed = element.observedAttributes.filter((name) => !isInternal(name));
    expect(namesOf(own().attributes)).toEqual(sorted(observed));
    expect(namesOf(own().members)).toEqual(sorted(Object.keys(properties)));
    expect(namesOf(own().events)).toEqual(sorted(Object.keys(events)));
  });

  test('every part, slot and custom property of the sources is in it, and no other', () => {
    expect(namesOf(own().cssParts)).toEqual(partsIn(text));
    expect(namesOf(own().slots)).toEqual(slotsIn(text));
    expect(sorted((own().cssProperties ?? []).map((one) => `${one.name}=${String(one.default)}`))).toEqual(cssIn(text));
  });

  test('each of them is described', () => {
    const { cssParts, cssProperties = [], slots, events: told = [] } = own();
    const bare = [...cssParts, ...cssProperties, ...slots, ...told].filter(({ description }) => !description);
    expect(bare).toEqual([]);
  });

  test('an editor offers each attribute but those that the element sets itself', () => {
    const tag = html.tags.find(({ name }) => name === own().tagName);
    const writable = own().attributes.filter(({ name }) => name !== 'state' && name !== 'tier');
    expect(namesOf(tag?.attributes)).toEqual(namesOf(writable));
  });
});

test('a part, a slot and a custom property that nobody has described would be found', () => {
  const text = '<b part="button ${part}"><slot name="${part}-x"></slot></b> var(--rec-new, 1px) { part: \'up\' }';
  expect([partsIn(text), slotsIn(text), cssIn(text)]).toEqual([['button', 'up'], ['up-x'], ['--rec-new=1px']]);
});
