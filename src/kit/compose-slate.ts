import { measureAdaptation } from '../core/adaptation-effect.ts';
import { type AppliedRules, type Override, applyRules, windowsOf } from '../core/apply-rules.ts';
import type { Candidate, ParsedCandidates } from '../core/candidate.ts';
import { type DecidedSlot, deciding } from '../core/decide.ts';
import type { Conduct } from '../core/conduct.ts';
import { itemHash, packVectors } from '../core/packed-items.ts';
import type { SlatePolicy } from '../core/policy.ts';
import { type Problem, createProblem } from '../core/problem.ts';
import type { RuleSet } from '../core/rule-set.ts';
import type { LeftItem, OverriddenArm, Slate, SlateArm, SlateItem, SlateRelease, TrailStep } from '../core/slate.ts';
import type { LoggedDecision } from '../core/slate-log.ts';
import type { DecisionInput } from '../core/slot-loop.ts';
import { IN_VIEW } from '../core/slot-rules.ts';
import type { Steps } from '../core/steps.ts';
import type { Ranked } from './ranking.ts';
import type { ReadContext } from './read-context.ts';

export interface SlateParts {
  readonly slateId: string;
  readonly placement: string;
  /** Epoch ms. */
  readonly now: number;
  readonly parsed: ParsedCandidates;
  readonly ranked: Ranked;
  readonly rules: RuleSet;
  readonly policy: SlatePolicy;
  readonly arms: readonly SlateArm[];
  readonly overridden?: readonly OverriddenArm[] | undefined;
  readonly context: ReadContext;
  /** What was done on this page: what rules go by where storage could not be read or may not be. */
  readonly done: Conduct;
  /** By position, ids of items that stay in view. */
  readonly kept: readonly (string | null)[];
  readonly release?: SlateRelease | undefined;
  /** Whether stored signals may be read. */
  readonly isPersonal: boolean;
}

export interface ComposedSlate extends LoggedDecision {
  readonly slate: Slate;
  /** What it was composed of. */
  readonly ranked: Ranked;
}

const FACTS_MISSING = createProblem(
  'rule_facts_missing',
  'stored signals could not be read: rules know only what was done on this page',
);

/** Applies the rules and decides the slate: on every tier, the server's order included. */
export function* composeSlate(parts: SlateParts): Steps<ComposedSlate> {
  const { slateId, placement, parsed, ranked, arms, overridden, release } = parts;
  const { tier, tierProblem, modelId, signalAgeMs, serverLag } = ranked;
  const { requestId } = parsed.list;
  const applied = apply(parts);
  yield;
  const input = inputOf(parts, applied);
  yield;
  const decision = yield* deciding(input);
  const problems = [...parsed.problems, ...parts.context.problems, ...ranked.problems];
  problems.push(...headProblems(parts));
  if (ranked.facts === null && parts.isPersonal && parsed.list.items.length > 0) problems.push(FACTS_MISSING);
  if (ranked.scores.some((logit) => !Number.isFinite(logit)))
    problems.push(createProblem('scores_not_finite', 'some scores are not finite numbers; these items are last'));
  const items = decision.slots.map((slot, position) => itemOf({ slot, position, applied, input, decision }));
  yield;
  const shown = new Set(decision.slots.map(({ row }) => row));
  const slate: Slate = {
    ...{ slateId, requestId, placement, tier, modelId, signalAgeMs, serverLag },
    ...{ arms, rulesVersion: applied.version, items, problems },
    ...(tierProblem && { tierProblem }),
    ...(modelId && release && { release }),
    ...(overridden && { overridden }),
    left: applied.candidates.flatMap((candidate, row): LeftItem[] =>
      shown.has(row) ? [] : [{ itemId: candidate.id, serverRank: row, trail: [whyLeft(applied, decision.left, row)] }],
    ),
    overrides: applied.overrides.map((override) => withPins(override, items)),
    ...(input.bias && { adaptation: measureAdaptation(decision, yield* deciding({ ...input, bias: null })) }),
  };
  const itemIds = applied.candidates.map(({ id }) => id);
  return { slate, ranked, input, decision, itemIds, rulesVersion: applied.version };
}

