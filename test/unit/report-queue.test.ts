import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ReportTask, createReportQueue } from '../../collector/report-queue.ts';
import type { Report } from '../../collector/index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Reports that are made when the test says so. */
function createMaker() {
  const tasks: (ReportTask & { finish: () => void; fail: () => void })[] = [];
  const queue = createReportQueue(
    (task) =>
      new Promise((resolve, reject) => {
        task.signal.addEventListener('abort', () => reject(new Error('aborted')));
        tasks.push({
          ...task,
          finish: () => resolve({ experiment: task.experiment } as Report),
          fail: () => reject(new Error('disk')),
        });
      }),
  );
  return { queue, tasks };
}
const settle = () => vi.advanceTimersByTimeAsync(0);
const A = { experiment: 'a', phase: 0 };
const B = { experiment: 'b', phase: 0 };

test('whoever asks for the same report waits for the one that is made, and gets it for a minute', async () => {
  const { queue, tasks } = createMaker();
  const both = Promise.all([queue.ask(A), queue.ask(A)]);
  await settle();
  tasks[0]?.finish();
  expect(await both).toMatchObject([{ kind: 'made' }, { kind: 'made' }]);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(await queue.ask(A)).toMatchObject({ kind: 'made' });
  expect(tasks).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1500);
  const again = queue.ask(A);
  await settle();
  expect(tasks).toHaveLength(2);
  tasks[1]?.finish();
  await again;
});

test('phases are reports of their own', async () => {
  const { queue, tasks } = createMaker();
  void queue.ask(A);
  const other = queue.ask({ ...A, phase: 1 });
  await settle();
  tasks[0]?.finish();
  await settle();
  expect(tasks.map(({ phase }) => phase)).toEqual([0, 1]);
  tasks[1]?.finish();
  await other;
});

test('one is made at a time, and one that fails does not keep the next from being made', async () => {
  const { queue, tasks } = createMaker();
  const first = queue.ask(A).catch((error: Error) => error.message);
  const second = queue.ask(B);
  await settle();
  expect(tasks.map(({ experiment }) => experiment)).toEqual(['a']);
  expect(await askShortly(queue, B)).toEqual({ kind: 'making', isRunning: false, eventsRead: 0 });
  tasks[0]?.onProgress(4096);
  expect(await askShortly(queue, A)).toEqual({ kind: 'making', isRunning: true, eventsRead: 4096 });
  tasks[0]?.fail();
  expect(await first).toBe('disk');
  await settle();
  tasks[1]?.finish();
  expect(await second).toMatchObject({ kind: 'made', report: { experiment: 'b' } });
});

async function askShortly(queue: ReturnType<typeof createMaker>['queue'], request: typeof A) {
  const state = queue.ask(request, { limitMs: 100 });
  await vi.advanceTimersByTimeAsync(100);
  return state;
}

test('a failure is told to whoever asks again, and is tried anew after 10 s', async () => {
  const { queue, tasks } = createMaker();
  await askShortly(queue, A);
  tasks[0]?.fail();
  await settle();
  for (const ms of [2000, 2000, 2000]) {
    await expect(queue.ask(A)).rejects.toThrow('disk');
    await vi.advanceTimersByTimeAsync(ms);
  }
  expect(tasks).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(4500);
  await askShortly(queue, A);
  expect(tasks).toHaveLength(2);
  await queue.close();
});

test('what nobody asks for any more is stopped, and not while somebody does', async () => {
  const { queue, tasks } = createMaker();
  for (let n = 0; n < 8; n++) {
    await askShortly(queue, A);
    await vi.advanceTimersByTimeAsync(2000);
  }
  expect(tasks[0]?.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(8500);
  expect(tasks[0]?.signal.aborted).toBe(true);
  await askShortly(queue, A);
  expect(tasks).toHaveLength(2);
  await queue.close();
});

test('who comes back for it and stays gets it, however long it takes', async () => {
  const { queue, tasks } = createMaker();
  await askShortly(queue, A);
  await vi.advanceTimersByTimeAsync(5000);
  const stays = queue.ask(A);
  await vi.advanceTimersByTimeAsync(60_000);
  tasks[0]?.finish();
  expect(await stays).toMatchObject({ kind: 'made' });
});

test('one who leaves does not stop it for the other', async () => {
  const { queue, tasks } = createMaker();
  const leaving = new AbortController();
  const left = queue.ask(A, { signal: leaving.signal });
  const stays = queue.ask(A);
  await settle();
  leaving.abort();
  expect(await left).toMatchObject({ kind: 'making' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tasks[0]?.signal.aborted).toBe(false);
  tasks[0]?.finish();
  expect(await stays).toMatchObject({ kind: 'made' });
});

test('close stops what is made and what waits, and leaves no timer', async () => {
  const { queue, tasks } = createMaker();
  const asked = Promise.allSettled([queue.ask(A), queue.ask(B)]);
  await settle();
  await queue.close();
  expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(tasks.map(({ signal }) => signal.aborted)).toEqual([true]);
  expect(vi.getTimerCount()).toBe(0);
});
