import { expect, test } from 'vitest';
import { attributionWindows } from '../../src/core/attribution.ts';
import { createRandom } from '../../src/core/random.ts';
import { Held } from '../../src/kit/held.ts';
import { Journal } from '../../src/kit/journal.ts';
import { MetItems } from '../../src/kit/met-items.ts';
import { Recorder } from '../../src/kit/recorder.ts';
import type { Settings } from '../../src/kit/settings.ts';
import { type MadeSlate, SlateSaver } from '../../src/kit/slate-saver.ts';
import { MemoryStorage } from '../../src/store/memory-storage.ts';
import { readPending } from '../../src/store/outbox-state.ts';
import type { Storage, Work } from '../../src/store/storage.ts';

const NOON = Date.UTC(2026, 0, 7, 12);

/** A page that may store and send, and an erasure that comes when a test says so. */
function openPage() {
  const erasures = { stamp: '' };
  const consents = { stores: true, isPersonal: true, tells: true, awaits: () => false };
  const settings = {
    ...{ clock: () => NOON, random: createRandom(1), egress: 'events', eventsUrl: 'https://collector.test/' },
    ...{ consents, erasures, unitId: undefined },
  } as unknown as Settings;
  return { settings, erasures };
}

test('a slate that waits for storage is not stored after an erasure', async () => {
  const { settings, erasures } = openPage();
  const storage = new MemoryStorage();
  const saver = new SlateSaver({
    ...{ settings, held: new Held(), onQueued: () => undefined },
    use: async (job) => {
      erasures.stamp = '1';
      await job(storage);
    },
  });
  const slate = {
    slateId: 's',
    placement: 'home',
    tier: 'linear',
    modelId: '',
    signalAgeMs: null,
    serverLag: null,
    items: [],
    arms: [],
  };
  const made = { composed: { slate, ranked: {} }, at: NOON, erased: '' } as unknown as MadeSlate;
  await saver.save(made);
  const slates = () => storage.transact({ tables: ['slates'], mode: 'readonly', run: (rows) => rows.all('slates') });
  expect(await slates()).toEqual([]);
  await saver.save({ ...made, erased: '1' });
  expect(await slates()).toHaveLength(1);
});

/** Local storage as an earlier page has left it. */
function createLeft(entries: readonly object[]): globalThis.Storage {
  const rows = new Map(entries.map((entry, i) => [`n:journal:${String(i)}`, JSON.stringify(entry)]));
  const methods = {
    getItem: (key: string) => rows.get(key) ?? null,
    removeItem: (key: string) => rows.delete(key),
  };
  return Object.assign(Object.create(methods) as globalThis.Storage, Object.fromEntries(rows));
}

test('events of a journal that is taken up while everything is erased are handed to nobody', async () => {
  for (const isErased of [true, false]) {
    const { settings, erasures } = openPage();
    const memory = new MemoryStorage();
    let commits = 0;
    const storage: Storage = {
      transact: async <T>(work: Work<T>): Promise<T> => {
        const done = await memory.transact(work);
        // after the second of three
        if (++commits === 2 && isErased) erasures.stamp = '1';
        return done;
      },
      close: () => undefined,
    };
    const left = [1, 2, 3].map((n) => ({
      ...{ id: `01a1fdec-9982-7000-8000-00000000000${String(n)}`, consent: 'events', erased: '' },
      input: { kind: 'purchase', itemId: 'a', at: NOON },
    }));
    const recorder = new Recorder({
      ...{ settings, opened: Promise.resolve({ storage }), met: new MetItems(), held: new Held() },
      ...{
        journal: new Journal('n', () => createLeft(left)),
        onStored: () => undefined,
        windows: () => attributionWindows([]),
        onQueued: () => undefined,
      },
    });
    const queued = await recorder.recovered;
    expect([queued.length, (await readPending(memory)).events]).toEqual(isErased ? [0, 2] : [3, 3]);
  }
});
