const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const WAL_WRITE = /pwrite64\(\d+<[^>]*-wal>/;
const ANSWER = /(?:write|writev|sendto|sendmsg)\(\d+<(?:socket|TCP).*HTTP\/1\.1 2\d\d/;
const WAL_SYNC = /(?:fsync|fdatasync)\(\d+<[^>]*-wal>/;

export interface SyncTrace {
  /** 2xx answers that left, and the events that they name. */
  readonly answers: number;
  readonly events: number;
  /** Answers that left before each of their events stood in the write-ahead log and that was synced. */
  readonly early: number;
}

/**
 * Reads what `strace -f -y` saw of a collector: which event ids were written to the write-ahead log, which of them a
 * sync of it followed, and what was answered. Writes and answers count from their start, a sync from its end and for
 * what was written before it began.
 */
export function readSyncTrace(trace: string): SyncTrace {
  const [written, synced] = [new Set<string>(), new Set<string>()];
  /** By thread: what a sync that has begun will have made durable. */
  const syncing = new Map<string, readonly string[]>();
  let [answers, events, early] = [0, 0, 0];
  for (const line of trace.split('\n')) {
    const thread = /^\d+/.exec(line)?.[0] ?? '';
    const ids = line.match(UUID) ?? [];
    if (WAL_WRITE.test(line)) for (const id of ids) written.add(id);
    if (WAL_SYNC.test(line)) syncing.set(thread, [...written]);
    if (/(?:fsync|fdatasync)(?:\(| resumed>).*= 0$/.test(line)) {
      for (const id of syncing.get(thread) ?? []) synced.add(id);
      syncing.delete(thread);
    }
    if (!ANSWER.test(line)) continue;
    answers++;
    events += ids.length;
    if (ids.length === 0 || ids.some((id) => !synced.has(id))) early++;
  }
  return { answers, events, early };
}
