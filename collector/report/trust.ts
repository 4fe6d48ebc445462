import { DAY_MS } from '../day.ts';
import { measureEffect } from '../statistics/metric-effect.ts';
import { type SampleRatio, checkSampleRatio } from '../statistics/sample-ratio.ts';
import type { Analysis } from './analysis.ts';
import type { Design } from './design.ts';
import type { Finding } from './finding.ts';
import { type Population, momentsOf } from './population.ts';
import type { Exposures } from './read-exposures.ts';
import type { Agreement } from './read-outcomes.ts';
import { CROSSED } from './unit-columns.ts';

/** What is behind one unit or slot in a thousand moves an effect less than any that is worth finding. */
const TOLERATED = 0.001;
/** Of tests that stop a report: they are looked at often. */
const FAULT_ALPHA = 0.001;

/** Whether the arms hold who was assigned to them, and what was sent has come. */
export interface Trust {
  /** Of exposed units in one arm alone; null where the shares are not known. */
  readonly srm: (SampleRatio & { readonly expected: readonly number[] }) | null;
  readonly arms: readonly ArmTrust[];
  /** Units that were exposed to more than one arm; they count in none. */
  readonly crossed: number;
  /** Of the difference in delivery loss between control and another arm, the least; null where it cannot be told. */
  readonly lossP: number | null;
}

export interface ArmTrust {
  readonly arm: string;
  /** Units in this arm alone. */
  readonly units: number;
  /** Units whose bucket gives another arm; null where assignments cannot be computed again. */
  readonly misassigned: number | null;
  /** Events that were made and never came, and all that were made. */
  readonly lost: { readonly events: number; readonly of: number };
  /** Slots that were not as control would have shown them, and all that were compared. */
  readonly unlikeControl: { readonly slots: number; readonly of: number };
}

export interface TrustInput {
  readonly design: Design;
  readonly exposures: Exposures;
  readonly agreements: readonly Agreement[];
  readonly population: Population;
}

export function checkTrust({ design, exposures, agreements, population }: TrustInput): Trust {
  const { units, arms, mismatched, isRecounted } = exposures;
  const [counts, lost, made] = [arms.map(() => 0), arms.map(() => 0), arms.map(() => 0)];
  let crossed = 0;
  const [missing, expected] = [units.column('missing'), units.column('expected')];
  for (let unit = 0; unit < units.count; unit++) {
    const arm = units.arm[unit] ?? CROSSED;
    if (arm === CROSSED) {
      crossed++;
      continue;
    }
    counts[arm] = (counts[arm] ?? 0) + 1;
    lost[arm] = (lost[arm] ?? 0) + (missing[unit] ?? 0);
    made[arm] = (made[arm] ?? 0) + (expected[unit] ?? 0);
  }
  return {
    srm: sampleRatioOf(design, counts),
    arms: arms.map((arm, i) => ({
      ...{ arm, units: counts[i] ?? 0, misassigned: isRecounted ? (mismatched[i] ?? 0) : null },
      lost: { events: lost[i] ?? 0, of: made[i] ?? 0 },
      unlikeControl: { slots: agreements[i]?.different ?? 0, of: agreements[i]?.compared ?? 0 },
    })),
    crossed,
    lossP: lossPOf(population),
  };
}

function sampleRatioOf({ shares, arms }: Design, counts: readonly number[]): Trust['srm'] {
  if (shares === null) return null;
  // an arm without a share gets nobody
  const taking = arms.flatMap((_, arm) => ((shares[arm] ?? 0) > 0 ? [arm] : []));
  if (taking.length < 2) return null;
  const input = { counts: taking.map((arm) => counts[arm] ?? 0), shares: taking.map((arm) => shares[arm] ?? 0) };
  const total = input.counts.reduce((sum, count) => sum + count, 0);
  return { ...checkSampleRatio(input), expected: arms.map((_, arm) => total * (shares[arm] ?? 0)) };
}

function lossPOf(population: Population): number | null {
  const everybody = { ...population, now: Infinity, windowDays: 0 };
  const [control, ...treatments] = momentsOf(everybody, { kind: 'ratio', value: 'missing', per: 'expected' });
  const p = treatments.flatMap((treatment) => {
    if (control === undefined) return [];
    const effect = measureEffect({ control, treatment, kind: 'ratio', alpha: FAULT_ALPHA, tunedFor: 1 });
    return effect.kind === 'estimate' ? [effect.p * treatments.length] : [];
  });
  return p.length === 0 ? null : Math.min(1, ...p);
}

