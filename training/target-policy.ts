import { statSync } from 'node:fs';
import { forwardLayers } from '../src/core/micro.ts';
import { standardise } from '../src/core/linear.ts';
import { type SlatePolicy, parsePolicy } from '../src/core/policy.ts';
import { isProblem } from '../src/core/problem.ts';
import { type RankingLog, restoreInputs } from '../src/core/ranking-log.ts';
import { type SlateLog, decisionInputOf } from '../src/core/slate-log.ts';
import type { DecisionInput } from '../src/core/slot-loop.ts';
import { readBundleModels } from './bundle-engines.ts';
import { InputError } from './input-error.ts';
import { readObject } from './json-file.ts';

/** A slate as it was logged, with what the model read where the log has it. */
export interface LoggedInputs {
  readonly slateId: string;
  readonly slate: SlateLog;
  readonly ranking: RankingLog | undefined;
}

/** What may have filled the logged slates instead. */
export interface TargetPolicy {
  /** The model's id, or null where the policy decides over the logged scores. */
  readonly modelId: string | null;
  readonly readsRanking: boolean;
  /** The same candidates and rules, decided otherwise; a text says what the log lacks for that. */
  readonly inputOf: (inputs: LoggedInputs) => DecisionInput | string;
}

/**
 * A bundle's folder (its scores under the logged policy), or a file with a policy as JSON over the kit's default one
 * (that policy over the logged scores). Throws `InputError` where it is neither.
 */
export function readTargetPolicy(path: string): TargetPolicy {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new InputError(`${path}: no such bundle or policy`);
  return stats.isDirectory() ? readBundlePolicy(path) : readSettings(path);
}

function readSettings(file: string): TargetPolicy {
  const policy = parsePolicy(readObject(file));
  if (isProblem(policy)) throw new InputError(`${file}: ${policy.message}`);
  return createChangedPolicy(() => policy);
}

/** Another slate policy over the logged scores, made of the logged one. */
export const createChangedPolicy = (change: (logged: SlatePolicy) => SlatePolicy): TargetPolicy => ({
  modelId: null,
  readsRanking: false,
  inputOf: ({ slateId, slate }) => {
    const policy = change(slate.policy);
    const input = { ...decisionInputOf(slateId, slate), policy };
    // nothing was ranked, so the policy weighs nothing
    if (slate.scores === null) return input;
    return findLack(slate, policy) ?? findHeadLack(slate.heads, policy) ?? input;
  },
});

/** A log keeps what its own policy weighed, and no more. */
function findLack({ policy: logged }: SlateLog, policy: SlatePolicy): string | undefined {
  if (policy.diversity > 0 && logged.diversity === 0) return 'the log keeps no vectors: its policy had no diversity';
  if (policy.novelty !== 0 && logged.novelty === 0) return 'the log keeps no popularity: its policy had no novelty';
  if (policy.fatigue > 0 && logged.fatigue === 0) return 'the log keeps no impressions: its policy had no fatigue';
  return undefined;
}

function findHeadLack(heads: DecisionInput['heads'], { weights }: SlatePolicy): string | undefined {
  const missing = Object.keys(weights ?? {}).find((name) => !heads.some((head) => head.name === name));
  return missing === undefined ? undefined : `there is no score of the head "${missing}", which the policy weighs`;
}

function readBundlePolicy(bundleDir: string): TargetPolicy {
  const { heads, features, modelId, micro } = readBundleModels(bundleDir);
  if (micro === null || isProblem(micro)) {
    throw new InputError(`${bundleDir}: without micro.bin its model cannot be run on logged inputs`);
  }
  return {
    modelId,
    readsRanking: true,
    inputOf: ({ slateId, slate, ranking }) => {
      const input = decisionInputOf(slateId, slate);
      // nothing was ranked, which no bundle would have changed
      if (slate.scores === null) return input;
      const lack = findHeadLack(heads, slate.policy);
      if (lack !== undefined) return lack;
      const inputs = ranking && restoreInputs(ranking);
      if (inputs?.length !== slate.candidates.length * features.length) {
        return 'there is no event "ranking" with what the model read, which is logged at level training';
      }
      return { ...input, heads, logits: forwardLayers(standardise(inputs, features), slate.candidates.length, micro) };
    },
  };
}
