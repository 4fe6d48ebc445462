import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectKit } from '../../components/define.ts';
import type { Slate } from '../../src/core/slate.ts';
import { createProblem } from '../../src/core/problem.ts';
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

const ABC = ['a', 'b', 'c'];

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
});

describe('order', () => {
  test('the server order stands while there is no kit', async () => {
    const carousel = mount(listMarkup(ABC));
    await waitForState(carousel, 'server');
    expect(shownIds(carousel)).toEqual(ABC);
    expect([carousel.getAttribute('state'), carousel.getAttribute('tier')]).toEqual(['server', 'server']);
    expect(carousel.slate).toBeNull();
  });

  test('a slate re-orders the same elements; unknown ones stay last, in place', async () => {
    const carousel = mount(listMarkup(['a', 'x', 'b', 'y', 'c']));
    const items = [...carousel.querySelectorAll('li')];
    carousel.kit = createRankingKit(['c', 'a', 'b', 'gone', 'c']);
    await waitForState(carousel, 'ranked');
    expect(shownIds(carousel)).toEqual(['c', 'a', 'b', 'x', 'y']);
    expect(new Set(carousel.querySelectorAll('li'))).toEqual(new Set(items));
    expect(carousel.getAttribute('tier')).toBe('wasm');
    expect(carousel.slate?.slateId).toBe('slate-1');
  });

  test('the item that has the focus stays, and every other order is reached around it', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const focused of ids) {
      const order = [...ids].sort((one, other) => ((ids.indexOf(one) * 3) % 5) - ((ids.indexOf(other) * 3) % 5));
      const carousel = mount(listMarkup(ids));
      await carousel.updateComplete;
      query(itemOf(carousel, focused), 'a').focus();
      const blur = vi.fn();
      carousel.addEventListener('focusout', blur);
      carousel.kit = createRankingKit(order);
      await waitForState(carousel, 'ranked');
      const others = order.filter((id) => id !== focused);
      expect(shownIds(carousel)).toEqual(others.toSpliced(ids.indexOf(focused), 0, focused));
      expect(blur).not.toHaveBeenCalled();
      expect(document.activeElement).toBe(query(itemOf(carousel, focused), 'a'));
    }
  });

  test('re-ordering does not scroll, though the snapped item moved away', async () => {
    const ids = manyIds(20);
    const carousel = mount(listMarkup(ids));
    await frames();
    carousel.kit = createRankingKit([...ids].reverse());
    await waitForState(carousel, 'ranked');
    await frames();
    expect(shadow(carousel, '.scroller').scrollLeft).toBe(0);
    expect(itemOf(carousel, 'i19').getBoundingClientRect().left).toBeLessThan(20);
  });

  test('asks for what the links say, in their order, with the anchor', async () => {
    const carousel = mount(listMarkup(ABC), 'anchor-item-id="a"');
    const kit = createRankingKit(['b', 'a', 'c']);
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    expect(kit.requests).toHaveLength(1);
    expect(kit.requests[0]).toMatchObject({ placement: 'home', request: { anchorItemId: 'a' } });
    expect(kit.requests[0].request.candidates).toEqual(ABC.map((id) => ({ id, title: `Item ${id}`, url: `#${id}` })));
  });

  test('data in a script child or the property describes the links; others are not asked for', async () => {
    const data = { requestId: 'r1', items: [candidate('c', { stock: 3 }), candidate('zz'), candidate('a')] };
    const inline = mount(`<script type="application/json">${JSON.stringify(data)}</script>${listMarkup(ABC)}`);
    const kit = createRankingKit(['c', 'a']);
    inline.kit = kit;
    await waitForState(inline, 'ranked');
    expect(kit.requests[0].request.candidates).toEqual({ requestId: 'r1', items: [data.items[2], data.items[0]] });
    inline.candidates = [candidate('b')];
    await waitFor(() => kit.requests.length === 2 || null, 'a second request');
    expect(kit.requests[1].request.candidates).toEqual([candidate('b')]);
  });

  test('the server order of a second ranking is still the one that the server sent', async () => {
    const carousel = mount(listMarkup(ABC));
    const kit = createRankingKit(['c', 'b', 'a']);
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await waitFor(() => kit.requests.length === 2 || null, 'a ranking after the bfcache');
    expect((kit.requests[1].request.candidates as { id: string }[]).map(({ id }) => id)).toEqual(ABC);
    carousel.kit = null;
    await waitForState(carousel, 'server');
    // what has been seen stays where it was seen
    expect(shownIds(carousel)).toEqual(['c', 'b', 'a']);
    expect(carousel.slate).toBeNull();
  });

  test('items that arrive late are ranked too', async () => {
    const carousel = mount('');
    const kit = createRankingKit(['b', 'a']);
    carousel.kit = kit;
    await waitForState(carousel, 'empty');
    carousel.innerHTML = listMarkup(['a', 'b']);
    await waitForState(carousel, 'ranked');
    expect(shownIds(carousel)).toEqual(['b', 'a']);
    await frames();
    expect(kit.requests).toHaveLength(1);
  });

  test('a stale slate is dropped, and its call is aborted', async () => {
    const answers: ((slate: Slate) => void)[] = [];
    const kit = createFakeKit(() => new Promise((resolve) => answers.push(resolve)));
    const carousel = mount(listMarkup(ABC));
    carousel.kit = kit;
    await waitFor(() => answers.length === 1 || null, 'the first call');
    carousel.placement = 'cart';
    await waitFor(() => answers.length === 2 || null, 'the second call');
    expect(kit.requests.map(({ request }) => request.abort?.aborted)).toEqual([true, false]);
    answers[1](createSlate(['b', 'c', 'a'], { slateId: 'new' }));
    await waitForState(carousel, 'ranked');
    answers[0](createSlate(['c', 'b', 'a'], { slateId: 'old' }));
    await frames();
    expect([carousel.slate?.slateId, ...shownIds(carousel)]).toEqual(['new', 'b', 'c', 'a']);
  });

  test.for([
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['answers nonsense', () => Promise.resolve({} as Slate)],
  ] as const)('a kit that %s leaves the server order', async ([, answer]) => {
    const escaped = vi.fn((event: Event) => event.preventDefault());
    addEventListener('error', escaped);
    addEventListener('unhandledrejection', escaped);
    const carousel = mount(listMarkup(ABC));
    const kit = createFakeKit(answer);
    carousel.kit = kit;
    await waitFor(() => kit.requests.length === 1 || null, 'the call');
    await frames();
    expect(shownIds(carousel)).toEqual(ABC);
    expect(carousel.getAttribute('state')).toBe('server');
    expect(escaped).not.toHaveBeenCalled();
    removeEventListener('error', escaped);
    removeEventListener('unhandledrejection', escaped);
  });
});

