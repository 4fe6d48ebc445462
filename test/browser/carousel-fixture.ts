import { afterEach, beforeEach } from 'vitest';
import type { Candidate } from '../../src/core/candidate.ts';
import { createConsent } from '../../src/core/consent.ts';
import { createProblem } from '../../src/core/problem.ts';
import type { SignalInput } from '../../src/core/signal.ts';
import type { Slate } from '../../src/core/slate.ts';
import type { Kit, SlateRequest } from '../../src/kit/types.ts';
import '../../components/define.ts';
import { RecCarousel } from '../../components/rec-carousel.ts';

type SlateCall = (placement: string, request: SlateRequest, call: number) => Promise<Slate>;

/** A kit that answers what a test says and remembers what it was told. */
export interface FakeKit extends Kit {
  readonly recorded: SignalInput[];
  readonly requests: { placement: string; request: SlateRequest }[];
}

export function createFakeKit(answer: SlateCall): FakeKit {
  const recorded: SignalInput[] = [];
  const requests: FakeKit['requests'] = [];
  return {
    recorded,
    requests,
    record: (signal) => {
      recorded.push(signal);
      return Promise.resolve(createProblem('kit_closed', 'a fake'));
    },
    slate: (placement, request) => answer(placement, request, requests.push({ placement, request })),
    undo: () => Promise.resolve(null),
    giveReason: () => Promise.resolve(null),
    hidden: () => new Map(),
    hide: () => Promise.resolve(null),
    import: () => Promise.resolve({ imported: 0, problems: [] }),
    describe: () => undefined,
    reasons: () => Promise.resolve(new Map()),
    ignore: () => Promise.resolve(null),
    ready: () => Promise.resolve({ tier: 'linear', modelId: '' }),
    signals: () => Promise.resolve([]),
    adaptation: () => Promise.resolve(null),
    resetAdaptation: () => Promise.resolve(),
    assignments: () => Promise.resolve([]),
    arrangement: () => Promise.resolve({}),
    consent: () => createConsent('granted'),
    level: () => 'none',
    setConsent: () => Promise.resolve(null),
    pending: () => Promise.resolve(null),
    flush: () => Promise.resolve({ sent: 0, pending: 0 }),
    export: () => Promise.resolve(createProblem('kit_closed', 'a fixture holds nothing')),
    erase: () => Promise.resolve(null),
    onSignal: () => () => undefined,
    onSlate: () => () => undefined,
    onProblem: () => () => undefined,
    onConsent: () => () => undefined,
    onHidden: () => () => undefined,
    onDelivery: () => () => undefined,
    close: () => Promise.resolve(),
  };
}

export const createSlate = (ids: readonly string[], overrides: Partial<Slate> = {}): Slate => ({
  slateId: 'slate-1',
  requestId: '',
  placement: 'home',
  tier: 'wasm',
  modelId: 'm',
  signalAgeMs: 0,
  serverLag: null,
  items: ids.map((itemId, position) => ({
    ...{ itemId, position, serverRank: 0, score: 0, utility: 0, propensity: 1, explored: false, trail: [] },
    candidate: { id: itemId },
  })),
  ...{ arms: [], rulesVersion: 'built-in', left: [], overrides: [], problems: [] },
  ...overrides,
});

/** A kit whose every slate has this order. */
export const createRankingKit = (ids: readonly string[], overrides: Partial<Slate> = {}): FakeKit =>
  createFakeKit((_, __, call) => Promise.resolve(createSlate(ids, { slateId: `slate-${String(call)}`, ...overrides })));

/** A kit that ranks in this order around what it is asked to keep, and answers when `later` runs what it is given. */
export const createKeepingKit = (order: readonly string[], later: (answer: () => void) => void): FakeKit =>
  createFakeKit((_, { kept = [], candidates }, call) => {
    const known = new Set((candidates as readonly Candidate[]).map(({ id }) => id));
    const free = order.filter((id) => known.has(id) && !kept.includes(id));
    const items = [...known].map((_id, at) => kept[at] ?? free.shift() ?? '');
    return new Promise((resolve) => {
      later(() => resolve(createSlate(items, { slateId: `slate-${String(call)}` })));
    });
  });

/** Waits in frames, as intersections and re-snapping come with them; no test sleeps for a length of time. */
export async function waitFor<T>(read: () => T | false | null | undefined, what: string): Promise<T> {
  for (let frame = 0; frame < 200; frame++) {
    const value = read();
    if (value !== false && value !== null && value !== undefined) return value;
    await frames(1);
  }
  throw new Error(`waited in vain for ${what}`);
}

/** So many frames, for what must not happen. */
export async function frames(count = 4): Promise<void> {
  for (let frame = 0; frame < count; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

export const waitForState = (carousel: RecCarousel, state: string): Promise<true> =>
  waitFor(
    () => carousel.getAttribute('state') === state || null,
    `state ${state}, not ${String(carousel.getAttribute('state'))}`,
  );

export const listMarkup = (ids: readonly string[]): string =>
  `<ol>${ids.map((id) => `<li data-item-id="${id}"><a href="#${id}">Item ${id}</a></li>`).join('')}</ol>`;

/** Puts a carousel into the page, in a box of this width. */
export function mount(inner: string, attributes = '', widthPx = 600): RecCarousel {
  document.body.innerHTML = `<div id="box"><rec-carousel placement="home" heading="For you" ${attributes}>${inner}</rec-carousel></div>`;
  const box = document.querySelector<HTMLElement>('#box');
  box?.style.setProperty('inline-size', `${String(widthPx)}px`);
  return query(document, 'rec-carousel') as RecCarousel;
}

export function query(root: ParentNode | null, selector: string): HTMLElement {
  const element = root?.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`no ${selector}`);
  return element;
}

export const shadow = (carousel: RecCarousel, selector: string): HTMLElement => query(carousel.shadowRoot, selector);
export const shownIds = (carousel: Element): string[] =>
  [...carousel.querySelectorAll<HTMLElement>('[data-item-id]')].map((item) => item.dataset['itemId'] ?? '');
export const itemOf = (carousel: Element, id: string): HTMLElement => query(carousel, `[data-item-id="${id}"]`);
export const manyIds = (count: number): string[] => Array.from({ length: count }, (_, index) => `i${String(index)}`);
export const candidate = (id: string, rest: Partial<Candidate> = {}): Candidate => ({
  id,
  title: `Item ${id}`,
  url: `/product/${id}`,
  ...rest,
});

/** The site's style sheet, as a page links it. */
export async function linkPrestyle(target: Document = document): Promise<void> {
  const link = target.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL('../../components/prestyle.css', import.meta.url).href;
  const loaded = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error('no prestyle.css'));
  });
  target.head.append(link);
  await loaded;
}

/** Rank budgets of this test file's carousels wait until they are ended; all other timers run. */
export function holdBudgets(): { readonly count: () => number; readonly end: () => void } {
  const { timers } = RecCarousel;
  const budgets = new Map<unknown, () => void>();
  beforeEach(() => {
    RecCarousel.timers = {
      set: (run, delayMs) => {
        if (delayMs >= 1000) return timers.set(run, delayMs);
        const key = {};
        budgets.set(key, run);
        return key;
      },
      clear: (key) => {
        if (!budgets.delete(key)) timers.clear(key);
      },
    };
  });
  afterEach(() => {
    RecCarousel.timers = timers;
    budgets.clear();
  });
  return { count: () => budgets.size, end: () => [...budgets.values()].forEach((run) => run()) };
}
