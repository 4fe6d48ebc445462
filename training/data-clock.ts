import { clockUnit } from '../src/core/clock.ts';
import { DAY_MS } from './day.ts';
import type { SiteLog } from './site-log.ts';
import { type DataFinding, describeFinding, mild } from './data-finding.ts';

type Unit = 'ms' | 's' | 'us';

/** What the times of a file mean. */
export interface LogClock {
  /** Epoch ms of a time as written; undefined where the row is left out. */
  readonly toMs: (raw: number) => number | undefined;
  /** Whether times tell more than seconds. */
  readonly isFine: boolean;
  readonly findings: readonly DataFinding[];
}

const PER_MS: Readonly<Record<Unit, number>> = { ms: 1, s: 1000, us: 1 / 1000 };
const NAMES: Readonly<Record<Unit, string>> = { ms: 'milliseconds', s: 'seconds', us: 'microseconds' };
/** Above this share of times that mean nothing, the clock itself is unknown (the share that also refuses a table). */
const MAX_ODD_SHARE = 0.05;
const MIN_FAR_MS = 30 * DAY_MS;

/** Decides by all times of a file, as written, which unit they are in and which of them cannot be. */
export function readClock(times: readonly number[]): LogClock {
  const counts = new Map<Unit | undefined, number>();
  for (const time of times) {
    const unit = clockUnit(time);
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  const odd = counts.get(undefined) ?? 0;
  if (odd > times.length * MAX_ODD_SHARE) return unknownClock(times, odd);
  const convert = (raw: number): number | undefined => {
    const unit = clockUnit(raw);
    return unit && Math.floor(raw * PER_MS[unit]);
  };
  const known = Float64Array.from(times.flatMap((time) => convert(time) ?? [])).sort();
  const near = nearRange(known);
  const toMs = (raw: number): number | undefined => {
    const at = convert(raw);
    return at !== undefined && at >= near.from && at <= near.to ? at : undefined;
  };
  const left = times.length - times.reduce((sum, time) => sum + (toMs(time) === undefined ? 0 : 1), 0);
  return { toMs, isFine: isFine(known), findings: [...unitFindings(counts), ...leftOutFindings(left, near)] };
}

export interface MendOptions<T> {
  readonly file: string;
  readonly rows: readonly T[];
  /** A row's time as written. */
  readonly timeOf: (row: T) => number;
  readonly log: Pick<SiteLog, 'sessions'>;
  readonly warn: (line: string) => void;
}

/**
 * Rows of a table beside the log with their times in epoch ms, without those at times that cannot be; says what was
 * mended. Where the log was accepted with a clock of its own, the table's is the same one and stays as written.
 */
export function mendTimes<T>(options: MendOptions<T>): { readonly row: T; readonly at: number }[] {
  const { file, rows, timeOf, log, warn } = options;
  const newest = log.sessions.at(-1)?.startAt;
  if (newest !== undefined && clockUnit(newest) !== 'ms') return rows.map((row) => ({ row, at: timeOf(row) }));
  const { toMs, findings } = readClock(rows.map(timeOf));
  for (const finding of findings.map(mild)) warn(`${file}: ${describeFinding(finding)}`);
  return rows.flatMap((row) => {
    const at = toMs(timeOf(row));
    return at === undefined ? [] : [{ row, at }];
  });
}

/** Times too far from the others: by more than all but the outermost 1 % on each side span, and by over 30 days. */
function nearRange(sorted: Float64Array): { readonly from: number; readonly to: number } {
  const [low, high] = [0.01, 0.99].map((share) => sorted[Math.round((sorted.length - 1) * share)]);
  const margin = Math.max(high - low, MIN_FAR_MS);
  return { from: low - margin, to: high + margin };
}

const isFine = (times: Float64Array): boolean =>
  times.reduce((sum, time) => sum + (time % 1000 === 0 ? 0 : 1), 0) > times.length / 2;

function unknownClock(times: readonly number[], odd: number): LogClock {
  const seen = `${String(odd)} of ${String(times.length)} timestamps outside 1990 to 2100 in any unit`;
  const rule = 'write epoch milliseconds; where accepted, used as milliseconds of a clock of its own';
  return {
    toMs: (raw) => raw,
    isFine: isFine(Float64Array.from(times)),
    findings: [{ code: 'clock_implausible', action: 'refused', seen, expected: 'epoch milliseconds', rule }],
  };
}

function unitFindings(counts: ReadonlyMap<Unit | undefined, number>): DataFinding[] {
  const units = (['ms', 's', 'us'] as const).filter((unit) => counts.has(unit));
  const [unit] = units;
  if (units.length === 1 && unit === 'ms') return [];
  const code = units.length > 1 ? 'clock_mixed' : unit === 's' ? 'clock_seconds' : 'clock_microseconds';
  const seen = units.map((name) => `${String(counts.get(name))} timestamps in ${NAMES[name]}`).join(', ');
  const rule = 'each that lies in 1990 to 2100 as seconds was multiplied, as microseconds divided, by 1000';
  return [{ code, action: 'mended', seen, expected: 'epoch milliseconds', rule }];
}

function leftOutFindings(count: number, { from, to }: { readonly from: number; readonly to: number }): DataFinding[] {
  if (count === 0) return [];
  const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return [
    {
      code: 'clock_rows',
      action: 'mended',
      seen: `${String(count)} rows at times far from all others`,
      expected: `${iso(from)} to ${iso(to)}: what 98 % of the rows span, as long again on each side, at least 30 days`,
      rule: 'left out and counted as rejected rows',
    },
  ];
}
