import { type Batch, CANDIDATE_FEATURES, type CandidateFeature } from './contract.ts';

/**
 * Columns of `cand_num` that a reason names together. The sign is what its words claim of the item: 1 a value above
 * the list's mean, -1 one below, 0 nothing.
 */
export const FEATURE_GROUPS = {
  popular: { popularity: 1, recent_popularity: 1, sales_1d: 1, sales_3d: 1, sales_7d: 1, last_sale_days: -1 },
  new: { item_age_days: -1 },
  price: { price_gap: 0 },
  server: { server_score: 0, server_rank: 0 },
} as const satisfies Record<string, Partial<Record<CandidateFeature, number>>>;
export type GroupName = keyof typeof FEATURE_GROUPS;
export const GROUP_NAMES = Object.keys(FEATURE_GROUPS) as readonly GroupName[];

/** Of `cand_num`. */
export const columnsOf = (group: GroupName): readonly number[] =>
  Object.keys(FEATURE_GROUPS[group]).map((name) => CANDIDATE_FEATURES.indexOf(name as CandidateFeature));

/**
 * Whether the words of `kind` are true of the row: the item's values, each minus the mean of the list's, add up in the
 * claimed direction. A model may like an item for being old; "new" would then be a false reason. `list` is the batch of
 * the whole list before `fillMissing`; what is missing does not count. True where nothing is claimed.
 */
export function holdsInList(kind: string, list: Batch, row: number): boolean {
  const group: Partial<Record<CandidateFeature, number>> = FEATURE_GROUPS[kind as GroupName] ?? {};
  const claims = Object.entries(group).filter(([, sign]) => sign !== 0);
  let sum = 0;
  for (const [name, sign] of claims) {
    const column = CANDIDATE_FEATURES.indexOf(name as CandidateFeature);
    const own = list.candNum[row * CANDIDATE_FEATURES.length + column];
    if (Number.isFinite(own)) sum += sign * (own - meanOf(list, column));
  }
  return claims.length === 0 || sum > 0;
}

function meanOf({ candNum, size }: Batch, column: number): number {
  let [sum, count] = [0, 0];
  for (let m = 0; m < size; m++) {
    const value = candNum[m * CANDIDATE_FEATURES.length + column];
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}
