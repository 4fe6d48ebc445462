import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { page as tab } from 'vitest/browser';
import { RecCarousel } from '../../components/rec-carousel.ts';
import {
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
  waitFor,
  waitForState,
} from './carousel-fixture.ts';
import { given, openArm } from './arms-fixture.ts';
import { candidates } from './kit-fixture.ts';

const ids = manyIds(12);
const rankedBy = (arranged: { source?: string; layout?: string }, order: readonly string[] = ids) =>
  Object.assign(createRankingKit(order), { arrangement: vi.fn(() => Promise.resolve(arranged)) });

beforeAll(async () => {
  await tab.viewport(1000, 800);
  await linkPrestyle();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

describe('a layout', () => {
  const columnsOf = (carousel: RecCarousel): number =>
    new Set(ids.map((id) => Math.round(itemOf(carousel, id).getBoundingClientRect().left))).size;

  test('of an arm is the element’s attribute, and goes with the arm', async () => {
    for (const [markup, before] of [
      ['', null],
      ['layout="tiles"', 'tiles'],
    ] as const) {
      const carousel = mount(listMarkup(ids), markup);
      carousel.kit = rankedBy({ layout: 'grid' });
      await waitFor(() => carousel.getAttribute('layout') === 'grid' || null, 'the layout');
      carousel.kit = rankedBy({});
      await waitFor(() => carousel.getAttribute('layout') === before || null, 'the layout of before');
    }
  });

  test.each([
    [1000, 5],
    [360, 2],
    [200, 2],
  ])(
    'grid wraps the cards at %i px into %i columns, all in reach and none beyond the edge',
    async (widthPx, columns) => {
      for (const dir of ['ltr', 'rtl']) {
        document.documentElement.dir = dir;
        const carousel = mount(listMarkup(ids), 'layout="grid"', widthPx);
        await carousel.updateComplete;
        await frames();
        expect(columnsOf(carousel)).toBe(columns);
        const box = carousel.getBoundingClientRect();
        for (const id of ids) {
          const { left, right } = itemOf(carousel, id).getBoundingClientRect();
          expect([left >= box.left, right <= box.right + 0.5]).toEqual([true, true]);
        }
        const scroller = shadow(carousel, '.scroller');
        expect([scroller.hasAttribute('tabindex'), shadow(carousel, '.buttons').checkVisibility()]).toEqual([
          false,
          false,
        ]);
      }
      document.documentElement.dir = '';
    },
  );

  test('grid: what is seen is counted, down the page as across it', async () => {
    const { timers } = RecCarousel;
    const waiting: (() => void)[] = [];
    RecCarousel.timers = { set: (run, ms) => (ms === 1000 ? waiting.push(run) : 0), clear: () => undefined };
    const carousel = mount(listMarkup(ids), '', 1000);
    const kit = rankedBy({ layout: 'grid' });
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    await waitFor(() => waiting.length === 12 || null, 'twelve timers');
    waiting.forEach((run) => run());
    RecCarousel.timers = timers;
    expect(kit.recorded.map(({ kind, position }) => [kind, position])).toEqual(ids.map((_, at) => ['impression', at]));
  });

  test('grid: Tab goes from card to card, and an item that moves keeps the focus', async () => {
    const carousel = mount(listMarkup(ids), 'layout="grid"', 600);
    await waitForState(carousel, 'server');
    query(itemOf(carousel, 'i4'), 'a').focus();
    carousel.kit = rankedBy({ layout: 'grid' }, [...ids].reverse());
    await waitForState(carousel, 'ranked');
    expect(document.activeElement).toBe(query(itemOf(carousel, 'i4'), 'a'));
  });

  /** Where the paragraph after the element stood before its script came, with it, and with its arm. */
  async function placesOf(attributes: string, style: string): Promise<number[]> {
    const frame = document.createElement('iframe');
    Object.assign(frame, { width: '500', height: '900' });
    document.body.append(frame);
    const inner = frame.contentDocument;
    if (!inner) throw new Error('no frame');
    const cards = ids.map(
      (id) => `<li data-item-id="${id}"><a href="#"><img alt="" src="/none.svg"><span>${id}</span></a></li>`,
    );
    inner.body.innerHTML = `<rec-carousel heading="H" style="${style}" ${attributes}><ol>${cards.join('')}</ol></rec-carousel><p id="after">After</p>`;
    await linkPrestyle(inner);
    await frames();
    const top = (): number => Math.round(query(inner, '#after').getBoundingClientRect().top * 100) / 100;
    const before = top();
    const script = inner.createElement('script');
    Object.assign(script, { type: 'module', src: new URL('../../components/define.ts', import.meta.url).href });
    inner.head.append(script);
    const carousel = query(inner, 'rec-carousel') as RecCarousel;
    await waitFor(() => carousel.shadowRoot?.querySelector('section'), 'the upgrade');
    await frames();
    const upgraded = top();
    carousel.kit = rankedBy({ layout: 'grid' });
    await waitForState(carousel, 'ranked');
    await frames();
    return [before, upgraded, top()];
  }

  test('grid in the page from the start: nothing moves', async () => {
    const [before, upgraded, ranked] = await placesOf('layout="grid"', '');
    expect(before).toBeGreaterThan(1000);
    expect([upgraded, ranked]).toEqual([before, before]);
  });

  test('grid by an arm moves what follows, unless its place is reserved', async () => {
    const [before, upgraded, ranked] = await placesOf('', '');
    expect(upgraded).toBe(before);
    expect(ranked).toBeGreaterThan(before + 500);
    const reserved = await placesOf('', 'min-block-size: 2000px');
    expect(new Set(reserved).size).toBe(1);
  });
});

describe('the badge of quality assurance', () => {
  const badge = (carousel: RecCarousel) => carousel.shadowRoot?.querySelector<HTMLElement>('[part=qa]') ?? null;

  test('names the arms that were asked for, and takes no place', async () => {
    const carousel = mount(listMarkup(ids));
    await frames();
    const heightPx = carousel.offsetHeight;
    const overridden = [
      { experiment: 'fresh-first', arm: 'diverse' },
      { experiment: 'e', arm: '<b>1' },
    ];
    const slates = [createSlate(ids, { overridden }), createSlate(ids)];
    carousel.kit = createFakeKit((_, __, call) => Promise.resolve(slates[call - 1] ?? createSlate(ids)));
    const shown = await waitFor(() => badge(carousel), 'the badge');
    expect([shown.textContent, shown.getAttribute('role')]).toEqual(['QA: fresh-first = diverse, e = <b>1', 'note']);
    expect([shown.checkVisibility(), shown.children.length, carousel.offsetHeight]).toEqual([true, 0, heightPx]);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await waitFor(() => badge(carousel) === null || null, 'the badge to go');
  });

  test.each([
    ['empty', () => Promise.resolve(Response.json([]))],
    ['error', () => Promise.reject(new TypeError('offline'))],
  ])('is shown where the element is in state %s without a slate, and goes with the arm', async (state, answer) => {
    vi.stubGlobal('fetch', answer);
    const carousel = mount('', 'src="/a"');
    carousel.kit = await openArm({ experiments: given({ order: 'server' }), experimentOverrides: { e: 'new' } });
    await waitForState(carousel, state);
    const shown = await waitFor(() => badge(carousel), 'the badge');
    expect([shown.textContent, shown.checkVisibility(), carousel.offsetHeight]).toEqual(['QA: e = new', true, 0]);
    expect(shadow(carousel, '.header').checkVisibility()).toBe(false);
    carousel.kit = await openArm({ experiments: given({ order: 'server' }) });
    await waitFor(() => badge(carousel) === null || null, 'the badge to go');
    expect(shadow(carousel, 'section').checkVisibility()).toBe(false);
  });

  test('lies under what the page lays over the element', async () => {
    const carousel = mount(listMarkup(ids));
    carousel.kit = createRankingKit(ids, { overridden: [{ experiment: 'e', arm: 'new' }] });
    const shown = await waitFor(() => badge(carousel), 'the badge');
    // it catches no click, and only what does is found at a point
    shown.style.pointerEvents = 'auto';
    const { x, y, width, height } = shown.getBoundingClientRect();
    const find = () => document.elementFromPoint(x + width / 2, y + height / 2);
    expect(find()).toBe(carousel);
    const bar = document.createElement('div');
    bar.style.cssText = 'position: fixed; inset: 0';
    document.body.append(bar);
    expect(find()).toBe(bar);
    bar.remove();
  });

  test('is shown where an arm’s rules leave out everything', async () => {
    const carousel = mount(listMarkup(['a']));
    const left = [{ itemId: 'a', serverRank: 0, trail: [] }];
    carousel.kit = createRankingKit([], { overridden: [{ experiment: 'e', arm: 'new' }], left });
    await waitForState(carousel, 'empty');
    const shown = await waitFor(() => badge(carousel), 'the badge');
    expect([shown.checkVisibility(), shadow(carousel, '.scroller').checkVisibility()]).toEqual([true, false]);
  });

  test('goes with the slate', async () => {
    const carousel = mount(listMarkup(ids));
    carousel.kit = createRankingKit(ids, { overridden: [{ experiment: 'e', arm: 'new' }] });
    await waitFor(() => badge(carousel), 'the badge');
    carousel.kit = null;
    await waitFor(() => badge(carousel) === null || null, 'the badge to go');
  });

  test('is shown by a real kit for an arm that is asked for, and never for one that is assigned', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json(candidates(12))));
    const experiments = given({ layout: 'grid', source: '/b' });
    for (const experimentOverrides of [{ e: 'new' }, {}]) {
      const kit = await openArm({ experiments, experimentOverrides });
      const carousel = mount('', 'src="/a"');
      carousel.kit = kit;
      await waitForState(carousel, 'ranked');
      expect(carousel.getAttribute('layout')).toBe('grid');
      if ('e' in experimentOverrides) await waitFor(() => badge(carousel), 'the badge');
      await frames();
      expect([carousel.slate?.arms.length, badge(carousel) !== null]).toEqual(
        'e' in experimentOverrides ? [0, true] : [1, false],
      );
    }
  });
});
