import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { setPageCaps } from '../../components/define.ts';
import type { RecCarousel } from '../../components/rec-carousel.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import {
  candidate,
  createFakeKit,
  createRankingKit,
  createSlate,
  frames,
  itemOf,
  linkPrestyle,
  listMarkup,
  manyIds,
  mount,
  query,
  shadow,
  shownIds,
  waitFor,
  waitForState,
} from './carousel-fixture.ts';

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
  setPageCaps({});
});

const ids = manyIds(12);

/** A kit that shows the candidates as they come, and remembers when it was asked for which. */
function createEchoKit() {
  const asked: [placement: string, ids: string[]][] = [];
  const kit = createFakeKit(async (placement, { candidates }) => {
    const given = candidates as readonly Candidate[];
    asked.push([placement, given.map(({ id }) => id)]);
    await frames(2);
    const slate = createSlate(
      given.map(({ id }) => id),
      { slateId: placement },
    );
    return { ...slate, items: slate.items.map((item, at) => ({ ...item, candidate: given[at] })) };
  });
  return { kit, asked };
}

/** Carousels of one page, with the same candidates each. */
function mountAll(priorities: readonly (string | null)[], list: readonly Candidate[]): RecCarousel[] {
  document.body.innerHTML = priorities
    .map(
      (priority, at) =>
        `<rec-carousel placement="p${String(at)}" count="3" rank-budget="9000" ${priority ? `priority="${priority}"` : ''}></rec-carousel>`,
    )
    .join('');
  const carousels = [...document.querySelectorAll('rec-carousel')];
  for (const carousel of carousels) carousel.candidates = list;
  return carousels;
}
const headOf = (carousel: RecCarousel): string[] =>
  shownIds(carousel)
    .filter((id) => !itemOf(carousel, id).hidden)
    .slice(0, 3);

describe('carousels with a priority', () => {
  test('show no item twice where it is seen, and the smallest chooses first', async () => {
    const { kit, asked } = createEchoKit();
    const [last, first, none, second] = mountAll(
      ['3', '1', null, '1'],
      ids.map((id) => candidate(id)),
    );
    for (const carousel of [last, first, none, second]) carousel.kit = kit;
    await Promise.all([last, first, none, second].map((carousel) => waitForState(carousel, 'ranked')));
    expect([first, second, last, none].map(headOf)).toEqual([
      ['i0', 'i1', 'i2'],
      ['i3', 'i4', 'i5'],
      ['i6', 'i7', 'i8'],
      ['i0', 'i1', 'i2'],
    ]);
    const order = asked.map(([placement]) => placement).filter((placement) => placement !== 'p2');
    expect(order).toEqual(['p1', 'p3', 'p0']);
  });

  test('keep to the caps of the page', async () => {
    setPageCaps({ category: 3 });
    const { kit } = createEchoKit();
    const list = ids.map((id, at) => candidate(id, { category: at < 6 ? 'a' : 'b' }));
    const [first, second] = mountAll(['1', '2'], list);
    for (const carousel of [first, second]) carousel.kit = kit;
    await waitForState(second, 'ranked');
    expect([headOf(first), headOf(second)]).toEqual([
      ['i0', 'i1', 'i2'],
      ['i6', 'i7', 'i8'],
    ]);
  });

  test('one that nothing would be left to shows what it has; one that fails keeps nobody waiting', async () => {
    const { kit } = createEchoKit();
    const [first, second, third] = mountAll(
      ['1', '2', '3'],
      ids.slice(0, 3).map((id) => candidate(id)),
    );
    first.kit = kit;
    second.kit = createFakeKit(() => Promise.reject(new Error('no')));
    third.kit = kit;
    await waitForState(third, 'ranked');
    expect(headOf(third)).toEqual(['i0', 'i1', 'i2']);
  });
});