/** What is wrong with the experiment itself. A finding that `blocks` makes the report decide nothing. */
export function findFaults(trust: Trust, { design, exposures }: Pick<TrustInput, 'design' | 'exposures'>): Finding[] {
  const total = trust.arms.reduce((sum, { units }) => sum + units, trust.crossed);
  const isMany = (count: number, of = total): boolean => count > TOLERATED * of;
  const findings: Finding[] = [];
  const add = (code: Finding['code'], message: string, blocks = true): void =>
    void findings.push({ code, message, blocks });
  const { srm, crossed, lossP, arms } = trust;
  if (srm?.kind === 'judged' && srm.verdict === 'mismatch')
    add('sample_ratio_mismatch', `the arms hold ${countsOf(trust)} units where ${expectedOf(srm.expected)} were to be expected (p ${SMALL_P}): units are lost or added in one of them`); // prettier-ignore
  if (crossed > 0)
    add('unit_in_two_arms', `${String(crossed)} of ${String(total)} units were exposed to more than one arm and count in none: look for ids that are shared or change, and for weights that were changed without sticky buckets`, isMany(crossed)); // prettier-ignore
  for (const { arm, misassigned, units } of arms)
    if (misassigned !== null && misassigned > 0)
      add('assignment_mismatch', `${String(misassigned)} of ${String(units)} units of "${arm}" have a bucket of another arm: the page runs other experiments than were declared, or assigns by itself`, isMany(misassigned)); // prettier-ignore
  const [control] = arms;
  if (control && control.unlikeControl.slots > 0)
    add('control_leak', `${String(control.unlikeControl.slots)} of ${String(control.unlikeControl.of)} items seen in "${control.arm}" are not what control shows there: units of control see another arm`, isMany(control.unlikeControl.slots, control.unlikeControl.of)); // prettier-ignore
  if (lossP !== null && lossP < FAULT_ALPHA)
    add('delivery_loss', `the arms lose different shares of their events (p ${SMALL_P}): ${arms.map(({ arm, lost }) => `"${arm}" ${percent(lost.events / lost.of)}`).join(', ')}`); // prettier-ignore
  const known = design.arms.length;
  for (const arm of known === 0 ? [] : exposures.arms.slice(known))
    add('unknown_arm', `exposures name the arm "${arm}", which is not declared`);
  return [...findings, ...findRemarks(design, exposures)];
}

function findRemarks(design: Design, exposures: Exposures): Finding[] {
  const findings: Finding[] = design.remarks.map((message) => ({ code: 'declaration_odd', message, blocks: false }));
  const { otherPhases, firstAt, currencies } = exposures;
  if (!design.isDeclared)
    findings.push({ code: 'not_declared', message: 'no analysis was declared for it, so nothing decides: everything below is exploratory', blocks: true }); // prettier-ignore
  else if (design.declaredAt !== null && firstAt < design.declaredAt - DAY_MS)
    findings.push({ code: 'declared_late', message: `the analysis was declared ${String(Math.round((design.declaredAt - firstAt) / DAY_MS))} days after the first exposure: what it names may have been chosen by what was seen`, blocks: false }); // prettier-ignore
  if (otherPhases > 0)
    findings.push({ code: 'other_phases', message: `${String(otherPhases)} exposures of other phases are left out; --phase reads another one`, blocks: false }); // prettier-ignore
  const [main, ...others] = Object.entries(currencies);
  if (main && others.length > 0)
    findings.push({ code: 'currencies_mixed', message: `revenue is that in ${main[0]}; ${others.map(([currency, count]) => `${String(count)} conversions in ${currency}`).join(', ')} have none`, blocks: false }); // prettier-ignore
  return findings;
}

/** Conversions that one of the windows of an analysis has and another has not. */
export interface WindowCount {
  readonly window: 'report' | 'training' | 'business';
  readonly days: number;
  readonly conversions: number;
  /** Of those of the longest window. */
  readonly lost: number;
}

export function compareWindows(
  analysis: Analysis,
  counts: Readonly<Record<WindowCount['window'], number>>,
): WindowCount[] {
  const { windowDays, trainingWindowDays, businessWindowDays } = analysis;
  const days = { report: windowDays, training: trainingWindowDays, business: businessWindowDays };
  const most = Math.max(...Object.values(counts));
  return (['report', 'training', 'business'] as const).flatMap((window) => {
    const length = days[window];
    const conversions = counts[window];
    return length === undefined ? [] : [{ window, days: length, conversions, lost: most - conversions }];
  });
}

export function findWindows(windows: readonly WindowCount[]): Finding[] {
  if (new Set(windows.map(({ days }) => days)).size < 2) return [];
  const each = windows.map(({ window, days, conversions, lost }) => `${window} ${String(days)} days (${String(conversions)} conversions, ${String(lost)} lost)`); // prettier-ignore
  return [
    { code: 'windows_differ', message: `what counts as a conversion differs: ${each.join(', ')}`, blocks: false },
  ];
}

const countsOf = ({ arms }: Trust): string => arms.map(({ units }) => String(units)).join(' and ');
const expectedOf = (expected: readonly number[]): string => expected.map((units) => units.toFixed(0)).join(' and ');
const percent = (share: number): string => `${(100 * (Number.isFinite(share) ? share : 0)).toFixed(2)} %`;
/** Such findings are made below it alone, and no p is 0. */
const SMALL_P = `below ${String(FAULT_ALPHA).slice(1)}`;
