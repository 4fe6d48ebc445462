import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { RecCarousel } from '../../components/rec-carousel.ts';
import { createProblem } from '../../src/core/problem.ts';
import type { Slate } from '../../src/core/slate.ts';
import {
  type FakeKit,
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

const { timers } = RecCarousel;
const ids = manyIds(12);
const backwards = ids.toReversed();

beforeAll(() => linkPrestyle());
afterEach(() => {
  document.body.replaceChildren();
  RecCarousel.timers = timers;
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const shown = (carousel: Element): string[] => shownIds(carousel).filter((id) => !itemOf(carousel, id).hidden);
/** Nobody has seen it: the order is free. */
const belowWindow = (): string => (query(document, '#box').style.marginBlockStart = '3000px');
const rankAgain = (persisted = true): boolean =>
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted }));
/** Runs timers of this delay at once, and keeps all others from running. */
function runTimers(delayMs: number): number[] {
  const asked: number[] = [];
  RecCarousel.timers = {
    set: (run, ms) => {
      asked.push(ms);
      if (ms === delayMs) queueMicrotask(run);
      return {};
    },
    clear: () => undefined,
  };
  return asked;
}

describe('order', () => {
  test('what has the focus stays, seen or not', async () => {
    const carousel = mount(listMarkup(ids));
    belowWindow();
    await waitForState(carousel, 'server');
    query(itemOf(carousel, 'i1'), 'a').focus({ preventScroll: true });
    carousel.kit = createRankingKit(backwards);
    await waitForState(carousel, 'ranked');
    expect(shownIds(carousel).slice(0, 3)).toEqual(['i11', 'i1', 'i10']);
  });

  test.each([
    ['rank-budget="300"', 300],
    ['style="--rec-rank-budget: 400ms"', 400],
    ['', 150],
  ])('the time that a list is hidden for its ranking: %s', async (attributes, wanted) => {
    const asked = runTimers(0);
    mount(listMarkup(ids), attributes).kit = createFakeKit(() => new Promise(() => undefined));
    await waitFor(() => asked.length > 0, 'a timer');
    expect(asked).toEqual([wanted]);
  });

  test('a slate that came for what is no longer asked changes nothing', async () => {
    const answers: ((slate: Slate) => void)[] = [];
    const carousel = mount(listMarkup(ids));
    belowWindow();
    carousel.kit = createFakeKit(() => new Promise((resolve) => answers.push(resolve)));
    await waitFor(() => answers.length === 1, 'a first call');
    carousel.placement = 'cart';
    await waitFor(() => answers.length === 2, 'a second call');
    answers[1](createSlate(backwards, { slateId: 'new' }));
    await waitForState(carousel, 'ranked');
    answers[0](createSlate(ids, { slateId: 'old' }));
    await frames();
    expect([carousel.slate?.slateId, shownIds(carousel)]).toEqual(['new', backwards]);
  });

  test('a list that is half there is not ranked', async () => {
    const state = vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading');
    const carousel = mount(listMarkup(ids));
    const kit = createRankingKit(ids);
    carousel.kit = kit;
    await frames();
    expect(kit.requests).toEqual([]);
    state.mockReturnValue('interactive');
    document.dispatchEvent(new Event('DOMContentLoaded'));
    await waitForState(carousel, 'ranked');
  });

  test('is asked for once: not by a page’s first show, and once more when the engine is ready', async () => {
    const carousel = mount(listMarkup(ids));
    const kit = createRankingKit(ids, { tierProblem: createProblem('engine_loading', 'starts') });
    carousel.kit = kit;
    await waitFor(() => kit.requests.length === 2, 'the ready engine');
    rankAgain(false);
    await frames(8);
    expect(kit.requests).toHaveLength(2);
  });
});

