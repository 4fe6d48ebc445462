import { afterEach, expect, test } from 'vitest';
import { eraseStorage } from '../../src/store/erase.ts';
import { MemoryStorage } from '../../src/store/memory-storage.ts';
import { MAX_MODELS, readModel, saveModel } from '../../src/store/models.ts';
import { openStorage } from '../../src/store/open-storage.ts';
import type { Storage } from '../../src/store/storage.ts';
import { newName } from './kit-fixture.ts';

const opened: Storage[] = [];
async function open(name = newName()): Promise<Storage> {
  const { storage, problem } = await openStorage(name);
  expect(problem).toBeUndefined();
  opened.push(storage);
  return storage;
}
afterEach(() => opened.splice(0).forEach((storage) => storage.close()));

const url = 'https://site.test/bundle/';
const bundle = { manifest: '{}', files: { 'micro.bin': new Uint8Array([1, 2, 3]).buffer } };
const kept = { url, release: 3, savedAt: 1, bundle };

test.each([
  ['IndexedDB', () => open()],
  ['memory', () => Promise.resolve(new MemoryStorage())],
])('%s: a bundle is kept with its bytes, until an erase', async (_, create) => {
  const storage = await create();
  expect(await readModel(storage, url)).toBeUndefined();
  await saveModel(storage, kept);
  expect(await readModel(storage, url)).toEqual(kept);
  expect(await readModel(storage, `${url}other/`)).toBeUndefined();
  await eraseStorage(storage);
  expect(await readModel(storage, url)).toBeUndefined();
});

test('a release never falls, and a bundle stays until another is given', async () => {
  const storage = await open();
  await saveModel(storage, kept);
  await saveModel(storage, { url, release: 5, savedAt: 2 });
  expect(await readModel(storage, url)).toEqual({ ...kept, release: 5, savedAt: 2 });
  await saveModel(storage, { url, release: 4, savedAt: 3, bundle: null });
  expect(await readModel(storage, url)).toEqual({ url, release: 5, savedAt: 3, bundle: null });
});

test('of many addresses the three saved last stay', async () => {
  const storage = await open();
  const addresses = ['a', 'b', 'c', 'd'].map((name) => `${url}${name}/`);
  for (const [i, address] of addresses.entries()) await saveModel(storage, { ...kept, url: address, savedAt: 10 - i });
  const found = await Promise.all(addresses.map(async (address) => (await readModel(storage, address)) !== undefined));
  expect(found).toEqual([true, true, false, true]);
  expect(found.filter(Boolean).length).toBe(MAX_MODELS);
});

test('a database of the version before gets the new store and keeps what it holds', async () => {
  const name = newName();
  await new Promise<void>((resolve) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      for (const table of ['items', 'outbox', 'slates', 'signals']) {
        const keyPath = { items: 'id', outbox: 'clientSeq', slates: 'slateId', signals: 'seq' }[table] ?? '';
        const store = request.result.createObjectStore(table, { keyPath });
        if (table === 'items') store.put({ id: 'a', seenAt: 7 });
        if (table !== 'signals') continue;
        store.createIndex('at', 'at');
        store.createIndex('id', 'id', { unique: true });
      }
      request.result.createObjectStore('state');
    };
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
  });
  const storage = await open(name);
  await saveModel(storage, kept);
  expect((await readModel(storage, url))?.release).toBe(3);
  const items = { tables: ['items'] as const, mode: 'readonly' as const };
  expect(await storage.transact({ ...items, run: (transaction) => transaction.all('items') })).toEqual([
    { id: 'a', seenAt: 7 },
  ]);
});