function apply({ rules, placement, parsed, now, context, ranked, done, kept, isPersonal }: SlateParts): AppliedRules {
  const { items: candidates, issuedAt } = parsed.list;
  const hashes = candidates.map(({ id }) => itemHash(id));
  return applyRules({
    ...{ rules, placement, candidates, kept, issuedAt, now },
    customer: context.customer,
    facts: (isPersonal ? ranked.facts : null) ?? done.facts(hashes, now, windowsOf(rules.rules, placement)),
    context: { ...context.context, placement },
  });
}

function inputOf({ slateId, policy, ranked, parsed }: SlateParts, applied: AppliedRules): DecisionInput {
  const { items } = parsed.list;
  const isServer = ranked.tier === 'server';
  return {
    ...{ slateId, policy, rules: applied.slotRules, dropped: applied.dropped, heads: ranked.heads },
    logits: isServer ? null : ranked.scores,
    impressions: ranked.facts?.impressions ?? null,
    popularity: items.map(({ popularity = Number.NaN }) => popularity),
    bias: isServer ? null : ranked.bias,
    vectors: isServer || policy.diversity === 0 ? null : packVectors(items),
  };
}

interface ItemParts {
  readonly slot: DecidedSlot;
  readonly position: number;
  readonly applied: AppliedRules;
  readonly input: DecisionInput;
  readonly decision: { readonly utilities: Float64Array };
}

function itemOf({ slot, position, applied, input, decision }: ItemParts): SlateItem {
  const { row, propensity, by, best, ruleId } = slot;
  const candidate = applied.candidates[row] as Candidate;
  const score = input.logits?.[row * input.heads.length] ?? Number.NaN;
  const utility = decision.utilities[row] ?? Number.NaN;
  return {
    ...{ itemId: candidate.id, position, serverRank: row, propensity, candidate },
    score: Number.isFinite(score) ? score : null,
    utility: Number.isFinite(utility) ? utility : null,
    explored: by === 'drawn' && row !== best,
    ...(by === 'pinned' && ruleId !== undefined && ruleId !== IN_VIEW && { pinnedBy: ruleId }),
    trail: trailOf(slot),
  };
}

export function trailOf({ by, ruleId, relaxed }: Pick<DecidedSlot, 'by' | 'ruleId' | 'relaxed'>): TrailStep[] {
  const rule = ruleId === undefined ? {} : { ruleId };
  const required: TrailStep[] = by !== 'pinned' && ruleId !== undefined ? [{ step: 'required', ruleId }] : [];
  const gaps = relaxed.map((id): TrailStep => ({ step: 'relaxed', ruleId: id }));
  if (ruleId === IN_VIEW) return [{ step: 'kept' }];
  return [...required, ...gaps, by === 'pinned' ? { step: by, ...rule } : { step: by }];
}

function whyLeft({ dropped }: AppliedRules, left: ReadonlyMap<number, string | null>, row: number): TrailStep {
  const ruleId = dropped[row] ?? null;
  if (ruleId !== null) return { step: 'dropped', ruleId };
  const quota = left.get(row) ?? null;
  return quota === null ? { step: 'outranked' } : { step: 'held_back', ruleId: quota };
}

/** A pin of which the slate is too short, or whose place another pin has, pins nothing. */
const withPins = (override: Override, items: readonly SlateItem[]): Override =>
  override.kind === 'hide'
    ? override
    : {
        ...override,
        itemIds: items.filter(({ pinnedBy }) => pinnedBy === override.ruleId).map(({ itemId }) => itemId),
      };

/** A weight for a head that the model does not have, which is a slip of the pen; `linear` has one head by nature. */
function headProblems({ ranked: { heads, tier }, policy: { weights } }: SlateParts): Problem[] {
  if (weights === null || tier === 'server' || tier === 'linear') return [];
  const names = heads.map(({ name }) => name);
  const unknown = Object.keys(weights).filter((name) => !names.includes(name));
  const message = `policy.weights names ${unknown.join(', ')}, and the model's heads are ${names.join(', ')}`;
  return unknown.length === 0 ? [] : [createProblem('policy_invalid', message)];
}
