import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type CarouselMarkup, renderCarousel } from '../../server/index.ts';
import type { Candidate } from '../../src/core/candidate.ts';

const render = (candidates: readonly unknown[], rest: Partial<CarouselMarkup> = {}): string =>
  renderCarousel({ placement: 'home', candidates: candidates as Candidate[], locale: 'en', ...rest });

test('writes the links of a carousel, in the order of the server', () => {
  const boot = {
    id: 'boot',
    title: 'Boot',
    url: '/boot',
    image: '/boot.svg',
    price: { amount: 12.5, currency: 'EUR' },
  };
  expect(render([boot, { id: 'tent' }], { heading: 'For you', anchorItemId: 'lamp' })).toBe(
    '<rec-carousel placement="home" heading="For you" anchor-item-id="lamp"><ol>' +
      '<li data-item-id="boot"><a href="/boot"><img class="rec-image" alt="" decoding="async" loading="lazy" src="/boot.svg">' +
      '<span class="rec-title">Boot</span><span class="rec-price">€12.50</span></a></li>' +
      '<li data-item-id="tent"><a><span class="rec-image"></span><span class="rec-title">tent</span>' +
      '<span class="rec-price"></span></a></li></ol></rec-carousel>',
  );
});

test('prices are those of the locale', () => {
  const lamp = { id: 'lamp', price: { amount: 1234.5, currency: 'EUR' } };
  expect(render([lamp], { locale: 'de' })).toContain('<span class="rec-price">1.234,50\u00A0€</span>');
  for (const price of [null, 5, { amount: '5', currency: 'EUR' }, { amount: 5, currency: 'euro' }, { amount: NaN }])
    expect(render([{ id: 'lamp', price }])).toContain('<span class="rec-price"></span>');
});

