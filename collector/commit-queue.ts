import type { AppendStatus, EventLog, LogWrite } from './log.ts';

/** Events and dead letters that may wait for a commit: some 30 MB of ordinary ones. */
export const MAX_WAITING_EVENTS = 50_000;

/** How a group of batches was stored, or why none was. */
export interface CommitReport {
  readonly batches: number;
  readonly durationMs: number;
  /** Why nothing was stored. */
  readonly error?: Error;
  /** Why single batches were not. */
  readonly batchErrors: readonly Error[];
}

export interface CommitQueueOptions {
  readonly log: Pick<EventLog, 'commit'>;
  readonly maxWaitingEvents?: number;
  /** Milliseconds from any origin. */
  readonly stopwatch?: () => number;
  readonly onCommit?: (report: CommitReport) => void;
}

export interface CommitQueue {
  /**
   * Resolves to the statuses of the rows once they are on disk, or to `full` at once where too much waits already.
   * Rejects where they were not stored.
   */
  append(write: LogWrite): Promise<readonly AppendStatus[] | 'full'>;
  /** Events and dead letters that wait. */
  readonly waiting: number;
}

interface Waiting {
  readonly write: LogWrite;
  readonly resolve: (statuses: readonly AppendStatus[]) => void;
  readonly reject: (error: Error) => void;
}

const sizeOf = ({ rows, deadLetters }: LogWrite): number => rows.length + deadLetters.length;

/**
 * Group commit: what arrives while one commit is on its way, or in the same turn of the event loop, shares the next one
 * and its fsync. Each batch gets its own answer, so one that cannot be stored fails alone.
 */
export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  const { maxWaitingEvents = MAX_WAITING_EVENTS } = options;
  let group: Waiting[] = [];
  let waiting = 0;
  const commit = (): void => {
    const batches = group;
    [group, waiting] = [[], 0];
    commitGroup(batches, options);
  };
  return {
    append: async (write) => {
      if (waiting > 0 && waiting + sizeOf(write) > maxWaitingEvents) return 'full';
      waiting += sizeOf(write);
      return new Promise((resolve, reject) => {
        // setImmediate: after all requests that this turn of the loop has read
        if (group.push({ write, resolve, reject }) === 1) setImmediate(commit);
      });
    },
    get waiting() {
      return waiting;
    },
  };
}

function commitGroup(group: readonly Waiting[], options: CommitQueueOptions): void {
  const { log, stopwatch = () => performance.now(), onCommit } = options;
  const startedAt = stopwatch();
  const report = (errors: Pick<CommitReport, 'error' | 'batchErrors'>): void =>
    onCommit?.({ batches: group.length, durationMs: stopwatch() - startedAt, ...errors });
  try {
    const results = log.commit(group.map(({ write }) => write));
    report({ batchErrors: results.filter((result) => result instanceof Error) });
    group.forEach(({ resolve, reject }, i) => {
      const result = results[i] ?? [];
      if (result instanceof Error) reject(result);
      else resolve(result);
    });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    report({ error, batchErrors: [] });
    for (const { reject } of group) reject(error);
  }
}
