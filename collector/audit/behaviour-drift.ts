import { DAY_MS } from '../day.ts';
import { type Estimate, GROUPS, estimateByGroups, groupOf } from './group-jackknife.ts';

/** Something that a visitor did with an item. */
export interface Act {
  readonly visitor: string;
  /** Epoch ms. */
  readonly at: number;
  readonly itemId: string;
  /** What it is about: the item's category. */
  readonly topic: string;
}

export interface DriftPoint {
  /** Geometric middle of the ages in this class. */
  readonly ageMs: number;
  readonly pairs: number;
  /** Share of pairs of one topic beyond chance, of what chance leaves: (same - chance) / (1 - chance). */
  readonly agreement: number;
}

export interface BehaviourDrift {
  /** Age at which an act tells half as much of the next one as a fresh one does; null where it cannot be told. */
  readonly windowMs: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** No half was lost at any age in the data: the window is at least so long. */
  readonly isAtLeast: boolean;
  /** Chance that two acts of anybody are about one topic. */
  readonly chance: number;
  readonly pairs: number;
  /** By age, not rising. */
  readonly curve: readonly DriftPoint[];
  /** One sentence where there is no window. */
  readonly reason?: string;
}

const [MINUTE_MS, HOUR_MS] = [60_000, 3_600_000];
/** Upper ends of the classes of age; each is two to four times as wide as the one before it. */
const ENDS_MS = [
  ...[MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 12 * HOUR_MS],
  ...[1, 3, 7, 14, 28, 56, 112].map((days) => days * DAY_MS),
];
/** Fewer pairs in a class say nothing of its share. */
const MIN_PAIRS = 100;

/**
 * How long what a visitor did goes on to tell what the visitor does. Of acts that follow each other (on two items: one
 * that is looked at and bought is one) those with one topic are counted by the time between them, which is what the age
 * of the newest signal is when a slate is made. Agreement beyond chance (Cohen 1960) is made to fall with age by pooling
 * classes (isotonic regression, Barlow et al. 1972); the window is where it has halved, between classes in log age.
 */
export function estimateDrift(acts: Iterable<Act>): BehaviourDrift {
  const { same, pairs, topics } = countPairs(acts);
  const total = [...topics.values()].reduce((sum, count) => sum + count, 0);
  const chance = [...topics.values()].reduce((sum, count) => sum + (count / total) ** 2, 0);
  const curveOf = (without: number): readonly DriftPoint[] => poolClasses(same, pairs, { without, chance });
  const curve = curveOf(-1);
  const none = { windowMs: null, low: null, high: null, isAtLeast: false };
  const base = { chance, pairs: pairs.reduce((sum, count) => sum + count, 0), curve };
  if (topics.size < 2) return { ...none, ...base, reason: 'the items have no two categories' };
  const fresh = estimateByGroups((without) => curveOf(without)[0]?.agreement ?? Number.NaN);
  if (!((fresh.low ?? 0) > 0))
    return { ...none, ...base, reason: 'what visitors do tells nothing of the category of what they do next' };
  const window = halfAge(curve);
  if (window === null) return { ...none, windowMs: curve.at(-1)?.ageMs ?? null, isAtLeast: true, ...base };
  const log = estimateByGroups((without) => Math.log(halfAge(curveOf(without)) ?? Number.NaN));
  return { windowMs: Math.exp(log.mean), low: exp(log.low), high: exp(log.high), isAtLeast: false, ...base };
}

const exp = (value: Estimate['low']): number | null => (value === null ? null : Math.exp(value));

/** [GROUPS, classes] pairs of one topic and of any, and acts by topic. */
function countPairs(acts: Iterable<Act>) {
  const topics = new Map<string, number>();
  const byVisitor = new Map<string, Act[]>();
  for (const act of acts) {
    topics.set(act.topic, (topics.get(act.topic) ?? 0) + 1);
    const known = byVisitor.get(act.visitor);
    if (known === undefined) byVisitor.set(act.visitor, [act]);
    else known.push(act);
  }
  const [same, pairs] = [new Float64Array(GROUPS * ENDS_MS.length), new Float64Array(GROUPS * ENDS_MS.length)];
  for (const [visitor, all] of byVisitor) {
    const group = groupOf(visitor);
    all.sort((a, b) => a.at - b.at);
    for (const [i, act] of all.entries()) {
      const before = all[i - 1];
      if (before === undefined || before.itemId === act.itemId) continue;
      const bin = ENDS_MS.findIndex((end) => act.at - before.at < end);
      if (bin < 0) continue;
      const cell = group * ENDS_MS.length + bin;
      pairs[cell] = (pairs[cell] ?? 0) + 1;
      if (before.topic === act.topic) same[cell] = (same[cell] ?? 0) + 1;
    }
  }
  return { same, pairs, topics };
}

interface Pooling {
  readonly without: number;
  readonly chance: number;
}

function poolClasses(same: Float64Array, pairs: Float64Array, { without, chance }: Pooling): readonly DriftPoint[] {
  const sumOf = (of: Float64Array, bin: number): number => {
    let sum = 0;
    for (let group = 0; group < GROUPS; group++) if (group !== without) sum += of[group * ENDS_MS.length + bin] ?? 0;
    return sum;
  };
  const blocks: { same: number; pairs: number; readonly ages: { ageMs: number; pairs: number }[] }[] = [];
  for (const [bin, end] of ENDS_MS.entries()) {
    const count = sumOf(pairs, bin);
    if (count < MIN_PAIRS) continue;
    const ageMs = Math.sqrt((ENDS_MS[bin - 1] ?? end / 4) * end);
    let block = { same: sumOf(same, bin), pairs: count, ages: [{ ageMs, pairs: count }] };
    for (let last = blocks.at(-1); last && last.same / last.pairs < block.same / block.pairs; last = blocks.at(-1)) {
      blocks.pop();
      block = { same: last.same + block.same, pairs: last.pairs + block.pairs, ages: [...last.ages, ...block.ages] };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ same, pairs, ages }) =>
    ages.map((age) => ({ ...age, agreement: (same / pairs - chance) / (1 - chance) })),
  );
}

/** Null where it never falls to half of what it is at first. */
function halfAge(curve: readonly DriftPoint[]): number | null {
  const half = (curve[0]?.agreement ?? 0) / 2;
  const at = curve.findIndex(({ agreement }) => agreement <= half);
  const [before, after] = [curve[at - 1], curve[at]];
  if (before === undefined || after === undefined) return null;
  const way = (before.agreement - half) / (before.agreement - after.agreement);
  return Math.exp(Math.log(before.ageMs) + way * (Math.log(after.ageMs) - Math.log(before.ageMs)));
}
