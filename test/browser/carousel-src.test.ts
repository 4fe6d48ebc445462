import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  candidate,
  createRankingKit,
  itemOf,
  linkPrestyle,
  listMarkup,
  mount,
  query,
  shadow,
  shownIds,
  waitFor,
  waitForState,
} from './carousel-fixture.ts';

const ABC = ['a', 'b', 'c'];

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

describe('src', () => {
  const stubFetch = (answer: () => Promise<Response>) => {
    const stub = vi.fn<typeof fetch>(answer);
    vi.stubGlobal('fetch', stub);
    return stub;
  };

  test('skeleton while loading, then cards of its own, then ranked', async () => {
    let answer: (response: Response) => void = () => undefined;
    const stub = stubFetch(() => new Promise((resolve) => (answer = resolve)));
    const carousel = mount('', 'src="/candidates" count="4"');
    carousel.kit = createRankingKit(['b', 'a']);
    const skeleton = await waitFor(() => carousel.shadowRoot?.querySelector('.skeleton'), 'a skeleton');
    expect(skeleton.getAttribute('aria-hidden')).toBe('true');
    expect(skeleton.children).toHaveLength(4);
    expect(shadow(carousel, 'section').getAttribute('aria-busy')).toBe('true');
    const loadingPx = carousel.offsetHeight;

    const price = { amount: 1234.5, currency: 'EUR' };
    answer(Response.json({ items: [candidate('a', { price, image: '/a.svg' }), candidate('b')] }));
    await waitForState(carousel, 'ranked');
    expect(shownIds(carousel)).toEqual(['b', 'a']);
    const card = itemOf(carousel, 'a');
    expect(query(card, 'a').getAttribute('href')).toBe('/product/a');
    expect(query(card, 'img').getAttribute('src')).toBe('/a.svg');
    expect(query(card, '.rec-title').textContent).toBe('Item a');
    const format = new Intl.NumberFormat(document.documentElement.lang || undefined, {
      style: 'currency',
      currency: 'EUR',
    });
    expect(query(card, '.rec-price').textContent).toBe(format.format(1234.5));
    expect(shadow(carousel, 'section').getAttribute('aria-busy')).toBe('false');
    expect(carousel.shadowRoot?.querySelector('.skeleton')).toBeNull();
    expect(carousel.offsetHeight).toBe(loadingPx);

    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await waitFor(() => carousel.slate?.slateId === 'slate-2' || null, 'a second ranking');
    expect(stub).toHaveBeenCalledTimes(1);
    expect(itemOf(carousel, 'a')).toBe(card);
  });

  test('hostile data: text stays text, unsafe urls are dropped, broken entries are left out', async () => {
    const unsafe = ['javascript:alert(1)', ' JaVa\tScript:alert(1)', 'data:text/html,x', 'http://', 'vbscript:x'];
    const items = [
      ...unsafe.map((url, index) => ({ id: String(index), url, image: url, title: '<img src=x onerror=alert(1)>' })),
      { id: 'ok', url: 'https://example.org/?a=1&b="', title: { toString: 1 }, price: { amount: 1, currency: '<b>' } },
      null,
      7,
      { id: 3 },
      { id: 'ok', title: 'again' },
    ];
    stubFetch(() => Promise.resolve(Response.json({ items })));
    const carousel = mount('', 'src="/candidates"');
    await waitFor(() => carousel.querySelector('li'), 'cards');
    expect(shownIds(carousel)).toEqual(['0', '1', '2', '3', '4', 'ok']);
    expect(carousel.querySelectorAll('img, b')).toHaveLength(0);
    expect([...carousel.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))).toEqual([
      'https://example.org/?a=1&b="',
    ]);
    expect(query(itemOf(carousel, '0'), '.rec-title').textContent).toBe('<img src=x onerror=alert(1)>');
    expect(query(itemOf(carousel, 'ok'), 'a').textContent).toBe('ok');
  });

  test.for([
    ['the network fails', () => Promise.reject(new TypeError('offline'))],
    ['the server answers 500', () => Promise.resolve(new Response('{}', { status: 500 }))],
    ['the answer is not JSON', () => Promise.resolve(new Response('<html>'))],
    ['the answer is no list', () => Promise.resolve(Response.json({ items: 'x' }))],
  ] as const)('error where %s and there are no links; with links they are ranked', async ([, answer]) => {
    stubFetch(answer);
    const carousel = mount('', 'src="/candidates"');
    carousel.kit = createRankingKit(['b', 'a', 'c']);
    await waitForState(carousel, 'error');
    expect(carousel.getAttribute('tier')).toBe('server');
    const withLinks = mount(listMarkup(ABC), 'src="/candidates"');
    withLinks.kit = createRankingKit(['b', 'a', 'c']);
    await waitForState(withLinks, 'ranked');
    expect(shownIds(withLinks)).toEqual(['b', 'a', 'c']);
  });

  test('a new src replaces the cards; a failed one is asked for again', async () => {
    const stub = stubFetch(() => Promise.resolve(Response.json([candidate('a')])));
    const carousel = mount('', 'src="/one"');
    await waitFor(() => carousel.querySelector('[data-item-id="a"]'), 'the first cards');
    stub.mockImplementation(() => Promise.reject(new TypeError('offline')));
    carousel.src = '/two';
    await waitForState(carousel, 'error');
    expect(shownIds(carousel)).toEqual([]);
    stub.mockImplementation(() => Promise.resolve(Response.json([candidate('b')])));
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await waitForState(carousel, 'server');
    expect(shownIds(carousel)).toEqual(['b']);
    expect(carousel.querySelectorAll('ol')).toHaveLength(1);
  });
});