test('text and attributes end neither their element nor their quotes', () => {
  const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`;
  const html = render([{ id: evil, title: evil, url: `/${evil}`, image: `/${evil}` }], {
    ...{ placement: evil, heading: evil, anchorItemId: evil, attributes: { class: evil } },
    shadow: { stylesheet: evil, previous: evil, next: evil },
  });
  const known =
    /^<\/?(rec-carousel|template|link|section|div|h2|button|slot|svg|path|p|ol|li|a|img|span)( [a-z0-9-]+(="[^"<>']*")?)*>$/i;
  expect(html.match(/<[^>]*>/g)?.filter((tag) => !known.test(tag))).toEqual([]);
  expect(html).toContain('&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html).toContain('&amp;amp;');
});

test.each([
  'javascript:alert(1)',
  ' JaVa\tScript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://a/b',
  'http://[',
  '',
  5,
  null,
  {},
])('%j is neither a link nor a picture', (url) => {
  expect(render([{ id: 'a', url, image: url }])).toContain('<li data-item-id="a"><a><span class="rec-image"></span>');
});

test.each(['https://shop.test/a', 'http://shop.test', '/a', 'a?b=c', '#a', '//cdn.test/a.png'])('%s is both', (url) => {
  expect(render([{ id: 'a', url, image: url }])).toMatch(/<a href="[^"]+"><img [^>]*src="[^"]+">/);
});

test('what no document can hold is replaced in text, and escaped in data', () => {
  const items = [{ id: 'a\uD800', title: '\uDC00b\0 🥾' }];
  const html = render(items, { inlineData: true });
  expect(html).toContain('<li data-item-id="a\uFFFD">');
  expect(html).toContain('<span class="rec-title">\uFFFDb\uFFFD 🥾</span>');
  expect(html).not.toMatch(/\p{Surrogate}/u);
  expect(dataOf(html)).toEqual(items);
});

test('data cannot end its element', () => {
  const list = { requestId: 'r', placement: 'home', issuedAt: 1, ttlMs: 2, items: [{ id: '</ScRipt><!--<script>' }] };
  const html = renderCarousel({ placement: 'home', candidates: list, inlineData: true });
  expect(html.match(/<\/script/gi)).toHaveLength(1);
  expect(html).not.toContain('<!--');
  expect(dataOf(html)).toEqual(list);
});

test('the anchor of a list is that of the element', () => {
  const list = { requestId: '', placement: 'x', issuedAt: 1, ttlMs: 2, items: [], anchorItemId: 'lamp' };
  expect(renderCarousel({ placement: 'home', candidates: list })).toBe(
    '<rec-carousel placement="home" anchor-item-id="lamp"></rec-carousel>',
  );
});

test('odd candidates are left out and odd data throws nothing', () => {
  const cycle: Record<string, unknown> = { id: 'cycle', title: 7 };
  cycle['self'] = cycle;
  const html = render([null, 5, 'a', {}, { id: '' }, { id: 5 }, cycle, { id: 'cycle' }, { id: 'b', big: 1n }], {
    inlineData: true,
  });
  expect(idsOf(html)).toEqual(['cycle', 'b']);
  expect(html).not.toContain('<script');
  expect(idsOf(render(Array.from({ length: 600 }, (_, i) => ({ id: String(i) }))))).toHaveLength(500);
});

test('attributes: true is a bare name, false is none', () => {
  const attributes = { order: 'wait', count: 4, hidden: true, inert: false };
  expect(render([], { attributes })).toBe(
    '<rec-carousel placement="home" order="wait" count="4" hidden></rec-carousel>',
  );
});

test('a card of the site’s own; where it makes none, the plain one', () => {
  const renderItem = ({ id }: Candidate): string => {
    if (id === 'broken') throw new Error('no');
    return id === 'none' ? '' : `<b>${id}</b>`;
  };
  const html = render([{ id: 'own' }, { id: 'broken' }, { id: 'none' }], { renderItem });
  expect(html).toContain('<li data-item-id="own"><b>own</b></li>');
  expect(html.match(/<a>/g)).toHaveLength(2);
});

test('a shadow root without heading names nothing by it, and has no inline style', () => {
  const html = render([], { shadow: { stylesheet: '/rec-carousel.css' } });
  expect(html).toContain('<template shadowrootmode="open"><link rel="stylesheet" href="/rec-carousel.css">');
  expect(html).not.toMatch(/labelledby|<style|style=|<h2/);
});

test.each([
  ['placement', { candidates: [] }],
  ['placement', { placement: '', candidates: [] }],
  ['candidates', { placement: 'home' }],
  ['candidates', { placement: 'home', candidates: { items: 'x' } }],
  ['attributes', { placement: 'home', candidates: [], attributes: { 'a b': '' } }],
  ['attributes', { placement: 'home', candidates: [], attributes: { '><script': '' } }],
  ['attributes', { placement: 'home', candidates: [], attributes: { heading: 'other' } }],
  ['attributes', { placement: 'home', candidates: [], attributes: null }],
  ['heading', { placement: 'home', candidates: [], heading: 5, shadow: { stylesheet: '/x.css' } }],
  ['shadow', { placement: 'home', candidates: [], shadow: {} }],
])('a wrong %s is named', (name, markup) => {
  const call = (): string => renderCarousel(markup as unknown as CarouselMarkup);
  expect(call).toThrow(TypeError);
  expect(call).toThrow(name);
});

test('it needs nothing of a page, and of Node nothing but what edges have', () => {
  const script = `
    for (const name of ['process', 'Buffer', 'require', 'navigator', 'fetch']) delete globalThis[name];
    const { renderCarousel } = await import('./server/index.ts');
    console.log(renderCarousel({ placement: 'home', candidates: [{ id: 'a', url: '/a' }] }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stdout, stderr).toContain('<li data-item-id="a"><a href="/a">');
});

const dataOf = (html: string): unknown =>
  JSON.parse(/<script type="application\/json">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? 'null');
const idsOf = (html: string): (string | undefined)[] =>
  [...html.matchAll(/data-item-id="([^"]*)"/g)].map(([, id]) => id);
