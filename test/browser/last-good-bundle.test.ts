import { expect, test, vi } from 'vitest';
import { saveModel } from '../../src/store/models.ts';
import { readModel } from '../../src/store/read-model.ts';
import { openStorage } from '../../src/store/open-storage.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { type Files, readManifest, withManifest } from '../signer.ts';
import { createBundle, createNet, createWorker, newName, openKit } from './kit-fixture.ts';
import { createOther, edit, first, flip, look, refused, second, signer, visit } from './trust-fixture.ts';

const network: [string, (files: Files) => Files, string][] = [
  ['nothing answers', () => new Map(), 'bundle_unreachable'],
  ['the manifest is damaged', (files) => withManifest(files, '{'), 'bundle_manifest_invalid'],
  ['a file is damaged', (files) => flip(files, 'micro.bin'), 'bundle_file_mismatch'],
  ['a file is missing', (files) => new Map([...files].filter(([name]) => name !== 'micro.bin')), 'bundle_unreachable'],
];
test.each(network)('the last good bundle helps without keys too where %s', async (_, damage, code) => {
  const device = newName();
  const [old, next] = [await createBundle(), await createOther()];
  const options = { bundleKeys: undefined as never };
  await visit(old, device, options);
  const seen = await visit(damage(next), device, options);
  expect(seen).toEqual({ tier: 'micro', model: 'first', tierProblem: undefined, codes: [code], items: 12 });
  expect(await visit(next, device, options)).toMatchObject({ model: 'second', codes: [] });
});

test('the last good bundle serves in the worker, at its full tier', async () => {
  const [device, whole] = [newName(), { createWorker, maxTier: 'wasm' as const }];
  await visit(first, device, whole);
  const seen = await visit(flip(second, 'rank.onnx'), device, whole);
  expect(seen).toMatchObject({
    tier: 'wasm',
    model: 'first',
    tierProblem: undefined,
    codes: ['bundle_file_mismatch'],
  });
});

const url = new URL('/bundle/', location.origin).href;
/** Changes what lies in the database behind the kit's back. */
async function tamper(device: string, name: string, bytes: ArrayBuffer | null): Promise<void> {
  const { storage } = await openStorage(device);
  const model = await readModel(storage, url);
  if (!model?.bundle) throw new Error('nothing is kept');
  const files = { ...model.bundle.files, ...(bytes && { [name]: bytes }) };
  if (!bytes) Reflect.deleteProperty(files, name);
  await saveModel(storage, { ...model, bundle: { ...model.bundle, files } });
  storage.close();
}

const damages: [string, damage: () => ArrayBuffer | null, code: string][] = [
  ['changed', () => flip(first, 'micro.bin').get('micro.bin')?.buffer ?? null, 'bundle_file_mismatch'],
  ['cut short', () => first.get('micro.bin')?.slice(0, 9).buffer ?? null, 'bundle_file_mismatch'],
  ['lost', () => null, 'bundle_unreachable'],
];
test.each(damages)('the last good bundle is checked again: a file %s on the disk', async (_, damage, code) => {
  const device = newName();
  await visit(first, device);
  await tamper(device, 'micro.bin', damage());
  expect(await visit(new Map(), device)).toMatchObject({
    ...refused('bundle_unreachable'),
    codes: [code],
  });
  // and it is stored anew with the next that is whole
  await visit(first, device);
  expect(await visit(new Map(), device)).toMatchObject({ model: 'first', codes: ['bundle_unreachable'] });
});

test('the last good bundle that lacks a file does not serve where that is wanted, and stays', async () => {
  const device = newName();
  await visit(first, device, { maxTier: 'linear' });
  const seen = await visit(new Map(), device);
  expect(seen).toMatchObject({ ...refused('bundle_unreachable'), codes: ['bundle_unreachable'] });
  expect(await visit(new Map(), device, { maxTier: 'linear' })).toMatchObject({ tier: 'linear', model: 'first' });
});

