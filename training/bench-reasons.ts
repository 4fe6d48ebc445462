import { createBatch } from '../src/core/features.ts';
import { KnownItemTable } from '../src/core/known-items.ts';
import { occlude } from '../src/core/occlusion.ts';
import { orderByScore } from '../src/core/order.ts';
import { itemHash, packCandidates } from '../src/core/packed-items.ts';
import { createRandom } from '../src/core/random.ts';
import { type NamedSignal, scoreReasons } from '../src/core/reason.ts';
import { Visitor } from '../src/core/visitor.ts';
import { readBundleEngines } from './bundle-engines.ts';
import type { BundleItem } from './bundle-items.ts';
import { round4 } from './metrics.ts';

export interface ReasonsBenchOptions {
  readonly bundleDir: string;
  readonly seed: number;
  readonly repeats: number;
  /** Of one repeat, measured together: some systems count processor time in steps of 4 ms. */
  readonly visitors: number;
  /** Milliseconds, best of the thread's own processor time: what else the machine does is no cost of these. */
  readonly stopwatch: () => number;
}

/** Of the repeats: the median, and where the middle 80 % lie. */
interface Spread {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
}

interface ReasonsCost {
  /** Of the running session. */
  readonly events: number;
  /** Of one visitor: features and scores of the whole list. */
  readonly slateMs: Spread;
  /** Of one visitor: reasons of the items shown. */
  readonly reasonsMs: Spread;
  /** The second to the first, of the same visitors. */
  readonly ratio: Spread;
}

const CANDIDATES = 100;
const SHOWN = 12;
const EVENTS = [20, 50] as const;
const EARLIER_SESSIONS = 5;
const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 0, 7, 12);

/** What the reasons of 12 items cost, by the engine `micro`, beside one ranking of 100 candidates. */
export async function benchReasons({ bundleDir, seed, repeats, visitors, stopwatch }: ReasonsBenchOptions) {
  const { data, model: score } = readBundleEngines(bundleDir);
  const random = createRandom(seed);
  const costs: ReasonsCost[] = [];
  for (const events of EVENTS) {
    const [slates, reasons]: [number[], number[]] = [[], []];
    for (let repeat = 0; repeat <= repeats; repeat++) {
      const inputs = Array.from({ length: visitors }, () => drawVisitor(data, events, random));
      const startAt = stopwatch();
      const orders = inputs.map((input) => orderByScore(score(createBatch(input))).order);
      const rankedAt = stopwatch();
      for (const [v, input] of inputs.entries()) {
        const occlusion = await occlude({ ...input, rows: orders[v].slice(0, SHOWN), score });
        for (let i = 0; i < SHOWN; i++) scoreReasons(occlusion, i);
      }
      const endAt = stopwatch();
      // the first runs on code that is not compiled yet
      if (repeat === 0) continue;
      slates.push((rankedAt - startAt) / visitors);
      reasons.push((endAt - rankedAt) / visitors);
    }
    const ratios = reasons.map((ms, i) => ms / slates[i]);
    costs.push({ events, slateMs: spreadOf(slates), reasonsMs: spreadOf(reasons), ratio: spreadOf(ratios) });
  }
  return { seed, repeats, visitors, engine: 'micro', candidates: CANDIDATES, shown: SHOWN, costs };
}

/** A list of the bundle's items (under other ids where it has fewer) and a visitor who has met 20 of them. */
function drawVisitor(data: readonly BundleItem[], events: number, random: () => number) {
  const below = (count: number): number => Math.floor(random() * count);
  const list = Array.from({ length: CANDIDATES }, (_, i) => ({ ...data[below(data.length)], id: `item-${String(i)}` }));
  const known = new KnownItemTable();
  for (const item of list.slice(0, 20)) known.add(item);
  const visitor = new Visitor<NamedSignal>();
  for (let s = 0; s <= EARLIER_SESSIONS; s++) {
    const daysAgo = EARLIER_SESSIONS - s;
    for (let i = 0; i < events; i++) {
      const itemId = `item-${String(below(20))}`;
      const at = NOW - daysAgo * 1440 * MINUTE_MS - (events - i) * MINUTE_MS;
      const base = { sessionId: `s${String(s)}`, kind: 'view' as const, dwellMs: 0, confidence: 1 };
      visitor.add({ ...base, seq: s * events + i + 1, itemId, item: itemHash(itemId), at });
    }
  }
  const place = { now: NOW, utcOffsetMinutes: 0, isPhone: false, slotWidth: 0, anchor: 0, serverLag: null };
  const moment = { ...place, sessionId: `s${String(EARLIER_SESSIONS)}` };
  return { candidates: packCandidates(list), known, visitor, moment };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => round4(sorted[Math.floor(share * (sorted.length - 1))]);
  return { median: at(0.5), p10: at(0.1), p90: at(0.9) };
}