describe('beside carousels of a higher priority', () => {
  /** Two over the same items; the links of the second were shown first. */
  async function openTwo(first: FakeKit, asked: () => void = () => undefined) {
    document.body.innerHTML = [1, 2]
      .map(
        (at) =>
          `<rec-carousel placement="p${String(at)}" count="3" priority="${String(at)}">${listMarkup(ids)}</rec-carousel>`,
      )
      .join('');
    const [one, two] = [...document.querySelectorAll('rec-carousel')];
    await waitForState(two, 'server');
    asked();
    one.kit = first;
    two.kit = createFakeKit((_, { candidates }) =>
      Promise.resolve(createSlate((candidates as readonly { id: string }[]).map(({ id }) => id))),
    );
    await waitForState(two, 'ranked');
    return { one, two };
  }

  test('what is in view stays; what they show is not shown again below', async () => {
    const { two } = await openTwo(createRankingKit(['i0', 'i10', 'i11', ...ids.slice(1, 10)]));
    expect([shown(two).includes('i0'), shown(two).includes('i10'), shown(two).includes('i11')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('one that does not answer is waited for, for a second', async () => {
    const { two } = await openTwo(
      createFakeKit(() => new Promise(() => undefined)),
      () => void runTimers(1000),
    );
    expect(shown(two)).toEqual(ids);
  });
});

describe('acts of the visitor', () => {
  test('links are never blocked, and modified clicks count', async () => {
    const carousel = mount(listMarkup(ids));
    const kit = createRankingKit(ids);
    carousel.kit = kit;
    await waitForState(carousel, 'ranked');
    const blocked: boolean[] = [];
    const look = (event: Event): void => {
      blocked.push(event.defaultPrevented);
      // no other page is opened in a test
      event.preventDefault();
    };
    for (const name of ['click', 'auxclick']) window.addEventListener(name, look);
    const link = query(itemOf(carousel, 'i0'), 'a');
    const base = { bubbles: true, composed: true, cancelable: true };
    for (const given of [{}, { ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { altKey: true }])
      link.dispatchEvent(new MouseEvent('click', { ...base, ...given }));
    link.dispatchEvent(new MouseEvent('auxclick', { ...base, button: 1 }));
    for (const name of ['click', 'auxclick']) window.removeEventListener(name, look);
    expect([blocked, kit.recorded.length]).toEqual([Array<boolean>(6).fill(false), 6]);
  });

  test('each is told once and politely, and a ranking never is', async () => {
    const carousel = mount(listMarkup(ids));
    carousel.kit = createRankingKit(ids);
    await waitForState(carousel, 'ranked');
    const status = shadow(carousel, '.status');
    const said: string[] = [];
    const changes = new MutationObserver(() => said.push(status.textContent));
    changes.observe(status, { childList: true, characterData: true, subtree: true });
    rankAgain();
    await waitFor(() => carousel.slate?.slateId === 'slate-2', 'a second slate');
    await frames();
    expect([said, status.textContent]).toEqual([[], '']);
    shadow(carousel, '.scroller').style.scrollBehavior = 'auto';
    shadow(carousel, '[part~=next]').click();
    await waitFor(() => said.length > 0, 'a word');
    rankAgain();
    await waitFor(() => carousel.slate?.slateId === 'slate-3', 'a third slate');
    shadow(carousel, '[part~=previous]').click();
    await waitFor(() => said.length > 1, 'another word');
    // nothing is before the first
    shadow(carousel, '[part~=previous]').click();
    await frames();
    changes.disconnect();
    expect(said).toEqual(['Items 4 to 6 of 12', 'Items 1 to 3 of 12']);
  });

  test('an item that was dismissed stays hidden, whatever a kit ranks; all buttons are large enough to hit', async () => {
    const carousel = mount(listMarkup(ids));
    carousel.kit = createRankingKit(ids);
    const button = (name: string) =>
      waitFor(() => itemOf(carousel, 'i0').querySelector<HTMLElement>(`[data-rec-action=${name}]`), name);
    (await button('why')).click();
    await waitFor(() => shadow(carousel, '#why').matches(':popover-open'), 'the popover');
    const inPopover = [...(carousel.shadowRoot?.querySelectorAll('#why button') ?? [])].map(sizeOf);
    shadow(carousel, '#why .close').click();
    (await button('dismiss')).click();
    await waitFor(() => carousel.slate?.slateId === 'slate-2', 'a second slate');
    const inBar = [...(carousel.shadowRoot?.querySelectorAll('.bar button') ?? [])].map(sizeOf);
    expect([inPopover.length, inBar.length, Math.min(...inPopover, ...inBar) >= 24]).toEqual([2, 7, true]);
    expect(itemOf(carousel, 'i0').hidden).toBe(true);
  });

  test('a section that was seen leaves its place when it is hidden', async () => {
    const carousel = mount(listMarkup(ids));
    carousel.kit = Object.assign(createRankingKit(ids), { hidden: () => new Map<string, string>() });
    await waitForState(carousel, 'ranked');
    await frames();
    const after = document.body.appendChild(document.createElement('p'));
    const { top } = after.getBoundingClientRect();
    carousel.kit = Object.assign(createRankingKit(ids), { hidden: () => new Map([['home', '']]) });
    await waitForState(carousel, 'hidden');
    await frames();
    expect(shadow(carousel, '.scroller').checkVisibility()).toBe(true);
    // the note has the place of the cards, below the heading
    const note = await waitFor(() => carousel.shadowRoot?.querySelector('.note'), 'the note');
    const [box, place] = [note, shadow(carousel, '.scroller')].map((element) => element.getBoundingClientRect());
    expect([after.getBoundingClientRect().top, box?.bottom]).toEqual([top, place?.bottom]);
    expect(query(note, 'button').getBoundingClientRect().top).toBeGreaterThanOrEqual(place?.top ?? 0);
  });
});

const sizeOf = (element: Element): number => {
  const { width, height } = element.getBoundingClientRect();
  return Math.min(width, height);
};

describe('what a page may be like', () => {
  test('two copies of the script: the first wins, the second does no harm', async () => {
    const second = new URL('../../components/define.ts?second', import.meta.url).href;
    await import(/* @vite-ignore */ second);
    expect(customElements.get('rec-carousel')).toBe(RecCarousel);
  });

  test('a browser without custom states has the attribute', async () => {
    vi.spyOn(CustomStateSet.prototype, 'add').mockImplementation(() => {
      throw new SyntaxError('no dashes');
    });
    const carousel = mount(listMarkup(ids));
    carousel.kit = createRankingKit(ids);
    await waitForState(carousel, 'ranked');
    await frames();
    expect(carousel.matches(':state(ranked)')).toBe(false);
  });

  test.each([
    ['0', 1],
    ['-3', 1],
    ['much', 1],
    ['100000', 50],
  ])('count="%s": %i skeleton cards', async (count, wanted) => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    const carousel = mount('', `src="/candidates" count="${count}"`);
    await waitFor(() => carousel.shadowRoot?.querySelector('.skeleton'), 'a skeleton');
    expect(shadow(carousel, '.skeleton').children).toHaveLength(wanted);
  });

  test('src: a failing answer is none, and Object.prototype adds nothing to the request', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(() =>
      Promise.resolve(Response.json([candidate('a')], { status: 500 })),
    );
    vi.stubGlobal('fetch', fetch);
    await waitForState(mount('', 'src="/candidates"'), 'error');
    expect(fetch.mock.calls.map(([, init]) => Object.getPrototypeOf(init) as unknown)).toEqual([null]);
  });
});
