import { timeOf } from '../event-time.ts';
import type { LogRow } from '../log.ts';
import { type AuditFinding, type Remark, durationText, findingOf, percent } from './audit-finding.ts';
import type { BehaviourDrift } from './behaviour-drift.ts';
import { DailyMeans, type LevelShift, quantileOf } from './level-shift.ts';

/** Above these shares of slates on signals of before the window. */
const [WARN_SHARE, FAIL_SHARE] = [0.25, 0.5];
/** A server is as it was that misses less than half an act more than usual, or less than half as many again. */
const leastLag = (usual: number): number => Math.max(0.5, usual / 2);
/** Ages are compared by their logarithm, for a few are of weeks: four times as old is another age. */
const leastLogAge = (): number => 2;
const logOf = (ageMs: number): number => Math.log2(1000 + ageMs);
const ageOf = (log: number): number => 2 ** log - 1000;

const SHARES = [0.5, 0.75, 0.95] as const;

/** Ages of signals and lags of the server, each slate once. */
export class FreshnessReader {
  readonly #slates = new Set<string>();
  readonly #ages: number[] = [];
  readonly #lags: number[] = [];
  readonly #dailyLogAge = new DailyMeans();
  readonly #dailyLag = new DailyMeans();

  add(row: LogRow): void {
    const { slateId, signalAgeMs, serverLag } = row.event;
    if (slateId === undefined || this.#slates.has(slateId)) return;
    this.#slates.add(slateId);
    const at = timeOf(row);
    if (signalAgeMs !== undefined) {
      this.#ages.push(signalAgeMs);
      this.#dailyLogAge.add(at, logOf(signalAgeMs));
    }
    if (serverLag === undefined) return;
    this.#lags.push(serverLag);
    this.#dailyLag.add(at, serverLag);
  }

  /** `drift`: null where no site log was given. */
  finding(drift: BehaviourDrift | null): AuditFinding {
    const shifts = {
      serverLag: this.#dailyLag.shift('up', leastLag),
      signalAgeMs: toAges(this.#dailyLogAge.shift('up', leastLogAge)),
    };
    const windowMs = drift?.windowMs ?? null;
    const older = windowMs === null ? null : shareOf(this.#ages, (age) => age > windowMs);
    const figures = {
      slates: this.#slates.size,
      signalAgeMs: quantilesOf(this.#ages),
      serverLag: quantilesOf(this.#lags),
      behindShare: shareOf(this.#lags, (lag) => lag > 0),
      ...{ drift, olderThanWindow: older, shifts },
    };
    const remarks = [
      ...shiftRemarks(shifts),
      ageRemark({ older, drift, slates: this.#ages.length }),
      ...(this.#slates.size > 0 && this.#lags.length === 0 ? [NO_LAG] : []),
    ];
    const command = 'nearside bench freshness --data DIR --bundle BUNDLE';
    return findingOf({ check: '01', name: 'freshness', figures, command }, remarks);
  }
}

const toAges = (shift: LevelShift | null): LevelShift | null =>
  shift && { ...shift, usual: ageOf(shift.usual), limit: ageOf(shift.limit), newest: ageOf(shift.newest) };

type Shifts = Readonly<Record<'serverLag' | 'signalAgeMs', LevelShift | null>>;

function shiftRemarks({ serverLag, signalAgeMs }: Shifts): Remark[] {
  const remarks: Remark[] = [];
  if (serverLag !== null && serverLag.since !== null)
    remarks.push({
      verdict: 'fail',
      message: `the candidate server has been behind since ${serverLag.since}: it misses ${serverLag.newest.toFixed(1)} acts of a slate's visitor on average, before that ${serverLag.usual.toFixed(1)}`,
      advice: `look at what feeds behaviour to the candidate server: something stopped or slowed on ${serverLag.since}; until then devices rank by what they know themselves`,
    });
  if (signalAgeMs !== null && signalAgeMs.since !== null)
    remarks.push({
      verdict: 'fail',
      message: `signals have been old since ${signalAgeMs.since}: ${durationText(signalAgeMs.newest)} on average, before that ${durationText(signalAgeMs.usual)}`,
      advice: `look for pages that no longer record views or clicks since ${signalAgeMs.since}: kit.record() is not called, or consent is not asked`,
    });
  return remarks;
}

const NO_LAG: Remark = {
  verdict: 'not_observable',
  message: 'no slate tells how far the server is behind: candidates come without serverSeenAt',
  advice: 'let the candidate server send serverSeenAt, the time of the newest behaviour that it used',
};

interface AgeFacts {
  readonly older: number | null;
  readonly drift: BehaviourDrift | null;
  readonly slates: number;
}

function ageRemark({ older, drift, slates }: AgeFacts): Remark {
  if (slates === 0) return { verdict: 'not_observable', message: 'no event tells of the age of a signal' };
  if (drift === null || older === null || drift.windowMs === null) {
    const why = drift === null ? 'no site log was given' : (drift.reason ?? '');
    return {
      verdict: 'not_observable',
      message: `how long behaviour holds cannot be estimated: ${why}`,
      advice: "give the site's log with --data DIR, with categories in items.csv.gz",
    };
  }
  const window = `${drift.isAtLeast ? 'at least ' : ''}${durationText(drift.windowMs)}`;
  return {
    verdict: older > FAIL_SHARE ? 'fail' : older > WARN_SHARE ? 'warn' : 'ok',
    message: `${percent(older)} of slates were ranked by signals older than ${window}, after which an act tells half as much of the next`,
    advice:
      'record what visitors look for on the landing page (search words, the anchor item) before the slate is made, and let the site import recent history',
  };
}

const quantilesOf = (values: readonly number[]) =>
  values.length === 0
    ? null
    : {
        n: values.length,
        ...Object.fromEntries(SHARES.map((share) => [`p${String(100 * share)}`, quantileOf(values, share)])),
      };

const shareOf = (values: readonly number[], is: (value: number) => boolean): number | null =>
  values.length === 0 ? null : values.filter(is).length / values.length;
