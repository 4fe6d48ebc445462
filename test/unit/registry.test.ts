import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Manifest } from '../../src/core/manifest.ts';
import { chooseBundles, parseReleases } from '../../src/core/releases.ts';
import type { RegistryState } from '../../training/registry.ts';
import { runBundle } from './bundle-command.ts';

let folder: string;
let registry: string;
let key: string;
let publicKey: string;

interface Printed extends RegistryState {
  readonly ok: boolean;
  readonly seconds: number;
  readonly publicKey: string;
  readonly findings: { code: string; message: string }[];
}

const run = (name: string, ...args: string[]) => runBundle<Printed>(name, ...args);

const change = (name: string, ...more: string[]) => run(name, '--registry', registry, '--key', key, ...more);
const publish = (bundle: string, ...more: string[]) => change('publish', bundle, ...more);
const status = (...more: string[]) => run('status', '--registry', registry, '--public-key', publicKey, ...more);

/** The demo's bundle as trained at another time: the same files, another manifest. */
function createBundle(name: string): string {
  const dir = join(folder, name);
  cpSync(fileURLToPath(new URL('../../demo/bundle', import.meta.url)), dir, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Manifest;
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ ...manifest, quality: { name } }));
  return dir;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-registry-'));
  registry = join(folder, 'registry');
  key = join(folder, 'key.jwk');
  ({ publicKey } = await run('keygen', '--key', key));
});
afterEach(() => rmSync(folder, { recursive: true }));

const addressOf = ({ stable }: Printed): string => stable.bundle;

test('publish, canary, promote, rollback: each is a higher release, and status agrees with all of them', async () => {
  const first = await publish(createBundle('a'));
  expect(first).toMatchObject({ exit: 0, changed: true, release: 1, canary: null, killed: null });
  const canary = await publish(createBundle('b'), '--canary', '5%');
  expect(canary).toMatchObject({ release: 2, stable: first.stable, canary: { share: 0.05 } });
  const promoted = await change('promote');
  expect(promoted).toMatchObject({ release: 3, stable: { bundle: canary.canary?.bundle }, canary: null });
  const back = await change('rollback');
  expect(back).toMatchObject({ release: 4, stable: first.stable });
  expect(back.releases.map(({ release }) => release)).toEqual([4, 3, 2, 1]);
  expect(back.seconds).toBeGreaterThan(0);
  expect(await status()).toMatchObject({ exit: 0, ok: true, release: 4, findings: [] });
  // what was rolled back is named nowhere: a device that has it uses it no more
  expect(readFileSync(join(registry, 'releases.json'), 'utf8')).not.toContain(addressOf(promoted));
  await expect(change('rollback')).rejects.toThrow('no bundle before');
});

test('the same bundle again changes nothing; a wider share and a new expiry are releases', async () => {
  const [a, b] = [createBundle('a'), createBundle('b')];
  await publish(a);
  expect(await publish(a)).toMatchObject({ changed: false, release: 1 });
  await publish(b, '--canary', '5%');
  expect(await publish(b, '--canary', '0.05')).toMatchObject({ changed: false, release: 2 });
  expect(await publish(b, '--canary', '20%')).toMatchObject({ changed: true, release: 3, canary: { share: 0.2 } });
  const at = ['--expires-days', '30', '--now', '2026-01-01T00:00:00Z'];
  const renewed = await publish(b, '--canary', '20%', ...at);
  expect(renewed).toMatchObject({
    changed: true,
    release: 4,
    expiresAt: '2026-01-31T00:00:00.000Z',
    canary: { share: 0.2 },
  });
  expect(readdirSync(join(registry, 'bundles'))).toHaveLength(2);
});

test('a canary that runs is ended first; the first bundle of all is no canary', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map(createBundle);
  await expect(publish(a, '--canary', '5%')).rejects.toThrow('nothing is published yet');
  expect(existsSync(registry)).toBe(false);
  await publish(a);
  await publish(b, '--canary', '5%');
  await expect(publish(c)).rejects.toThrow('a canary is running');
  const ended = await change('rollback');
  expect(ended).toMatchObject({ release: 3, canary: null });
  expect(await publish(c)).toMatchObject({ release: 4 });
});

