import { afterEach, expect, test, vi } from 'vitest';
import { itemHash } from '../../src/core/packed-items.ts';
import { createRandom } from '../../src/core/random.ts';
import { createUuid } from '../../src/core/uuid.ts';
import { commitSignal } from '../../src/store/commit-signal.ts';
import { eraseStorage } from '../../src/store/erase.ts';
import { importSignals } from '../../src/store/import-signals.ts';
import { MemoryStorage } from '../../src/store/memory-storage.ts';
import { findDatabasePlace } from '../../src/store/database-place.ts';
import { openStorage } from '../../src/store/open-storage.ts';
import { readPending } from '../../src/store/outbox-state.ts';
import { readOutbox, removeSent } from '../../src/store/outbox.ts';
import { TABLE_NAMES } from '../../src/store/schema.ts';
import { readSignals } from '../../src/store/signals.ts';
import { MAX_SLATES, saveSlate } from '../../src/store/slates.ts';
import { ScopedStorage } from '../../src/store/scoped-storage.ts';
import type { Storage } from '../../src/store/storage.ts';
import { VisitorReader } from '../../src/store/visitor-reader.ts';
import { MINUTE_MS, NOON, candidate, newName, openRaw } from './kit-fixture.ts';

let now = NOON;
const environment = { clock: () => now, random: createRandom(3) };
const opened: Storage[] = [];

async function open(name = newName()): Promise<Storage> {
  const { storage, problem } = await openStorage(name);
  expect(problem).toBeUndefined();
  opened.push(storage);
  return storage;
}

afterEach(() => {
  now = NOON;
  vi.restoreAllMocks();
  opened.splice(0).forEach((storage) => storage.close());
});

const draft = (itemId: string, more: object = {}) => ({
  id: createUuid(environment),
  input: { kind: 'purchase' as const, itemId, at: now },
  item: undefined,
  consent: 'events' as const,
  unitId: undefined,
  ...more,
});

const contents = (storage: Storage) =>
  storage.transact({
    tables: TABLE_NAMES,
    mode: 'readonly',
    run: async (transaction) => {
      const counts: number[] = [];
      for (const table of TABLE_NAMES) counts.push((await transaction.keys(table)).length);
      return counts;
    },
  });

const stores: readonly [string, () => Promise<Storage>][] = [
  ['IndexedDB', () => open()],
  ['memory', () => Promise.resolve(new MemoryStorage())],
];

for (const [kind, create] of stores) {
  test(`${kind}: a signal, its event, item and counters are stored together`, async () => {
    const storage = await create();
    const { signal, queued } = await commitSignal(storage, draft('a'), environment);
    expect([signal.seq, queued?.events.length]).toEqual([1, 1]);
    expect(await contents(storage)).toEqual([1, 1, 1, 0, 1, 0]);
    const { events } = await readOutbox(storage, { environment, level: 'training', limit: 10 });
    expect(events).toMatchObject([{ clientSeq: 1, kind: 'conversion', at: NOON, consent: 'events' }]);
  });

  test(`${kind}: what fails in the middle leaves nothing`, async () => {
    const storage = await create();
    await commitSignal(storage, draft('a'), environment);
    const failing: Storage = {
      close: () => undefined,
      transact: (work) =>
        storage.transact({
          ...work,
          run: (transaction) =>
            work.run({
              ...transaction,
              put: (table, value) =>
                table === 'outbox' ? Promise.reject(new Error('quota')) : transaction.put(table, value),
            }),
        }),
    };
    await expect(commitSignal(failing, draft('b'), environment)).rejects.toThrow('quota');
    expect(await contents(storage)).toEqual([1, 1, 1, 0, 1, 0]);
    expect((await commitSignal(storage, draft('c'), environment)).signal.seq).toBe(2);
  });

  test(`${kind}: signals come newest first by their time, however they were stored`, async () => {
    const storage = await create();
    await commitSignal(storage, draft('now'), environment);
    const inputs = [1, 2].map((day) => ({ kind: 'view' as const, itemId: `day-${String(day)}`, at: day }));
    await importSignals(storage, { inputs, itemOf: () => undefined, consent: 'none' }, environment);
    const ids = async (limit: number) => (await readSignals(storage, limit)).map(({ itemId }) => itemId);
    expect(await ids(Number.POSITIVE_INFINITY)).toEqual(['now', 'day-2', 'day-1']);
    expect(await ids(2)).toEqual(['now', 'day-2']);
  });
}

