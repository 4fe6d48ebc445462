import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { RecCarousel } from '../../components/rec-carousel.ts';
import {
  candidate,
  createRankingKit,
  frames,
  linkPrestyle,
  listMarkup,
  manyIds,
  mount,
  query,
  shownIds,
  waitFor,
  waitForState,
} from './carousel-fixture.ts';

const ids = manyIds(12);
const rankedBy = (arranged: { source?: string }, order: readonly string[] = ids) =>
  Object.assign(createRankingKit(order), { arrangement: vi.fn(() => Promise.resolve(arranged)) });

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

describe('candidates of an arm', () => {
  let asked: string[] = [];
  beforeEach(() => {
    asked = [];
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url);
      if (url === '/unshown') return Promise.resolve(Response.json({ items: [{ id: 3 }, null, { id: '' }] }));
      const list = { '/a': ['a', 'b'], '/b': ['c', 'd'], '/empty': [] }[url];
      return Promise.resolve(list ? Response.json(list.map((id) => candidate(id))) : new Response('', { status: 404 }));
    });
  });

  test('are loaded in place of src, once', async () => {
    const carousel = mount('', 'src="/a"');
    const kit = rankedBy({ source: '/b' }, ['d', 'c']);
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    expect([asked, shownIds(carousel), kit.arrangement.mock.calls[0]]).toEqual([['/b'], ['d', 'c'], ['home']]);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await waitFor(() => kit.requests.length === 2 || null, 'a second ranking');
    expect(asked).toEqual(['/b']);
  });

  test('that do not come leave src', async () => {
    const carousel = mount('', 'src="/a"');
    carousel.kit = rankedBy({ source: '/none' }, ['b', 'a']);
    await waitForState(carousel, 'ranked');
    expect([asked, shownIds(carousel)]).toEqual([
      ['/none', '/a'],
      ['b', 'a'],
    ]);
  });

  test.each([['/none'], ['/empty'], ['/unshown']])(
    '%s, which brings nothing to show, is asked for once',
    async (source) => {
      const carousel = mount('', 'src="/a"');
      const kit = rankedBy({ source }, ['b', 'a']);
      carousel.kit = kit;
      await waitForState(carousel, 'ranked');
      expect([asked, shownIds(carousel)]).toEqual([
        [source, '/a'],
        ['b', 'a'],
      ]);
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      await waitFor(() => kit.requests.length === 2 || null, 'a second ranking');
      expect(asked).toEqual([source, '/a']);
    },
  );

  test('that take more than five seconds leave src, and what comes after that is passed over', async () => {
    const { timers } = RecCarousel;
    let answer: (response: Response) => void = () => undefined;
    const waiting = new Map<unknown, readonly [number, () => void]>();
    RecCarousel.timers = {
      set: (run, delayMs) => {
        const timer = {};
        waiting.set(timer, [delayMs, run]);
        return timer;
      },
      clear: (timer) => void waiting.delete(timer),
    };
    onTestFinished(() => void (RecCarousel.timers = timers));
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url);
      if (url === '/slow') return new Promise((resolve) => (answer = resolve));
      return Promise.resolve(Response.json(['a', 'b'].map((id) => candidate(id))));
    });
    const carousel = mount('', 'src="/a"');
    const kit = rankedBy({ source: '/slow' }, ['b', 'a']);
    carousel.kit = kit;
    await waitFor(() => waiting.size === 1 || null, 'a deadline');
    await frames();
    const [[delayMs, run]] = waiting.values();
    expect([asked, delayMs, kit.requests.length]).toEqual([['/slow'], 5000, 0]);
    run();
    await waitForState(carousel, 'ranked');
    answer(Response.json([candidate('late')]));
    await frames();
    expect([asked, shownIds(carousel)]).toEqual([
      ['/slow', '/a'],
      ['b', 'a'],
    ]);
    // of the deadline; the others are impressions
    expect([...waiting.values()].filter(([ms]) => ms === 5000)).toEqual([]);
  });

  test('that replace others, or fail to, move nothing: no skeleton beside a list that is shown', async () => {
    for (const [source, order] of [
      ['/b', ['d', 'c']],
      // has been seen as it came
      ['/none', ['a', 'b']],
    ] as const) {
      const answers: (() => void)[] = [];
      const lists: Record<string, string[]> = { '/a': ['a', 'b'], '/b': ['c', 'd'] };
      vi.stubGlobal('fetch', (url: string) => {
        const list = lists[url];
        const response = list ? Response.json(list.map((id) => candidate(id))) : new Response('', { status: 404 });
        return new Promise((resolve) => answers.push(() => resolve(response)));
      });
      const carousel = mount('', 'src="/a"');
      document.body.append(document.createElement('p'));
      const top = (): number => query(document, 'p').getBoundingClientRect().top;
      await waitFor(() => answers.length === 1 || null, 'src');
      answers[0]();
      await waitFor(() => shownIds(carousel).length === 2 || null, 'the cards of src');
      await frames();
      const before = top();
      carousel.kit = rankedBy({ source }, order);
      await waitFor(() => answers.length === 2 || null, 'the arm');
      await frames();
      expect([top(), carousel.shadowRoot?.querySelector('.skeleton')]).toEqual([before, null]);
      answers[1]();
      await waitForState(carousel, 'ranked');
      await frames();
      expect([top(), shownIds(carousel)]).toEqual([before, order]);
    }
  });

  test('are none for links that the server sent, for data in the page, or without src', async () => {
    const inline = `<script type="application/json">${JSON.stringify(ids.map((id) => ({ id })))}</script>`;
    const cases = [
      [listMarkup(ids), 'src="/a"', ['/a']],
      [listMarkup(ids), '', []],
      [inline, 'src="/a"', []],
      ['', '', []],
    ] as const;
    for (const [inner, attributes, wanted] of cases) {
      asked = [];
      const kit = rankedBy({ source: '/b' });
      mount(inner, attributes).kit = kit;
      await waitFor(() => kit.arrangement.mock.calls.length > 0 || null, 'the question');
      await frames();
      expect(asked).toEqual(wanted);
    }
  });

  test('the place of the cards is taken while the kit is asked', async () => {
    let answer: (arranged: object) => void = () => undefined;
    const arrangement = () => new Promise<object>((resolve) => (answer = resolve));
    const carousel = mount('', 'src="/a"');
    carousel.kit = Object.assign(createRankingKit(['b', 'a']), { arrangement });
    await waitFor(() => carousel.shadowRoot?.querySelector('.skeleton'), 'a skeleton');
    const loadingPx = carousel.offsetHeight;
    expect([asked, loadingPx > 200]).toEqual([[], true]);
    answer({});
    await waitForState(carousel, 'ranked');
    expect(asked).toEqual(['/a']);
  });

  test('a kit that fails, or knows of no arrangement, is as one without arms', async () => {
    for (const arrangement of [() => Promise.reject(new Error('no')), undefined, () => undefined]) {
      asked = [];
      const carousel = mount('', 'src="/a"');
      carousel.kit = Object.assign(createRankingKit(['b', 'a']), { arrangement });
      await waitForState(carousel, 'ranked');
      expect([asked, carousel.hasAttribute('layout')]).toEqual([['/a'], false]);
    }
  });
});