test('the kill switch stays through publishing, until it is lifted', async () => {
  await publish(createBundle('a'));
  expect(await change('kill')).toMatchObject({ release: 2, killed: 'server' });
  expect(await change('kill')).toMatchObject({ release: 2, changed: false });
  expect(await publish(createBundle('b'))).toMatchObject({ release: 3, killed: 'server' });
  expect(await change('kill', '--order', 'linear')).toMatchObject({ release: 4, killed: 'linear' });
  expect(await change('kill', '--lift')).toMatchObject({ release: 5, killed: null });
  await expect(change('kill', '--order', 'none')).rejects.toThrow('--order');
});

test('a torn bundle, a foreign folder and another key are named, and nobody signs on top of them', async () => {
  const first = await publish(createBundle('a'));
  const file = join(registry, 'bundles', addressOf(first), 'micro.bin');
  appendFileSync(file, ' ');
  expect(await status()).toMatchObject({ exit: 1, ok: false, findings: [{ code: 'bundle_file_mismatch' }] });
  await expect(change('kill')).rejects.toThrow('micro.bin');
  // publishing it again mends it
  expect(await publish(createBundle('a'))).toMatchObject({ changed: false });
  expect(await status()).toMatchObject({ ok: true });

  const other = join(folder, 'other.jwk');
  const { publicKey: wrong } = await run('keygen', '--key', other);
  await expect(run('kill', '--registry', registry, '--key', other)).rejects.toThrow('--public-key');
  expect(await run('status', '--registry', registry, '--public-key', wrong)).toMatchObject({ ok: false });
  // a new key takes over where the old one is named
  const handed = await run('kill', '--registry', registry, '--key', other, '--public-key', publicKey);
  expect(handed).toMatchObject({ changed: true });
  expect(await run('status', '--registry', registry, '--public-key', wrong)).toMatchObject({ ok: true });

  const foreign = join(folder, 'foreign');
  cpSync(createBundle('c'), foreign, { recursive: true });
  await expect(run('publish', createBundle('d'), '--registry', foreign, '--key', key)).rejects.toThrow(
    'is no registry',
  );
  await expect(run('status', '--registry', join(folder, 'none'), '--public-key', publicKey)).rejects.toThrow('nothing');
});

test('a release that was cut off keeps its number; damaged releases are no registry', async () => {
  await publish(createBundle('a'));
  const file = join(registry, 'releases.json');
  const old = readFileSync(file);
  await publish(createBundle('b'));
  writeFileSync(file, old);
  const next = await publish(createBundle('c'));
  expect(next.release).toBe(3);
  writeFileSync(file, old.subarray(0, 50));
  await expect(publish(createBundle('d'))).rejects.toThrow('not JSON');
  writeFileSync(file, old.toString().replace('"release":1', '"release":9'));
  expect(await status()).toMatchObject({ findings: [{ code: 'bundle_signature_invalid' }] });
});

test.each([['0%'], ['100%'], ['1'], ['x'], ['5%%']])('a canary of %s is bad usage', async (share) => {
  await expect(publish(createBundle('a'), '--canary', share)).rejects.toThrow('--canary');
});

test('a share is kept as it grows, draws another one for each canary, and needs a unit', () => {
  const releases = (bundle: string, share: number) => {
    const parsed = parseReleases(
      JSON.stringify({
        ...{ schemaVersion: 1, release: 1, createdAt: '2026-01-01T00:00:00Z', stable: 'a'.repeat(64), before: [] },
        canary: { bundle: bundle.repeat(64), share },
      }),
    );
    if ('code' in parsed) throw new Error(parsed.message);
    return parsed;
  };
  const isIn = (bundle: string, share: number, unit: string | undefined): boolean =>
    chooseBundles(releases(bundle, share), unit)[0].channel === 'canary';
  const units = Array.from({ length: 20_000 }, (_, i) => `unit-${String(i)}`);
  const [narrow, wide, other] = [
    units.filter((unit) => isIn('b', 0.05, unit)),
    new Set(units.filter((unit) => isIn('b', 0.2, unit))),
    new Set(units.filter((unit) => isIn('c', 0.05, unit))),
  ];
  // binomial, 20,000 draws of 5 %: a standard deviation of 31
  expect(Math.abs(narrow.length - 1000)).toBeLessThan(125);
  expect(narrow.every((unit) => wide.has(unit))).toBe(true);
  expect(narrow.filter((unit) => other.has(unit)).length).toBeLessThan(100);
  expect(isIn('b', 0.999, undefined)).toBe(false);
});
