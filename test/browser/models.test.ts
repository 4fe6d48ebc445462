import { afterEach, expect, test } from 'vitest';
import { eraseStorage } from '../../src/store/erase.ts';
import { MemoryStorage } from '../../src/store/memory-storage.ts';
import { MAX_BUNDLES, MAX_MODELS, dropBundle, saveModel } from '../../src/store/models.ts';
import { readModel } from '../../src/store/read-model.ts';
import { findDatabasePlace } from '../../src/store/database-place.ts';
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
const kept = { url, releases: { key: 3 }, savedAt: 1, bundle };
const other = { manifest: '{"other":1}', files: bundle.files };

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
  await saveModel(storage, { url, releases: { key: 5 }, savedAt: 2 });
  expect(await readModel(storage, url)).toEqual({ ...kept, releases: { key: 5 }, savedAt: 2 });
  await saveModel(storage, { url, releases: { another: 1 }, savedAt: 3, bundle: other });
  expect(await readModel(storage, url)).toEqual({
    ...{ url, savedAt: 3, bundle: other },
    releases: { key: 5, another: 1 },
  });
});

test('a page that was late does not put an older bundle in the place of a newer one', async () => {
  const storage = await open();
  await saveModel(storage, kept);
  await saveModel(storage, { url, releases: { key: 2 }, savedAt: 2, bundle: other });
  expect(await readModel(storage, url)).toEqual({ ...kept, savedAt: 2 });
});

test('a part takes the place of no fuller bundle, only of one that has no more', async () => {
  const storage = await open();
  const part = { manifest: '{"part":1}', files: { 'linear.json': bundle.files['micro.bin'] } };
  const change = { url, savedAt: 2, bundle: part, isPart: true };
  await saveModel(storage, kept);
  await saveModel(storage, { ...change, releases: { key: 4 } });
  expect(await readModel(storage, url)).toEqual({ ...kept, releases: { key: 4 }, savedAt: 2 });
  // a whole bundle may have fewer files
  await saveModel(storage, { ...change, isPart: false, releases: { key: 5 } });
  expect((await readModel(storage, url))?.bundle).toEqual(part);
  await saveModel(storage, { ...change, releases: { key: 6 }, bundle: { ...part, manifest: '{"part":2}' } });
  expect((await readModel(storage, url))?.bundle?.manifest).toBe('{"part":2}');
});

test('a bundle is given up with its releases kept, unless another has come', async () => {
  const storage = await open();
  await saveModel(storage, kept);
  await dropBundle(storage, url, other.manifest);
  expect(await readModel(storage, url)).toEqual(kept);
  await dropBundle(storage, url, bundle.manifest);
  expect(await readModel(storage, url)).toEqual({ ...kept, bundle: null });
});

test('of many addresses the bundles of the three saved last stay, and the releases of a hundred', async () => {
  const storage = await open();
  const addresses = Array.from({ length: MAX_MODELS + 1 }, (_, i) => `${url}${String(i)}/`);
  for (const [i, address] of addresses.entries()) await saveModel(storage, { ...kept, url: address, savedAt: 200 - i });
  const found = await Promise.all(addresses.map((address) => readModel(storage, address)));
  // the last is kept as the one just saved, however old
  const newest = [0, 1, MAX_MODELS];
  expect(found.flatMap((row, i) => (row?.bundle ? [i] : []))).toEqual(newest);
  expect(newest.length).toBe(MAX_BUNDLES);
  expect(found.flatMap((row, i) => (row?.releases['key'] === 3 ? [] : [i]))).toEqual([MAX_MODELS - 1]);
});

test('a database of the version before gets the new store and keeps what it holds', async () => {
  const name = newName();
  const place = await findDatabasePlace(name);
  await new Promise<void>((resolve) => {
    const request = place.open(name, 1);
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
  expect((await readModel(storage, url))?.releases).toEqual({ key: 3 });
  const items = { tables: ['items'] as const, mode: 'readonly' as const };
  expect(await storage.transact({ ...items, run: (transaction) => transaction.all('items') })).toEqual([
    { id: 'a', seenAt: 7 },
  ]);
});