describe('cards of a site’s own', () => {
  const hostile = candidate('x', {
    title: '<img src=x onerror=alert(1)>',
    url: 'javascript:alert(1)',
    image: '/a.svg',
    price: { amount: 5, currency: 'EUR' },
    brand: 'B',
  });
  const template =
    '<template slot="item"><article><a data-rec-href="url"><img alt="" data-rec-src="image"><b data-rec-text="title"></b></a><i data-rec-text="price"></i><u data-rec-text="stock"></u></article></template>';

  test('a template: fields as text, URLs that are safe, prices in the language of the page', async () => {
    const carousel = mount(template, 'lang="de"');
    carousel.candidates = [hostile, candidate('y', { stock: 3 })];
    const first = await waitFor(() => carousel.querySelector('li article'), 'a card');
    expect(query(first as HTMLElement, 'b').textContent).toBe(hostile.title);
    expect([first.querySelector('b img'), query(first as HTMLElement, 'a').hasAttribute('href')]).toEqual([
      null,
      false,
    ]);
    expect([
      query(first as HTMLElement, 'img').getAttribute('src'),
      query(first as HTMLElement, 'i').textContent,
    ]).toEqual(['/a.svg', '5,00\u00a0€']);
    const second = query(itemOf(carousel, 'y'), 'article');
    expect([query(second, 'u').textContent, query(second, 'a').getAttribute('href')]).toEqual(['3', '/product/y']);
  });

  test('renderItem: its nodes or text; what throws leaves the element’s own card', async () => {
    const errors = vi.fn();
    vi.stubGlobal('reportError', errors);
    const carousel = mount('');
    carousel.renderItem = ({ id }) => {
      if (id === 'b') throw new Error('no');
      return id === 'a' ? '<b>a</b>' : Object.assign(document.createElement('em'), { textContent: id });
    };
    carousel.candidates = ['a', 'b', 'c'].map((id) => candidate(id));
    await waitFor(() => carousel.querySelector('em'), 'a card');
    vi.unstubAllGlobals();
    expect(itemOf(carousel, 'a').textContent).toBe('<b>a</b>');
    expect([
      query(itemOf(carousel, 'b'), '.rec-title').textContent,
      query(itemOf(carousel, 'c'), 'em').textContent,
    ]).toEqual(['Item b', 'c']);
    expect(errors).toHaveBeenCalledOnce();
  });
});

describe('focus and keys', () => {
  test('focus="pages": what is not on the page is inert, before and after Next', async () => {
    const carousel = mount(listMarkup(ids), 'focus="pages"');
    carousel.kit = createRankingKit(ids);
    await waitForState(carousel, 'ranked');
    const active = (): string[] => ids.filter((id) => !itemOf(carousel, id).inert);
    await waitFor(() => active().length === 3, 'three items');
    expect(active()).toEqual(['i0', 'i1', 'i2']);
    shadow(carousel, '[part~=next]').click();
    await waitFor(() => active()[0] === 'i3', 'the next page');
    expect(shadow(carousel, '.status').textContent).toBe('Items 4 to 6 of 12');
    carousel.focusMode = '';
    await waitFor(() => active().length === 12, 'all of them');
  });

  test.each(['ltr', 'rtl'])('Home and End go to the ends, only from the scroller itself: %s', async (dir) => {
    const carousel = mount(listMarkup(ids), `dir="${dir}"`);
    await waitForState(carousel, 'server');
    const scroller = shadow(carousel, '.scroller');
    scroller.style.scrollBehavior = 'auto';
    const key = (target: Element, name: string): boolean =>
      target.dispatchEvent(
        new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true, cancelable: true }),
      );
    expect(key(scroller, 'End')).toBe(false);
    const end = scroller.scrollWidth - scroller.clientWidth;
    await waitFor(() => Math.abs(Math.abs(scroller.scrollLeft) - end) <= 1, 'the end');
    expect(key(query(itemOf(carousel, 'i0'), 'a'), 'Home')).toBe(true);
    expect(key(scroller, 'Home')).toBe(false);
    await waitFor(() => Math.abs(scroller.scrollLeft) <= 1, 'the beginning');
  });
});

describe('events', () => {
  test('cross shadow roots, say what was done, and a page that throws in one does no harm', async () => {
    const host = document.createElement('div');
    document.body.append(host);
    const root = host.attachShadow({ mode: 'open' });
    const told: [string, unknown][] = [];
    for (const name of ['rec-ready', 'rec-click', 'rec-fallback', 'rec-problem'] as const)
      host.addEventListener(name, (event) => told.push([name, event.detail]));
    const problem = { kind: 'problem', code: 'worker_timeout', message: 'm' } as const;
    root.innerHTML = `<rec-carousel placement="home" rank-budget="0">${listMarkup(['a', 'b'])}</rec-carousel>`;
    const carousel = query(root, 'rec-carousel') as RecCarousel;
    carousel.addEventListener('click', (event) => event.preventDefault());
    carousel.kit = createRankingKit(['a', 'b'], { tier: 'linear', tierProblem: problem, problems: [problem] });
    await waitForState(carousel, 'fallback');
    query(itemOf(carousel, 'b'), 'a').click();
    expect(told.map(([name]) => name)).toEqual(['rec-fallback', 'rec-problem', 'rec-ready', 'rec-click']);
    expect(told[0]?.[1]).toEqual({ tier: 'linear', problem });
    expect(told[2]?.[1]).toMatchObject({ state: 'fallback', tier: 'linear', slate: { slateId: 'slate-1' } });
    expect(told[3]?.[1]).toEqual({ itemId: 'b', position: 1, slateId: 'slate-1' });
    expect(carousel.matches(':state(fallback)')).toBe(true);
  });
});
