import type { Analysis } from './analysis.ts';
import type { Finding } from './finding.ts';
import { type Comparison, type Lift, decisiveEffect } from './comparison.ts';
import type { MeasuredMetric } from './measured-metric.ts';

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
  if (counted === 0) return wait(waiting > 0 ? `the window of ${plural(waiting, 'unit')} is not over yet, and of nobody else there is anything to count` : 'nobody has been exposed'); // prettier-ignore
  if (primary === undefined || primary.notObservable !== undefined) return wait(`the primary metric cannot be seen: ${primary?.notObservable ?? 'it is not measured'}`); // prettier-ignore
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
  const effect = decisiveEffect(comparison)?.sequential.relative ?? null;
  const sign = primary.better === 'higher' ? 1 : -1;
  const base = { arm, lift: sign * (effect?.lift ?? 0) };
  const states = guardrails.map((metric) => ({
    metric,
    state: metric.comparisons.find((one) => one.arm === arm)?.guardrail ?? 'open',
  }));
  const broken = states.find(({ state }) => state === 'violated');
  const open = states.filter(({ state }) => state === 'open');
  if (broken) return { ...base, decision: 'stop', sentence: `Stop "${arm}": ${broken.metric.label} got worse by more than the ${percent(broken.metric.margin ?? 0)} that it may` }; // prettier-ignore
  if (effect === null) return { ...base, ...wait(`there is too little to compare "${arm}" with control by ${primary.label}`) }; // prettier-ignore
  const [worst, best] = sign > 0 ? [effect.low, effect.high] : [-effect.high, -effect.low];
  const told = `${primary.label}: ${tell(effect)}`;
  if (best < 0) return { ...base, decision: 'stop', sentence: `Stop "${arm}": it is worse. ${capital(told)}` };
  if (best < input.analysis.smallestEffect) return { ...base, decision: 'stop', sentence: `Stop "${arm}": it cannot be better by the ${percent(input.analysis.smallestEffect)} that would matter. ${capital(told)}` }; // prettier-ignore
  // whatever is not a number is no reason to ship
  if (!(worst > 0)) return { ...base, ...wait(`it is not known yet whether "${arm}" is better. ${capital(told)}. ${needed(effect, input)}`) }; // prettier-ignore
  if (open.length > 0) return { ...base, ...wait(`"${arm}" is better, but it is not known yet whether ${open.map(({ metric }) => nameOf(metric)).join(' and ')} got worse by more than allowed. ${capital(told)}`) }; // prettier-ignore
  return { ...base, decision: 'ship', sentence: `Ship "${arm}": it is better${guardrails.length > 0 ? ', and no guardrail got worse by more than it may' : ''}. ${capital(told)}` }; // prettier-ignore
}

const nameOf = ({ label, notObservable }: MeasuredMetric): string =>
  notObservable === undefined ? label : `${label} (${notObservable})`;

/** The width of an interval goes with the root of the number of units. */
function needed({ low, high }: Lift, { analysis, counted, waiting }: VerdictInput): string {
  const factor = ((high - low) / 2 / analysis.smallestEffect) ** 2;
  const more = Math.max(0, Math.round(counted * (factor - 1)));
  const later = waiting > 0 ? `; the window of ${plural(waiting, 'unit')} is not over yet` : '';
  if (more === 0) return `An effect of ${percent(analysis.smallestEffect)} should be told soon${later}`;
  return `To tell an effect of ${percent(analysis.smallestEffect)}, about ${plural(Number(more.toPrecision(2)), 'unit')} more are needed${later}`;
}

const wait = (why: string): Verdict => ({ decision: 'wait', sentence: `Wait: ${why}` });
/** One decimal, or two digits where that would hide what is small. */
function percent(share: number): string {
  const value = 100 * share;
  return `${String(Number(Math.abs(value) < 1 ? value.toPrecision(2) : value.toFixed(1)))} %`;
}
const signed = (share: number): string => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
const plural = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const tell = ({ lift, low, high }: Lift): string => `${signed(lift)} (between ${signed(low)} and ${signed(high)})`;
