import type { BundleItem } from './bundle-items.ts';
import { diversityOf, unitVectors } from './list-quality.ts';
import { round4 } from './metrics.ts';

const TOP = 10;

/** What the first ten of all slates are like beside their hits. */
export interface ReplayLists {
  /** Share of the items that were a candidate which stand in at least one top 10. */
  readonly 'coverage@10': number;
  /** Mean over slates of 1 - mean pairwise cosine of the top 10's "out" vectors; null without vectors. */
  readonly 'diversity@10': number | null;
  /** Share of a top 10 that stood in the top 10 of the same session's query before; null where no session has two. */
  readonly 'repetition@10': number | null;
}

export interface ShownList {
  readonly sessionId: string;
  /** Orders the queries of a session. */
  readonly step: number;
  readonly candidates: readonly string[];
  readonly top10: readonly string[];
}

export function describeLists(lists: readonly ShownList[], items: ReadonlyMap<string, BundleItem>): ReplayLists {
  const rows = new Map([...items.keys()].map((id, row) => [id, row]));
  const unit = unitVectors([...items.values()]);
  const diversities = lists.flatMap(
    ({ top10 }) =>
      diversityOf(
        top10.flatMap((id) => rows.get(id) ?? []),
        unit,
      ) ?? [],
  );
  const shown = new Set(lists.flatMap(({ top10 }) => top10));
  const candidates = new Set(lists.flatMap((list) => list.candidates));
  return {
    'coverage@10': round4(shown.size / Math.max(1, candidates.size)),
    'diversity@10': mean(diversities),
    'repetition@10': mean(repetitions(lists)),
  };
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : round4(values.reduce((sum, value) => sum + value, 0) / values.length);

function repetitions(lists: readonly ShownList[]): number[] {
  const sorted = lists.toSorted((a, b) =>
    a.sessionId < b.sessionId ? -1 : a.sessionId > b.sessionId ? 1 : a.step - b.step,
  );
  return sorted.flatMap(({ sessionId, top10 }, at) => {
    const before = at > 0 ? sorted[at - 1] : undefined;
    if (before?.sessionId !== sessionId) return [];
    return [top10.filter((id) => before.top10.includes(id)).length / TOP];
  });
}
