import type { UnitSource } from '../../src/core/event.ts';
import { SESSION_GAP_MS } from '../../src/core/signal.ts';
import { timeOf } from '../event-time.ts';
import type { LogRow } from '../log.ts';
import { type AuditFinding, type Remark, findingOf, percent } from './audit-finding.ts';
import { DailyMeans, type LevelShift } from './level-shift.ts';

interface Unit {
  /** Of the newest exposure; `device` where none said otherwise. */
  source: UnitSource | undefined;
  /** Sessions so far as [first, last] epoch ms; what comes late may still join two. */
  readonly sessions: [number, number][];
  readonly clients: Set<string>;
}

/** A browser that two people share has two units; more of them are ids that do not stay. */
const MANY_UNITS = 3;
const MAX_RESTLESS = 0.05;
/** Below it most of what visitors do is known to one browser alone. */
const LOW_COVERAGE = 0.5;
/** A daily share that has fallen by less than a third is as it was. */
const leastFall = (usual: number): number => Math.max(0.05, usual / 3);

/** Which units are the site's, and on how many browsers each was seen. */
export class IdentityReader {
  readonly #units = new Map<string, Unit>();
  readonly #clients = new Map<string, Set<string>>();

  add(row: LogRow): void {
    const { clientId, event } = row;
    // the site's own server tells of these
    if (event.kind === 'refund' || event.kind === 'complaint') return;
    const unit = this.#units.get(event.unitId) ?? { source: undefined, sessions: [], clients: new Set<string>() };
    this.#units.set(event.unitId, unit);
    unit.source = event.unitSource ?? unit.source;
    extend(unit.sessions, timeOf(row));
    unit.clients.add(clientId);
    const known = this.#clients.get(clientId) ?? new Set<string>();
    this.#clients.set(clientId, known);
    known.add(event.unitId);
  }

  finding(): AuditFinding {
    const { sessions, daily } = this.#countSessions();
    const accounts = [...this.#units.values()].filter(({ source }) => source === 'site');
    const devicesPerAccount = spread(accounts.map(({ clients }) => clients.size));
    const unitsPerClient = spread([...this.#clients.values()].map((units) => units.size));
    const told = sessions.site + sessions.device;
    const coverage = told === 0 ? null : sessions.site / told;
    const shift = daily.shift('down', leastFall);
    const restless = this.#clients.size === 0 ? 0 : unitsPerClient.more / this.#clients.size;
    const figures = {
      ...{ units: this.#units.size, clients: this.#clients.size, accounts: accounts.length, sessions },
      ...{ knownShare: coverage, devicesPerAccount, unitsPerClient, restlessShare: restless, shift },
      stitchedShare: stitchedShare(accounts),
      notObservable: NOT_OBSERVABLE,
    };
    const command = 'nearside bench identity --data DIR --bundle BUNDLE';
    const remarks = [...(this.#clients.size === 0 ? [] : [steadyRemark(restless)]), coverageRemark(coverage)];
    if (shift !== null && shift.since !== null) remarks.unshift(lostRemark(shift));
    return findingOf({ check: '02', name: 'identity', figures, command }, remarks);
  }

  /** Sessions by whose id they are of, and the daily share of those with the site's. */
  #countSessions() {
    const sessions = { site: 0, device: 0, unknown: 0 };
    const daily = new DailyMeans();
    for (const { source = 'unknown', sessions: spans } of this.#units.values()) {
      let last = Number.NEGATIVE_INFINITY;
      for (const [first, end] of spans.sort(([a], [b]) => a - b)) {
        if (first - last > SESSION_GAP_MS) {
          sessions[source]++;
          if (source !== 'unknown') daily.add(first, source === 'site' ? 1 : 0);
        }
        last = Math.max(last, end);
      }
    }
    return { sessions, daily };
  }
}

/** Takes a time into the newest session, or begins another. */
function extend(sessions: [number, number][], at: number): void {
  const last = sessions.at(-1);
  if (last === undefined || at < last[0] - SESSION_GAP_MS || at > last[1] + SESSION_GAP_MS) sessions.push([at, at]);
  else sessions.splice(-1, 1, [Math.min(last[0], at), Math.max(last[1], at)]);
}

const NOT_OBSERVABLE = [
  'browsers that never had an id of the site: which of them belong to one person',
  'visitors who refuse measurement: they send nothing',
  'devices, exactly: a browser that was erased or refused for a while has a new client id and counts twice',
  'what unstitched sessions cost: the log holds no views; the command measures it on the site’s own log',
];

/** How many had one, two, or more. */
const spread = (sizes: readonly number[]) => ({
  one: sizes.filter((size) => size === 1).length,
  two: sizes.filter((size) => size === 2).length,
  more: sizes.filter((size) => size >= MANY_UNITS).length,
  mean: sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0) / sizes.length,
});

/** Of the browsers of accounts those whose account has another. */
function stitchedShare(accounts: readonly Pick<Unit, 'clients'>[]): number | null {
  const all = accounts.reduce((sum, { clients }) => sum + clients.size, 0);
  const stitched = accounts.reduce((sum, { clients }) => sum + (clients.size > 1 ? clients.size : 0), 0);
  return all === 0 ? null : stitched / all;
}

const steadyRemark = (restless: number): Remark => ({
  verdict: restless > MAX_RESTLESS ? 'fail' : 'ok',
  message: `${percent(restless)} of browsers had ${String(MANY_UNITS)} unit ids or more`,
  advice:
    'the unit id does not stay: give createKit the same unitId on every page, and none while the visitor is unknown; experiments count such a visitor several times',
});

function coverageRemark(coverage: number | null): Remark {
  if (coverage === null)
    return {
      verdict: 'not_observable',
      message:
        'no exposure tells whose unit ids are: without an experiment or a holdout, accounts cannot be told from browsers',
      advice: 'declare a holdout or an experiment; its exposures say whether the site made the unit id',
    };
  if (coverage === 0)
    return {
      verdict: 'not_observable',
      message: 'every unit id is a browser’s own: how many browsers a person has cannot be told',
      advice: 'give createKit a unitId that the site’s server makes for visitors who are signed in',
    };
  return {
    verdict: coverage < LOW_COVERAGE ? 'warn' : 'ok',
    message: `${percent(coverage)} of sessions are of a unit id that the site gave, the others know one browser alone`,
    advice: 'let more pages know who is signed in: give unitId wherever the site has a login',
  };
}

const lostRemark = ({ since, usual, newest }: LevelShift): Remark => ({
  verdict: 'fail',
  message: `the share of sessions with an id of the site has fallen since ${since ?? ''}: ${percent(newest)}, before that ${percent(usual)}`,
  advice: `look for pages that stopped to give unitId on ${since ?? ''}: each such visitor is a stranger to its own account`,
});
