import type { Vocabulary } from './catalogue.ts';
import { popularityRank } from './catalogue.ts';

/** An item with fewer training events is cold. */
const COLD_EVENTS = 10;

/** Context lengths by upper bound. */
const LENGTHS = [
  [1, 'context 1'],
  [4, 'context 2-4'],
  [9, 'context 5-9'],
  [19, 'context 10-19'],
  [Number.POSITIVE_INFINITY, 'context 20+'],
] as const;

/** Every segment, in the order to show them. */
export const SEGMENTS: readonly string[] = [
  ...['new visitor', 'returning visitor', 'unknown visitor'],
  ...LENGTHS.map(([, name]) => name),
  ...['head item', 'tail item', 'cold item'],
];

export interface SegmentInput {
  /** Empty for a visitor whom the log does not know again: new or not, nobody can say. */
  readonly userId: string;
  /** Sessions of the visitor before this one. */
  readonly earlier: number;
  /** Items before the target. */
  readonly contextLength: number;
  /** Row of the target, or undefined where training did not know it. */
  readonly target: number | undefined;
}

/** Names the segments of a query: visitor, length of the session so far, and how known its target is. */
export function createSegments(vocabulary: Vocabulary): (input: SegmentInput) => string[] {
  const head = headItems(vocabulary);
  return ({ userId, earlier, contextLength, target }) => {
    const length = LENGTHS.find(([limit]) => contextLength <= limit)?.[1] ?? '';
    const events = target === undefined ? 0 : vocabulary.counts[target];
    return [
      userId === '' ? 'unknown visitor' : earlier === 0 ? 'new visitor' : 'returning visitor',
      length,
      target !== undefined && head.has(target) ? 'head item' : 'tail item',
      ...(events < COLD_EVENTS ? ['cold item'] : []),
    ];
  };
}

/** The smallest set of most popular items that holds half of all training events. */
function headItems(vocabulary: Vocabulary): ReadonlySet<number> {
  const { counts } = vocabulary;
  const rank = popularityRank(vocabulary);
  const byRank = [...counts.keys()].sort((a, b) => rank[a] - rank[b]);
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  const head = new Set<number>();
  let sum = 0;
  for (const row of byRank) {
    if (sum >= half) break;
    sum += counts[row];
    head.add(row);
  }
  return head;
}
