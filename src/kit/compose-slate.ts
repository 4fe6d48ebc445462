import type { ParsedCandidates } from '../core/candidate.ts';
import { orderByScore } from '../core/order.ts';
import { createProblem } from '../core/problem.ts';
import type { Slate } from '../core/slate.ts';
import type { Ranked } from './ranking.ts';

export interface SlateParts {
  readonly slateId: string;
  readonly placement: string;
  readonly parsed: ParsedCandidates;
  readonly ranked: Ranked;
}

/** Puts the candidates in their order. */
export function composeSlate({ slateId, placement, parsed, ranked }: SlateParts): Slate {
  const { tier, tierProblem, modelId, signalAgeMs, serverLag } = ranked;
  const { items, requestId } = parsed.list;
  const scores = tier === 'server' ? new Float32Array(items.length) : ranked.scores;
  const { order, finite } = orderByScore(scores);
  const problems = [...parsed.problems, ...ranked.problems];
  if (!finite)
    problems.push(createProblem('scores_not_finite', 'some scores are not finite numbers; these items are last'));
  return {
    ...{ slateId, requestId, placement, tier, modelId, signalAgeMs, serverLag, problems },
    ...(tierProblem && { tierProblem }),
    items: order.flatMap((row, position) => {
      const [candidate, score = Number.NaN] = [items[row], scores[row]];
      if (candidate === undefined) return [];
      const shown = tier === 'server' || !Number.isFinite(score) ? null : score;
      return { itemId: candidate.id, position, serverRank: row, score: shown, candidate };
    }),
  };
}