describe('state and tier', () => {
  const tierProblem = createProblem('worker_timeout', 'slow');

  test.for([
    ['ranked', 'linear', {}],
    ['ranked', 'webgpu', {}],
    ['fallback', 'micro', { tierProblem }],
    ['fallback', 'server', { tierProblem }],
    ['server', 'server', {}],
  ] as const)('%s, %s', async ([state, tier, problem]) => {
    const carousel = mount(listMarkup(ABC));
    carousel.kit = createRankingKit(ABC, { tier, ...problem });
    await waitFor(() => carousel.slate, 'a slate');
    await carousel.updateComplete;
    expect([carousel.getAttribute('state'), carousel.getAttribute('tier')]).toEqual([state, tier]);
  });

  test('empty without candidates', async () => {
    const carousel = mount('');
    const kit = createRankingKit([]);
    carousel.kit = kit;
    carousel.candidates = [];
    await waitForState(carousel, 'empty');
    expect(kit.requests).toEqual([]);
  });
});

describe('connectKit', () => {
  test('reaches present and future elements, but not those with a kit of their own', async () => {
    const present = mount(listMarkup(ABC));
    const own = createRankingKit(['b', 'a', 'c']);
    const disconnect = connectKit(createRankingKit(['c', 'b', 'a']));
    await waitForState(present, 'ranked');
    const [future, third] = [document.createElement('rec-carousel'), document.createElement('rec-carousel')];
    for (const carousel of [future, third]) carousel.innerHTML = listMarkup(ABC);
    third.kit = own;
    document.body.append(future, third);
    await waitForState(third, 'ranked');
    await waitForState(future, 'ranked');
    expect([present, future, third].map((carousel) => shownIds(carousel)[0])).toEqual(['c', 'c', 'b']);
    disconnect();
    await waitForState(future, 'server');
    expect(third.getAttribute('state')).toBe('ranked');
  });
});
