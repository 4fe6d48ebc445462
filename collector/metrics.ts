import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BatchResult } from '../src/core/event.ts';
import type { CommitReport } from './commit-queue.ts';
import type { ForwardState } from './forward.ts';
import type { AssignmentResult } from './report/assignment-check.ts';
import { type Refusal, isRefusal } from './refusal.ts';

/** From a fast disk's fsync to one in trouble. */
const COMMIT_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];

export interface Gauges {
  /** Events that wait for a commit. */
  readonly waiting: () => number;
  /** Of the database. */
  readonly sizeBytes: () => number;
  /** Of its write-ahead log. */
  readonly walSizeBytes: () => number;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Where the log is forwarded. */
  readonly forward?: () => ForwardState;
}

export interface Metrics {
  readonly countCommit: (report: CommitReport) => void;
  readonly countAnswer: (answer: BatchResult | Refusal) => void;
  readonly countAssignments: (results: readonly AssignmentResult[]) => void;
  /** In Prometheus' text format, with the type that belongs to it. */
  readonly render: () => Promise<{ readonly text: string; readonly type: string }>;
}

/**
 * What a collector counts. Labels are its own statuses and codes, of which there are few: never an id, an address, an
 * origin or a key.
 */
export function createMetrics(gauges: Gauges): Metrics {
  const register = new Registry();
  const common = (name: string, help: string) => ({ name: `nearside_${name}`, help, registers: [register] });
  const labelNames = ['status', 'code'] as const;
  const batches = new Counter({ ...common('batches_total', 'Batches by HTTP status and code'), labelNames });
  const events = new Counter({ ...common('events_total', 'Events by status and code'), labelNames });
  const failures = new Counter(common('commit_failures_total', 'Group commits that stored nothing'));
  const assignments = new Counter({
    ...common('assignments_total', 'Arms of exposures by whether the unit was to get them'),
    labelNames: ['result'],
  });
  const commits = new Histogram({ ...common('commit_seconds', 'Time of a group commit'), buckets: COMMIT_SECONDS });
  addGauge(common('waiting_events', 'Events that wait for a commit'), gauges.waiting);
  addGauge(common('log_bytes', 'Size of the database without its write-ahead log'), gauges.sizeBytes);
  addGauge(common('wal_bytes', 'Size of the write-ahead log'), gauges.walSizeBytes);
  if (gauges.forward !== undefined) addForwarding(common, gauges.forward, gauges.clock);
  return {
    countCommit: ({ durationMs, error }) => {
      commits.observe(durationMs / 1000);
      if (error !== undefined) failures.inc();
    },
    countAnswer: (answer) => {
      if (isRefusal(answer)) return batches.inc({ status: String(answer.status), code: answer.code });
      batches.inc({ status: '200', code: '' });
      for (const { status, code = '' } of Object.values(answer.results)) events.inc({ status, code });
      if (answer.rejected > 0) events.inc({ status: 'rejected', code: 'id_invalid' }, answer.rejected);
    },
    countAssignments: (results) => results.forEach((result) => assignments.inc({ result })),
    render: async () => ({ text: await register.metrics(), type: register.contentType }),
  };
}

interface Named {
  name: string;
  help: string;
  registers: Registry[];
}

function addForwarding(
  common: (name: string, help: string) => Named,
  forward: () => ForwardState,
  clock: () => number,
): void {
  const gauge = (name: string, help: string, read: (state: ForwardState) => number): void =>
    addGauge(common(`forward_${name}`, help), () => read(forward()));
  gauge('events_behind', 'Places in the log that are not forwarded yet', ({ behind }) => behind);
  gauge('oldest_seconds', 'Age of the oldest event that is not forwarded yet', ({ oldestAt }) =>
    oldestAt === null ? 0 : Math.max(0, clock() - oldestAt) / 1000,
  );
  gauge('connected', 'Whether the sink can be reached, 1 or 0', ({ connected }) => Number(connected));
  const counter = (name: string, help: string, read: (state: ForwardState) => number): void =>
    addCounter(common(`forward_${name}_total`, help), () => read(forward()));
  counter('events', 'Events that the sink has acknowledged', ({ events }) => events);
  counter('tombstones', 'Tombstones that the sink has acknowledged', ({ tombstones }) => tombstones);
  counter('too_large', 'Events that are larger than a message may be and stay in the log', ({ tooLarge }) => tooLarge);
  counter('failures', 'Times that the sink could not be reached or did not acknowledge', ({ failures }) => failures);
}

/** Of something that is counted elsewhere. */
function addCounter(common: Named, read: () => number): void {
  new Counter({
    ...common,
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function addGauge(common: Named, read: () => number): void {
  new Gauge({
    ...common,
    collect() {
      this.set(read());
    },
  });
}