test('a write that IndexedDB refuses aborts the whole transaction', async () => {
  const storage = await open();
  const uncloneable = { unitId: () => 'a function cannot be stored' } as never;
  await expect(commitSignal(storage, draft('a', uncloneable), environment)).rejects.toThrow();
  expect(await contents(storage)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('two pages count on from each other', async () => {
  const name = newName();
  const [left, right] = [await open(name), await open(name)];
  const committed = await Promise.all(
    ['a', 'b', 'c', 'd'].map((id, i) => commitSignal(i % 2 === 0 ? left : right, draft(id), environment)),
  );
  expect(committed.map(({ signal }) => signal.seq).sort()).toEqual([1, 2, 3, 4]);
  expect(new Set(committed.map(({ signal }) => signal.sessionId)).size).toBe(1);
  const { events } = await readOutbox(left, { environment, level: 'training', limit: 10 });
  expect(events.map(({ clientSeq }) => clientSeq)).toEqual([1, 2, 3, 4]);
});

test('a session ends after 30 minutes without a signal, and after a jump of the clock', async () => {
  const storage = await open();
  const sessionAt = async (at: number) => {
    now = at;
    return (await commitSignal(storage, draft('a'), environment)).signal.sessionId;
  };
  const first = await sessionAt(NOON);
  expect(await sessionAt(NOON + 29 * MINUTE_MS)).toBe(first);
  expect(await sessionAt(NOON + 58 * MINUTE_MS)).toBe(first);
  const second = await sessionAt(NOON + 88 * MINUTE_MS);
  expect(second).not.toBe(first);
  expect(await sessionAt(NOON)).not.toBe(second);
});

test('imported history splits into sessions and leaves the running one as it is', async () => {
  const storage = await open();
  const { signal } = await commitSignal(storage, draft('a'), environment);
  const inputs = [0, 1, 40, 41].map((minute) => ({
    kind: 'view' as const,
    itemId: 'b',
    at: NOON + (minute - 100) * MINUTE_MS,
  }));
  await importSignals(storage, { inputs, itemOf: () => ({ id: 'b', brand: 'x' }), consent: 'none' }, environment);
  const signals = await readSignals(storage, 10);
  expect(signals.map(({ sessionId }) => sessionId === signal.sessionId)).toEqual([true, false, false, false, false]);
  expect(signals[1].sessionId).toBe(signals[2].sessionId);
  expect(signals[2].sessionId).not.toBe(signals[3].sessionId);
  const reader = new VisitorReader(storage);
  await reader.update();
  expect(reader.visit?.session?.sessionId).toBe(signal.sessionId);
});

test('a slate beyond the newest 50 is forgotten', async () => {
  const storage = await open();
  for (let i = 0; i < MAX_SLATES + 2; i++) {
    now = NOON + i;
    const about = { requestId: '', placement: 'p', tier: 'micro' as const, modelId: '', items: [] };
    const rules = { arms: [], rulesVersion: 'built-in', left: [], overrides: [], problems: [] };
    const slate = { slateId: createUuid(environment), ...about, ...rules, signalAgeMs: null, serverLag: null };
    await saveSlate(storage, slate, 'events');
  }
  expect((await contents(storage))[3]).toBe(MAX_SLATES);
});

test('an answer to an older stream deletes nothing of the new one', async () => {
  const storage = await open();
  await commitSignal(storage, draft('a'), environment);
  const before = await readOutbox(storage, { environment, level: 'training', limit: 10 });
  await readOutbox(storage, { environment, level: 'none', limit: 10 });
  await commitSignal(storage, draft('b'), environment);
  const after = await readOutbox(storage, { environment, level: 'training', limit: 10 });
  expect(after.events[0].clientSeq).toBe(1);
  expect(after.clientId).not.toBe(before.clientId);
  await removeSent(storage, before.events);
  expect((await readPending(storage)).events).toBe(1);
  await removeSent(storage, after.events);
  expect((await readPending(storage)).events).toBe(0);
});

test('a database that the browser deletes is opened again, once', async () => {
  const name = newName();
  const storage = await open(name);
  await commitSignal(storage, draft('a'), environment);
  const place = await findDatabasePlace(name);
  await new Promise((resolve) => (place.deleteDatabase(name).onsuccess = resolve));
  expect((await commitSignal(storage, draft('b'), environment)).signal.seq).toBe(1);
});

test('a connection that the browser has closed without a word is opened again, once', async () => {
  const storage = await open();
  await commitSignal(storage, draft('a'), environment);
  const closed = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const fail = (): never => {
    throw new DOMException('The database connection is closing.', 'InvalidStateError');
  };
  closed.mockImplementationOnce(fail);
  expect((await commitSignal(storage, draft('b'), environment)).signal.seq).toBe(2);
  closed.mockImplementationOnce(fail).mockImplementationOnce(fail);
  await expect(commitSignal(storage, draft('c'), environment)).rejects.toThrow('closing');
});

test('a write that is late because everything has been erased under it is refused', async () => {
  const erasures = { stamp: '' };
  const storage = new ScopedStorage({ name: newName(), environment, onProblem: () => undefined, erasures });
  await storage.keep('signals');
  const late = commitSignal(storage, draft('a'), environment);
  const read = readSignals(storage, 9);
  erasures.stamp = '1';
  await expect(late).rejects.toThrow('erased');
  expect(await read).toEqual([]);
  expect((await commitSignal(storage, draft('b'), environment)).signal.seq).toBe(1);
  storage.close();
});

test('a page with a newer version gets its way; ours then fails and does not hang', async () => {
  const name = newName();
  const storage = await open(name);
  const newer = await openRaw(name, 99);
  await expect(commitSignal(storage, draft('a'), environment)).rejects.toThrow(/version/);
  newer.close();
});

test('an IndexedDB that throws at once, or fails, makes memory take its place', async () => {
  vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
    throw new DOMException('sandboxed', 'SecurityError');
  });
  const { storage, problem } = await openStorage(newName());
  expect(problem?.code).toBe('storage_unavailable');
  expect((await commitSignal(storage, draft('a'), environment)).signal.seq).toBe(1);
});

test('a reader reads what is new only, history that comes late, and starts again after an erase', async () => {
  const storage = await open();
  const reader = new VisitorReader(storage);
  await reader.update();
  expect(reader.newestInterestAt).toBeNull();
  await commitSignal(storage, draft('a', { item: candidate('a') }), environment);
  await reader.update();
  const { visitor } = reader;
  expect([visitor.newestAt, reader.known.rowOf(itemHash('a'))]).toEqual([NOON, 0]);
  const add = vi.spyOn(visitor, 'add');
  now = NOON + 1;
  await commitSignal(storage, draft('b'), environment);
  await Promise.all([reader.update(), reader.update()]);
  expect(reader.visitor).toBe(visitor);
  expect(add).toHaveBeenCalledTimes(1);
  const inputs = [{ kind: 'view' as const, itemId: 'old', at: 5 }];
  await importSignals(storage, { inputs, itemOf: () => undefined, consent: 'none' }, environment);
  await reader.update();
  expect([reader.visitor === visitor, reader.visitor.countSince(0), reader.newestInterestAt]).toEqual([false, 3, now]);
  await eraseStorage(storage);
  await reader.update();
  expect([reader.visitor.countSince(0), reader.newestInterestAt]).toEqual([0, null]);
  await commitSignal(storage, draft('c'), environment);
  await reader.update();
  expect(reader.visitor.countSince(0)).toBe(1);
});

test('sessions that overlap in time stay whole, and the running one keeps its window', async () => {
  const storage = await open();
  const reader = new VisitorReader(storage);
  const { signal } = await commitSignal(storage, draft('a'), environment);
  await reader.update();
  const inputs = ['p', 'q', 'p', 'q'].map((sessionId, i) => ({
    kind: 'view' as const,
    itemId: `${sessionId}-${String(i)}`,
    sessionId,
    at: NOON + 1 + i,
  }));
  await importSignals(storage, { inputs, itemOf: () => undefined, consent: 'none' }, environment);
  await reader.update();
  now = NOON + 10;
  await commitSignal(storage, draft('b'), environment);
  await reader.update();
  expect(reader.visitor.events(signal.sessionId, 50).map(({ item }) => item)).toEqual([itemHash('b'), itemHash('a')]);
  expect(reader.visitor.sessions).toBe(2);
});
