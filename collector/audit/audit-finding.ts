/** From best to worst. `not_observable`: the log does not hold what would answer it. */
const VERDICTS = ['ok', 'not_observable', 'warn', 'fail'] as const;
export type AuditVerdict = (typeof VERDICTS)[number];

/** What one check found, and what to do about it. */
export interface AuditFinding {
  readonly check: '01' | '02' | '03' | '04';
  readonly name: 'freshness' | 'identity' | 'offline-online' | 'windows';
  readonly verdict: AuditVerdict;
  /** One sentence a fact. */
  readonly messages: readonly string[];
  readonly figures: object;
  /** Empty where nothing is to be done. */
  readonly advice: readonly string[];
  /** Shows more. */
  readonly command: string;
}

/** `ok` of none. */
export const worstOf = (verdicts: readonly AuditVerdict[]): AuditVerdict =>
  VERDICTS[Math.max(0, ...verdicts.map((verdict) => VERDICTS.indexOf(verdict)))] ?? 'ok';

/** One thing that a check says of its figures. */
export interface Remark {
  readonly verdict: AuditVerdict;
  readonly message: string;
  readonly advice?: string;
}

/** The worst of its remarks is a finding's verdict. */
export const findingOf = (
  about: Pick<AuditFinding, 'check' | 'name' | 'figures' | 'command'>,
  remarks: readonly Remark[],
): AuditFinding => ({
  ...{ check: about.check, name: about.name, verdict: worstOf(remarks.map(({ verdict }) => verdict)) },
  messages: remarks.map(({ message }) => message),
  figures: about.figures,
  advice: remarks.flatMap(({ verdict, advice }) => (verdict === 'ok' || advice === undefined ? [] : [advice])),
  command: about.command,
});

/** A share as people read it. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return 'less than 0.1 %';
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** A duration as people read it. */
export function durationText(ms: number): string {
  const units = [
    [86_400_000, 'days'],
    [3_600_000, 'hours'],
    [60_000, 'minutes'],
  ] as const;
  const [size, name] = units.find(([length]) => ms >= length) ?? [1000, 'seconds'];
  return `${(ms / size).toFixed(1)} ${name}`;
}
