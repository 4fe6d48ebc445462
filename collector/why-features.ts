import { type LocalModels, headScores } from '../src/core/bundle.ts';
import type { FeedbackEvent } from '../src/core/event.ts';
import type { FeatureRule } from '../src/core/feature-rule.ts';
import { GRAM_INPUTS } from '../src/core/gram.ts';
import { type LinearModel, standardise } from '../src/core/linear.ts';
import { type MicroModel, forwardLayers } from '../src/core/micro.ts';
import { isProblem } from '../src/core/problem.ts';
import { type RankingLog, restoreInputs } from '../src/core/ranking-log.ts';
import { INPUT_GROUPS, type InputGroup } from './input-groups.ts';
import type { LoggedSlate } from './logged-slate.ts';
import { Mean, round4 } from './mean.ts';

/** A slate and its ranking stand close to each other in a log; what waits longer for the other is given up. */
const MAX_WAITING = 1000;

export interface FeatureShares {
  /** Slates with a `ranking` by this bundle's model. */
  readonly slates: number;
  /** Of the scores' movement, by group; they add up to 1. */
  readonly shares: Readonly<Record<InputGroup, number>>;
}

interface Waiting {
  readonly slate?: Pick<LoggedSlate, 'event' | 'shown'>;
  readonly ranking?: RankingLog;
}

interface Net {
  readonly features: readonly FeatureRule[];
  readonly model: MicroModel;
}

/**
 * What each group of inputs moves: the change of a shown item's score (first head) where the group's inputs are the
 * training's mean, less the mean change over the list, as a change of all scores alike orders nothing; absolute, mean over
 * shown items, then over slates; a group's share is of the sum of all groups.
 */
export class FeatureTally {
  readonly #models: LocalModels;
  readonly #waiting = new Map<string, Waiting>();
  readonly #movements = new Map<InputGroup, Mean>(INPUT_GROUPS.map(({ name }) => [name, new Mean()]));
  #slates = 0;

  constructor(models: LocalModels) {
    this.#models = models;
  }

  addSlate({ slateId, event, shown }: LoggedSlate): void {
    this.#join(slateId, { slate: { event, shown } });
  }

  addRanking({ slateId = '', ranking }: FeedbackEvent): void {
    if (ranking) this.#join(slateId, { ranking });
  }

  /** Null where no slate could be judged. */
  shares(): FeatureShares | null {
    const entries = [...this.#movements].map(([name, { sum }]) => [name, sum] as const);
    const total = entries.reduce((all, [, sum]) => all + sum, 0);
    if (total === 0) return null;
    const shares = Object.fromEntries(entries.map(([name, sum]) => [name, round4(sum / total)]));
    return { slates: this.#slates, shares: shares as Record<InputGroup, number> };
  }

  #join(slateId: string, part: Waiting): void {
    const { slate, ranking } = { ...this.#waiting.get(slateId), ...part };
    if (slate && ranking) {
      this.#waiting.delete(slateId);
      this.#measure(slate, ranking);
      return;
    }
    this.#waiting.set(slateId, part);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MAX_WAITING && oldest !== undefined) this.#waiting.delete(oldest);
  }

  #measure({ event, shown }: Pick<LoggedSlate, 'event' | 'shown'>, ranking: RankingLog): void {
    const net = event.modelId === this.#models.modelId ? this.#netOf(event) : undefined;
    if (net === undefined) return;
    const inputs = standardise(restoreInputs(ranking), net.features);
    const size = inputs.length / GRAM_INPUTS.length;
    if (shown.length === 0 || shown.some((row) => row >= size)) return;
    this.#slates++;
    const scores = firstHead(inputs, size, net.model);
    for (const { name, columns } of INPUT_GROUPS) {
      const without = inputs.slice();
      for (const column of columns)
        for (let at = column; at < without.length; at += GRAM_INPUTS.length) without[at] = 0;
      const changes = firstHead(without, size, net.model).map((score, row) => score - (scores[row] ?? 0));
      const common = changes.reduce((sum, change) => sum + change, 0) / size;
      const moved = shown.reduce((sum, row) => sum + Math.abs((changes[row] ?? 0) - common), 0);
      this.#movements.get(name)?.add(moved / shown.length);
    }
  }

  /** What scored the slate; the onnxruntime engines have the weights of `micro`. */
  #netOf({ tier }: FeedbackEvent): Net | undefined {
    const { micro, linear, features } = this.#models;
    if (tier === 'linear') return { features: linear.features, model: asNet(linear) };
    if (tier === undefined || tier === 'server' || micro === null || isProblem(micro)) return undefined;
    return { features, model: micro };
  }
}

/** A blend is a net of one layer. */
const asNet = ({ weights }: LinearModel): MicroModel => ({
  layers: [{ inputs: weights.length, outputs: 1, weights: Float32Array.from(weights), bias: new Float32Array(1) }],
});

/** [M] */
function firstHead(inputs: Float32Array, size: number, model: MicroModel): Float32Array {
  const logits = forwardLayers(inputs, size, model);
  return headScores(logits, logits.length / size);
}
