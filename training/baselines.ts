import type { Baseline, BaselineView } from './baseline.ts';
import { ItemKnnBaseline } from './baseline-item-knn.ts';
import {
  InversePopularityBaseline,
  OwnItemsBaseline,
  POPULARITY_HALF_LIFE_DAYS,
  PopularityBaseline,
  RandomBaseline,
} from './baseline-popularity.ts';
import { SequentialRulesBaseline } from './baseline-sequential-rules.ts';
import { SessionKnnBaseline } from './baseline-session-knn.ts';

export const BASELINES = [
  'popularity',
  'decayedPopularity',
  'ownItems',
  'itemKnn',
  'sequentialRules',
  'sessionKnn',
  'simpleMix',
  'random',
  'inversePopularity',
] as const;
export type BaselineName = (typeof BASELINES)[number];

/** Weights of the parts of `simpleMix`, each part scaled to a highest score of 1; chosen on retail validation. */
const MIX = { sessionKnn: 0.5, sequentialRules: 0.5, itemKnn: 0.5, ownItems: 0.25 };

export function createBaselines(items: number, random: () => number): Readonly<Record<BaselineName, Baseline>> {
  const parts = {
    ownItems: new OwnItemsBaseline(items),
    sequentialRules: new SequentialRulesBaseline(items),
    sessionKnn: new SessionKnnBaseline(items),
    itemKnn: new ItemKnnBaseline({ items, contextDecay: 0.5 }),
  };
  return {
    popularity: new PopularityBaseline(items, Number.POSITIVE_INFINITY),
    decayedPopularity: new PopularityBaseline(items, POPULARITY_HALF_LIFE_DAYS),
    ...parts,
    simpleMix: new MixBaseline(items, parts),
    random: new RandomBaseline(items, random),
    inversePopularity: new InversePopularityBaseline(items),
  };
}

const MIXED = ['sessionKnn', 'sequentialRules', 'itemKnn', 'ownItems'] as const;
type Parts = Readonly<Record<(typeof MIXED)[number], Baseline>>;

/** Session-kNN, sequential rules, item-kNN and the visitor's own earlier items; its parts learn on their own. */
class MixBaseline implements Baseline {
  readonly #parts: Parts;
  readonly #scores: Float64Array;

  constructor(items: number, parts: Parts) {
    this.#parts = parts;
    this.#scores = new Float64Array(items);
  }

  learn(): void {
    // the parts are the caller's and have learned already
  }

  score(view: BaselineView): Float64Array {
    const sum = this.#scores.fill(0);
    for (const name of MIXED) {
      const scores = this.#parts[name].score(view);
      const highest = scores.reduce((max, value) => Math.max(max, value), 0);
      if (highest > 0) scores.forEach((value, row) => (sum[row] += (MIX[name] * value) / highest));
    }
    return sum;
  }
}
