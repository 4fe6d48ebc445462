import { afterEach, beforeEach, expect, test } from 'vitest';
import { createItemList } from '../../components/item-card.ts';
import { RecCarousel } from '../../components/rec-carousel.ts';
import { serverStyle } from '../../components/server-style.ts';
import { renderCarousel } from '../../server/index.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import { linkPrestyle, mount, query, shadow as inShadow, waitFor } from './carousel-fixture.ts';

const EVIL = `"'><script>alert(1)</script><b>&amp;`;
const CANDIDATES = [
  { id: 'plain', title: 'Boot', url: '/boot', image: '/boot.svg', price: { amount: 1234.5, currency: 'EUR' } },
  { id: 'bare' },
  { id: EVIL, title: EVIL, url: `/${EVIL}`, image: `/a?${EVIL}` },
  { id: 'unsafe', title: 'x', url: ' JaVa\tscript:alert(1)', image: 'data:image/svg+xml,<svg/>' },
  { id: 'odd', title: 5, url: {}, image: 'http://[', price: { amount: -1, currency: 'usd' } },
  { id: 'none', title: '', url: '//cdn.test/a', image: '', price: { amount: 1, currency: 'euros' } },
] as unknown as Candidate[];

let objectUrl = '';
beforeEach(() => (objectUrl = URL.createObjectURL(new Blob([serverStyle.cssText], { type: 'text/css' }))));
afterEach(() => {
  document.body.replaceChildren();
  document.querySelectorAll('link').forEach((link) => link.remove());
  URL.revokeObjectURL(objectUrl);
});

/** As the parser of a page does it, which innerHTML does not. */
function parse(html: string): HTMLElement {
  const box = document.createElement('div');
  document.body.append(box);
  box.setHTMLUnsafe(html);
  return box;
}

test.each(['en', 'de', 'ar'])('the string and the element make the same cards (%s)', (locale) => {
  const made = createItemList(CANDIDATES, { renderItem: null, template: null, language: locale });
  const html = renderCarousel({ placement: 'home', candidates: CANDIDATES, locale });
  const box = document.createElement('template');
  box.innerHTML = html;
  expect(box.content.querySelector('ol')?.innerHTML).toBe(made.innerHTML);
  expect(made.children).toHaveLength(CANDIDATES.length);
});

/** A line for each element and text, without lit's marks, white space and the order of attributes. */
function linesOf(node: Node | null | undefined): string[] {
  const attributes = node instanceof Element ? [...node.attributes] : [];
  const line =
    node instanceof Element
      ? [node.localName, ...attributes.map(({ name, value }) => `${name}=${value.trim()}`).sort()].join(' ')
      : node instanceof Text
        ? node.data.trim()
        : '';
  return [line, ...[...(node?.childNodes ?? [])].flatMap(linesOf)].filter((text) => text !== '');
}

test.each(['For you', ''])('the string and the element make the same shadow root (heading: %j)', async (heading) => {
  const carousel = mount('');
  carousel.heading = heading;
  await carousel.updateComplete;
  const shadow = { stylesheet: objectUrl };
  // under another name: here the element's is taken
  const html = renderCarousel({ placement: 'home', heading, candidates: [], shadow }).replaceAll('rec-carousel', 'div');
  const sent = parse(html).querySelector('[placement]')?.shadowRoot;
  const [link, ...lines] = linesOf(sent);
  expect(link).toBe(`link href=${objectUrl} rel=stylesheet`);
  expect(lines).toEqual(linesOf(carousel.shadowRoot));
  expect(lines).toContain('slot');
});

test('before the script, heading and scroller are those of the root that was sent', async () => {
  await linkPrestyle();
  const candidates = Array.from({ length: 20 }, (_, i) => ({ id: String(i), title: 'Boot' }));
  const frame = document.createElement('iframe');
  frame.width = '600';
  document.body.append(frame);
  const page = frame.contentDocument as Document;
  await linkPrestyle(page);
  const shadow = { stylesheet: objectUrl };
  page.body.setHTMLUnsafe(renderCarousel({ placement: 'home', heading: 'For you', candidates, shadow }));
  const carousel = query(page, 'rec-carousel');
  const scroller = query(carousel.shadowRoot, '.scroller');
  const list = query(carousel, 'ol');
  await waitFor(() => scroller.scrollWidth > 20 * 176, 'the scroller of the root');
  expect(carousel.matches(':defined')).toBe(false);
  expect(frame.contentWindow?.getComputedStyle(carousel, '::before').content).toBe('none');
  expect(list.scrollWidth).toBe(list.clientWidth);
  expect(query(carousel.shadowRoot, 'h2').getBoundingClientRect().height).toBeGreaterThan(0);
});

test('the element takes over the root that was sent, where it was scrolled to', async () => {
  const candidates = Array.from({ length: 20 }, (_, i) => ({ id: String(i), title: 'Boot', url: `/${String(i)}` }));
  const shadow = { stylesheet: objectUrl };
  const html = renderCarousel({ placement: 'home', heading: 'For you', candidates, shadow });
  const box = parse(html.replaceAll('rec-carousel', 'late-carousel'));
  box.style.inlineSize = '600px';
  const sent = query(box, 'late-carousel') as RecCarousel;
  const before = inShadow(sent, '.scroller');
  await waitFor(() => before.scrollWidth > 20 * 176, 'the scroller of the root');
  before.scrollTo({ left: 384, behavior: 'instant' });
  const { left, top } = query(sent, 'li').getBoundingClientRect();
  customElements.define('late-carousel', class extends RecCarousel {});
  await sent.updateComplete;
  expect(sent.shadowRoot?.querySelectorAll('section')).toHaveLength(1);
  expect(sent.shadowRoot?.querySelector('link')).toBeNull();
  expect(inShadow(sent, '.scroller')).not.toBe(before);
  expect(inShadow(sent, '.scroller').scrollLeft).toBe(384);
  expect(query(sent, 'li').getBoundingClientRect()).toMatchObject({ left, top });
});