test('the last good bundle is not replaced by what a page with fewer engines fetches', async () => {
  const device = newName();
  await visit(first, device);
  expect(await visit(second, device, { maxTier: 'linear' })).toMatchObject({ model: 'second', codes: [] });
  expect(await visit(new Map(), device)).toMatchObject({
    tier: 'micro',
    model: 'first',
    codes: ['bundle_unreachable'],
  });
  // the release has been seen all the same
  expect(await visit(first, device)).toMatchObject({ model: 'first', codes: ['bundle_outdated'] });
});

test('the last good bundle’s manifest is checked again when it is read', async () => {
  const device = newName();
  await visit(first, device);
  const { storage } = await openStorage(device);
  const model = await readModel(storage, url);
  if (!model?.bundle) throw new Error('nothing is kept');
  const manifest = model.bundle.manifest.replace('"mean":0.1', '"mean":0.2');
  await saveModel(storage, { ...model, bundle: { ...model.bundle, manifest } });
  storage.close();
  const seen = await visit(new Map(), device);
  expect(seen).toMatchObject({ ...refused('bundle_unreachable'), codes: ['bundle_signature_invalid'] });
});

test('the last good bundle is written once and not at every visit', async () => {
  const device = newName();
  await visit(first, device);
  const put = vi.spyOn(IDBObjectStore.prototype, 'put');
  await visit(first, device);
  const models = put.mock.contexts.filter((store) => (store as IDBObjectStore).name === 'models');
  expect(models.length).toBe(0);
  await visit(second, device);
  expect(put.mock.contexts.filter((store) => (store as IDBObjectStore).name === 'models').length).toBe(1);
});

test.each([
  [
    'micro',
    'micro',
    ({ golden }: Manifest) => ({ golden: golden.map((row) => ({ ...row, logits: row.logits.map((x) => x + 1) })) }),
  ],
  [
    'linear',
    'linear',
    ({ golden }: Manifest) => ({ golden: golden.map((row) => ({ ...row, linear: row.linear.map((x) => x + 1) })) }),
  ],
] as const)('the last good bundle stays where %s of the next one fails the golden rows', async (_, maxTier, change) => {
  const device = newName();
  await visit(first, device);
  const bad = await signer.sign(edit(second, change(readManifest(second))), { release: 2 });
  expect((await visit(bad, device, { maxTier })).tierProblem).toBe('engine_golden_mismatch');
  expect(await visit(new Map(), device)).toMatchObject({ model: 'first', codes: ['bundle_unreachable'] });
  // its release has been seen all the same
  expect(await visit(first, device)).toMatchObject({ model: 'first', codes: ['bundle_outdated'] });
});

test('the last good bundle is kept where only a part of it is wanted', async () => {
  const [device, part] = [newName(), { maxTier: 'linear' as const }];
  await visit(first, device, part);
  expect(await visit(new Map(), device, part)).toMatchObject({ model: 'first', codes: ['bundle_unreachable'] });
});

test('the last good bundle is removed by an erase, with the release that was seen', async () => {
  const device = newName();
  await visit(second, device);
  const kit = openKit({ storageName: device });
  await kit.erase();
  expect(await visit(new Map(), device)).toMatchObject({ model: 'none' });
  expect(await visit(first, device)).toMatchObject({ model: 'first', codes: [] });
});

test('a storage that refuses it is named, and the network’s bundle serves', async () => {
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { put } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
    if (this.name === 'models') throw new DOMException('no room', 'QuotaExceededError');
    return put.apply(this, given);
  });
  const kit = openKit({ bundleUrl: '/bundle/', bundleKeys: signer.publicKey, fetch: createNet(first).fetch });
  const heard: string[] = [];
  kit.onProblem(({ code }) => heard.push(code));
  expect(await look(kit)).toMatchObject({ tier: 'micro', model: 'first' });
  expect(heard).toEqual(['storage_failed']);
});
