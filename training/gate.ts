import { createRandom } from '../src/core/random.ts';
import { fillMissing, type FeatureRule } from '../src/core/feature-rule.ts';
import { GRAM_INPUTS } from '../src/core/gram.ts';
import { scoreLinear } from '../src/core/linear.ts';
import { type DenseLayer, type MicroModel, forwardLayers, scoreMicro } from '../src/core/micro.ts';
import { headScores } from '../src/core/bundle.ts';
import { CHOICES, type Examples } from './examples.ts';
import { type Interval, type QueryQuality, clusteredInterval, meanQuality, qualityOf, round4 } from './metrics.ts';
import type { Query } from './queries.ts';
import { topOf } from './top.ts';
import { type ScoringInput, type Scorer, rankOf, rankQueries } from './score-queries.ts';

/** Quantization may cost this much NDCG@10, and must keep the first place this often (DESIGN section 5). */
const MAX_NDCG_LOSS = 0.002;
const MIN_SAME_TOP = 0.99;

/** What the trained models score by: int8 (as shipped), fp32 (as fitted), linear blend. */
export interface Contenders {
  readonly features: readonly FeatureRule[];
  readonly int8: MicroModel;
  readonly fp32: MicroModel;
  readonly weights: readonly number[];
}

export interface Comparison {
  readonly cases: number;
  readonly model: QueryQuality;
  readonly linear: QueryQuality;
  /** Model over linear blend in NDCG@10: 95 % interval, paired, clustered by session. */
  readonly difference: Interval;
}

export interface GateReport extends Comparison {
  readonly on: 'validation queries' | 'held-out examples';
  /** On validation queries whose candidates a generator proposes (`train+valid`: the twin); null where there are none. */
  readonly generated: Comparison | null;
  readonly quantization: {
    /** NDCG@10 of the fp32 model less that of the int8 one. */
    readonly ndcgLoss: number;
    /** Share of cases with the same first place. */
    readonly sameTop1: number;
  };
  /** Why the model must not be written; empty where the gate is passed. */
  readonly failures: readonly string[];
}

interface Judged {
  /** Zero-based rank of the target per case. */
  readonly ranks: ArrayLike<number>;
  /** Place of the highest score per case. */
  readonly tops: ArrayLike<number>;
}

/** Judges on queries from sessions that nothing was fitted on. */
export function judgeQueries(input: ScoringInput, { features, int8, fp32, weights }: Contenders): GateReport {
  const tops: number[][] = [[], [], []];
  const keep = (at: number, score: Scorer): (() => Scorer) => {
    return () => (batch) => {
      const scores = score(fillMissing(batch, features));
      tops[at].push(topOf(scores, 1)[0]);
      return scores;
    };
  };
  const net = (model: MicroModel): Scorer => {
    const heads = model.layers[model.layers.length - 1].outputs;
    return (batch) => headScores(scoreMicro(batch, features, model), heads);
  };
  const ranks = rankQueries(input, [
    keep(0, net(int8)),
    keep(1, net(fp32)),
    keep(2, (batch) => scoreLinear(batch, { features, weights })),
  ]);
  const judged = ranks.map((own, at) => ({ ranks: own, tops: tops[at] }));
  return report(
    'validation queries',
    judged,
    input.queries.map((query: Query) => query.sessionId),
  );
}

/** Judges on examples (standardised) that come after those the contenders were fitted on. */
export function judgeExamples(examples: Examples, { int8, fp32, weights }: Contenders): GateReport {
  const blend: DenseLayer = {
    inputs: weights.length,
    outputs: 1,
    weights: Float32Array.from(weights),
    bias: new Float32Array(1),
  };
  // the target comes first in an example; equal scores must not favour it
  const order = shuffledPlaces(examples.count);
  const judged = [int8, fp32, { layers: [blend] }].map((model) => judge(examples, model, order));
  return report('held-out examples', judged, examples.sessionIds);
}

function judge({ count, inputs }: Examples, model: MicroModel, order: readonly number[]): Judged {
  const width = CHOICES * GRAM_INPUTS.length;
  const heads = model.layers[model.layers.length - 1].outputs;
  const [ranks, tops] = [new Int32Array(count), new Int32Array(count)];
  for (let e = 0; e < count; e++) {
    const rows = inputs.slice(e * width, (e + 1) * width);
    const scores = headScores(forwardLayers(rows, CHOICES, model), heads);
    const target = order[e];
    [scores[0], scores[target]] = [scores[target], scores[0]];
    ranks[e] = rankOf(scores, target);
    tops[e] = topOf(scores, 1)[0];
  }
  return { ranks, tops };
}

function shuffledPlaces(count: number): number[] {
  const random = createRandom(1);
  return Array.from({ length: count }, () => Math.floor(random() * CHOICES));
}

function report(on: GateReport['on'], judged: readonly Judged[], sessions: readonly string[]): GateReport {
  const [int8, fp32, linear] = judged;
  const cases = int8.ranks.length;
  const gain = ({ ranks }: Judged, i: number): number => qualityOf(ranks[i])['NDCG@10'];
  const mean = (of: (i: number) => number): number =>
    round4(sessions.reduce((sum, _, i) => sum + of(i), 0) / Math.max(1, cases));
  const difference = clusteredInterval(
    sessions.map((_, i) => gain(int8, i) - gain(linear, i)),
    sessions,
  );
  const quantization = {
    ndcgLoss: mean((i) => gain(fp32, i) - gain(int8, i)),
    sameTop1: mean((i) => (fp32.tops[i] === int8.tops[i] ? 1 : 0)),
  };
  const measured = { model: meanQuality(int8.ranks), linear: meanQuality(linear.ranks), difference, quantization };
  return { on, cases, generated: null, ...measured, failures: failuresOf(measured) };
}

export function failuresOf({ difference, quantization }: Pick<GateReport, 'difference' | 'quantization'>): string[] {
  const { mean, low, high } = difference;
  const failures: string[] = [];
  if (low === null || low <= 0) {
    failures.push(
      `the model does not beat its linear blend: NDCG@10 differs by ${String(mean)}, 95 % interval ` +
        `[${String(low)}, ${String(high)}]`,
    );
  }
  if (quantization.ndcgLoss > MAX_NDCG_LOSS) failures.push(`int8 costs ${String(quantization.ndcgLoss)} NDCG@10`);
  if (quantization.sameTop1 < MIN_SAME_TOP)
    failures.push(`int8 keeps the first place in ${String(quantization.sameTop1)}`);
  return failures;
}

/** On a generator's candidates it must not be the worse of the two. */
export const generatedFailures = ({ mean, high }: Interval): string[] =>
  high !== null && high < 0 ? [`the model is below its linear blend on a generator's candidates: ${String(mean)}`] : [];
