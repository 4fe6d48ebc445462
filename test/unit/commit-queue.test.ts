import { describe, expect, test } from 'vitest';
import { type CommitReport, createCommitQueue } from '../../collector/commit-queue.ts';
import type { AppendStatus, LogRow, LogWrite } from '../../collector/index.ts';

const write = (...ids: string[]): LogWrite => ({
  rows: ids.map((id): LogRow => ({ clientId: 'c1', receivedAt: 1, event: { id } as LogRow['event'] })),
  deadLetters: [],
});

/** A log that remembers its groups; `answer` may throw for a group or return an error for a batch. */
function createQueue({ answer = (): AppendStatus[] | Error => ['ok'], maxWaitingEvents = 100 } = {}) {
  const groups: string[][] = [];
  const reports: CommitReport[] = [];
  const commit = (writes: readonly LogWrite[]) => {
    groups.push(writes.map(({ rows }) => rows.map(({ event }) => event.id).join('+')));
    return writes.map(answer);
  };
  const onCommit = (report: CommitReport): void => void reports.push(report);
  const queue = createCommitQueue({ log: { commit }, maxWaitingEvents, onCommit, stopwatch: () => 7 });
  return { queue, groups, reports };
}

describe('the commit queue', () => {
  test('stores what arrives in one turn of the event loop in one commit, in order', async () => {
    const { queue, groups, reports } = createQueue();
    const first = [queue.append(write('a', 'b')), queue.append(write('c'))];
    expect([groups, queue.waiting]).toEqual([[], 3]);
    expect(await Promise.all(first)).toEqual([['ok'], ['ok']]);
    await queue.append(write('d'));
    expect(groups).toEqual([['a+b', 'c'], ['d']]);
    expect(reports).toEqual([
      { batches: 2, durationMs: 0, batchErrors: [] },
      { batches: 1, durationMs: 0, batchErrors: [] },
    ]);
    expect(queue.waiting).toBe(0);
  });

  test('a commit that fails fails all of its group, and the next one is tried anew', async () => {
    let isFull = true;
    const { queue, reports } = createQueue({
      answer: () => {
        if (isFull) throw new Error('disk full');
        return ['ok'];
      },
    });
    const results = await Promise.allSettled([queue.append(write('a')), queue.append(write('b'))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(reports).toMatchObject([{ batches: 2, error: { message: 'disk full' } }]);
    isFull = false;
    expect(await queue.append(write('a'))).toEqual(['ok']);
  });

  test('a batch that cannot be stored fails alone', async () => {
    let calls = 0;
    const { queue, reports } = createQueue({ answer: () => (++calls === 1 ? new Error('bad row') : ['ok']) });
    const [bad, good] = [queue.append(write('a')), queue.append(write('b'))];
    await expect(bad).rejects.toThrow('bad row');
    expect(await good).toEqual(['ok']);
    expect(reports).toMatchObject([{ batchErrors: [{ message: 'bad row' }] }]);
  });

  test('refuses what is too much to wait, and takes a batch of any size when nothing waits', async () => {
    const { queue, groups } = createQueue({ maxWaitingEvents: 3 });
    const letters = { rows: [], deadLetters: [{ clientId: 'c1', receivedAt: 1, code: 'x', body: '1' }] };
    const taken = [queue.append(write('a', 'b')), queue.append(letters)];
    expect(await queue.append(write('c'))).toBe('full');
    await Promise.all(taken);
    expect(await queue.append(write('c', 'd', 'e', 'f'))).toEqual(['ok']);
    expect(groups).toEqual([['a+b', ''], ['c+d+e+f']]);
  });
});
