import type { Analysis } from './analysis.ts';
import type { Finding } from './finding.ts';
import { type Comparison, type Lift, decisiveEffect } from './comparison.ts';
import type { MeasuredMetric } from './measured-metric.ts';
import { liftText, percentText, plural } from './number-text.ts';

export interface Verdict {
  readonly decision: 'ship' | 'stop' | 'wait';
  /** The arm to ship; absent with another decision. */
  readonly arm?: string;
  /** What to do and why, in plain words. */
  readonly sentence: string;
}

export interface VerdictInput {
  readonly metrics: readonly MeasuredMetric[];
  readonly findings: readonly Finding[];
  readonly analysis: Analysis;
  /** Units whose window is over, of all arms. */
  readonly counted: number;
  /** Units whose window is not over. */
  readonly waiting: number;
}

/**
 * Ship, stop or wait, by the primary metric and the guardrails alone, and by intervals that hold at every look. `ship`: an
 * arm's effect on the primary metric is above 0 and every guardrail holds. `stop`: each arm makes the primary metric worse,
 * breaks a guardrail, or cannot reach the smallest effect that matters. Nothing is decided while a finding blocks.
 */
export function decideVerdict(input: VerdictInput): Verdict {
  const { metrics, findings, counted, waiting } = input;
  const primary = metrics.find(({ role }) => role === 'primary');
  const blocking = findings.find(({ blocks }) => blocks);
  if (blocking) return wait(`${blocking.message}. Until that is mended the numbers decide nothing`);
  if (counted === 0)
    return wait(
      waiting > 0
        ? `the window of ${plural(waiting, 'unit')} is not over yet, and of nobody else there is anything to count`
        : 'nobody has been exposed',
    );
  if (primary === undefined || primary.notObservable !== undefined)
    return wait(`the primary metric cannot be seen: ${primary?.notObservable ?? 'it is not measured'}`);
  const guardrails = metrics.filter(({ role }) => role === 'guardrail');
  const judged = primary.comparisons.map((comparison) => judgeArm(comparison, { primary, guardrails, input }));
  return combine(judged);
}

/** The best arm to ship, what is to be stopped, and what is waited for. */
function combine(judged: readonly Judged[]): Verdict {
  if (judged.length === 0) return wait('there is no arm beside control');
  const [shipped] = judged.filter(({ decision }) => decision === 'ship').sort((a, b) => b.lift - a.lift);
  const of = (decision: Verdict['decision']): string[] =>
    judged.filter((one) => one.decision === decision).map(({ sentence }) => sentence);
  if (shipped) return { decision: 'ship', arm: shipped.arm, sentence: [shipped.sentence, ...of('stop')].join('. ') };
  const waits = of('wait');
  return { decision: waits.length > 0 ? 'wait' : 'stop', sentence: [...of('stop'), ...waits].join('. ') };
}

interface Judged extends Verdict {
  readonly arm: string;
  readonly lift: number;
}

interface JudgeInput {
  readonly primary: MeasuredMetric;
  readonly guardrails: readonly MeasuredMetric[];
  readonly input: VerdictInput;
}

function judgeArm(comparison: Comparison, { primary, guardrails, input }: JudgeInput): Judged {
  const { arm } = comparison;
  const found = decisiveEffect(comparison)?.sequential.relative ?? null;
  const sign = primary.better === 'higher' ? 1 : -1;
  const stateOf = ({ comparisons }: MeasuredMetric) => comparisons.find((one) => one.arm === arm)?.guardrail ?? 'open';
  const broken = guardrails.find((metric) => stateOf(metric) === 'violated');
  const open = guardrails.filter((metric) => stateOf(metric) === 'open');
  const verdict = broken
    ? stop(arm, `${broken.label} got worse by more than the ${percentText(broken.margin ?? 0)} that it may`)
    : found === null
      ? wait(`there is too little to compare "${arm}" with control by ${primary.label}`)
      : decideByEffect(found, { arm, primary, open, hasGuardrails: guardrails.length > 0, input });
  return { ...verdict, arm, lift: sign * (found?.lift ?? 0) };
}

interface EffectInput extends Pick<JudgeInput, 'primary' | 'input'> {
  readonly arm: string;
  /** Guardrails of which it is not known whether they hold. */
  readonly open: readonly MeasuredMetric[];
  readonly hasGuardrails: boolean;
}

function decideByEffect(effect: Lift, { arm, primary, open, hasGuardrails, input }: EffectInput): Verdict {
  const { smallestEffect } = input.analysis;
  const [worst, best] = primary.better === 'higher' ? [effect.low, effect.high] : [-effect.high, -effect.low];
  const told = `${capital(primary.label)}: ${tell(effect)}`;
  if (best < 0) return stop(arm, `it is worse. ${told}`);
  if (best < smallestEffect)
    return stop(arm, `it cannot be better by the ${percentText(smallestEffect)} that would matter. ${told}`);
  // whatever is not a number is no reason to ship
  if (!(worst > 0)) return wait(`it is not known yet whether "${arm}" is better. ${told}. ${needed(effect, input)}`);
  const unknown = open.map(nameOf).join(' and ');
  if (open.length > 0)
    return wait(
      `"${arm}" is better, but it is not known yet whether ${unknown} got worse by more than allowed. ${told}`,
    );
  const held = hasGuardrails ? ', and no guardrail got worse by more than it may' : '';
  return { decision: 'ship', sentence: `Ship "${arm}": it is better${held}. ${told}` };
}

const nameOf = ({ label, notObservable }: MeasuredMetric): string =>
  notObservable === undefined ? label : `${label} (${notObservable})`;

/** The width of an interval goes with the root of the number of units. */
function needed({ low, high }: Lift, { analysis, counted, waiting }: VerdictInput): string {
  const factor = ((high - low) / 2 / analysis.smallestEffect) ** 2;
  const more = Math.max(0, Math.round(counted * (factor - 1)));
  const later = waiting > 0 ? `; the window of ${plural(waiting, 'unit')} is not over yet` : '';
  if (more === 0) return `An effect of ${percentText(analysis.smallestEffect)} should be told soon${later}`;
  return `To tell an effect of ${percentText(analysis.smallestEffect)}, about ${plural(Number(more.toPrecision(2)), 'unit')} more are needed${later}`;
}

const stop = (arm: string, why: string): Verdict => ({ decision: 'stop', sentence: `Stop "${arm}": ${why}` });
const wait = (why: string): Verdict => ({ decision: 'wait', sentence: `Wait: ${why}` });
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const tell = ({ lift, low, high }: Lift): string =>
  `${liftText(lift)} (between ${liftText(low)} and ${liftText(high)})`;
