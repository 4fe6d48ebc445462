import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Manifest } from '../../src/core/manifest.ts';
import { readPrivateKey } from '../../training/bundle-key.ts';
import { runBundle } from './bundle-command.ts';

let folder: string;
let bundle: string;
let key: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-sign-'));
  bundle = join(folder, 'bundle');
  key = join(folder, 'key.jwk');
  cpSync(fileURLToPath(new URL('../../demo/bundle', import.meta.url)), bundle, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Printed {
  readonly ok: boolean;
  readonly publicKey: string;
  readonly keyId: string;
  readonly release: number;
  readonly expiresAt: string | null;
  readonly retrainBy: string | null;
  readonly findings: { code: string; message: string }[];
}

const run = (name: string, ...args: string[]) => runBundle<Printed>(name, ...args);

const keygen = () => run('keygen', '--key', key);
const sign = (...more: string[]) => run('sign', '--bundle', bundle, '--key', key, ...more);
const verify = async (publicKey: string, ...more: string[]) => {
  const { exit, ok, findings } = await run('verify', '--bundle', bundle, '--public-key', publicKey, ...more);
  expect([ok, exit]).toEqual(findings.length === 0 ? [true, 0] : [false, 1]);
  return findings.map(({ code }) => code);
};
const readBundle = () => JSON.parse(readFileSync(join(bundle, 'manifest.json'), 'utf8')) as Manifest;

test('what is signed with a key verifies with its public half, as text or file', async () => {
  const { publicKey, keyId } = await keygen();
  expect(await verify(publicKey)).toEqual(['bundle_signature_missing']);
  expect(await sign('--release', '3')).toMatchObject({
    release: 3,
    keyId,
    publicKey,
    expiresAt: null,
    retrainBy: null,
  });
  writeFileSync(join(folder, 'key.txt'), `${publicKey}\n`);
  for (const given of [publicKey, key, join(folder, 'key.txt')]) expect(await verify(given)).toEqual([]);
  const other = join(folder, 'other.jwk');
  const { publicKey: wrong } = await run('keygen', '--key', other);
  expect(await verify(wrong)).toEqual(['bundle_signature_invalid']);
});

test('a public key may begin with a dash, as one in 64 does', async () => {
  const { publicKey } = await keygen();
  await sign('--release', '1');
  expect(await verify(`-${publicKey.slice(1)}`)).toEqual(['bundle_signature_invalid']);
  await expect(run('verify', '--public-key', '--bundle', bundle)).rejects.toThrow('--public-key');
  await expect(verify(publicKey, '-x')).rejects.toThrow("Unknown option '-x'");
});

test('the private key is its owner’s alone, is never overwritten and never printed', async () => {
  const printed = await keygen();
  expect(statSync(key).mode & 0o777).toBe(0o600);
  const before = readFileSync(key, 'utf8');
  const { d } = JSON.parse(before) as { d: string };
  expect(JSON.stringify(printed)).not.toContain(d);
  await expect(keygen()).rejects.toThrow('never overwritten');
  expect(readFileSync(key, 'utf8')).toBe(before);
  writeFileSync(key, before.slice(0, -9));
  const error = await readPrivateKey(key).catch((reason: unknown) => String(reason));
  expect(error).toContain('is not a private key');
  expect(error).not.toContain(d.slice(0, 8));
});

test('who answers for a model stays named until somebody else is', async () => {
  const { publicKey } = await keygen();
  await sign('--release', '2', '--owner', 'Ranking team', '--runbook', 'https://shop.example/runbook');
  await sign('--release', '3', '--owner', 'Search team');
  expect(readBundle()).toMatchObject({ owner: 'Search team', runbook: 'https://shop.example/runbook' });
  expect(await verify(publicKey)).toEqual([]);
});

test('days are counted from the clock that is given; signing again forgets the last promise', async () => {
  const { publicKey } = await keygen();
  const at = ['--now', '2026-01-01T00:00:00Z'];
  await sign('--release', '1', '--expires-days', '30', '--retrain-days', '7', ...at);
  expect(readBundle()).toMatchObject({ expiresAt: '2026-01-31T00:00:00.000Z', retrainBy: '2026-01-08T00:00:00.000Z' });
  expect(await verify(publicKey, '--now', '2026-01-30T23:59:59Z')).toEqual([]);
  expect(await verify(publicKey, '--now', '2026-01-31T00:00:00Z')).toEqual(['bundle_expired']);
  await sign('--release', '2');
  expect(readBundle()).not.toHaveProperty('expiresAt');
  expect(await verify(publicKey, '--now', '2036-01-01T00:00:00Z')).toEqual([]);
});

test('every damage is named, all of them at once', async () => {
  const { publicKey } = await keygen();
  await sign('--release', '1');
  appendFileSync(join(bundle, 'items.ndjson'), ' ');
  rmSync(join(bundle, 'rank.onnx'));
  expect((await verify(publicKey)).sort()).toEqual(['bundle_file_mismatch', 'bundle_unreachable']);
  writeFileSync(join(bundle, 'manifest.json'), JSON.stringify({ ...readBundle(), release: 2 }));
  expect(await verify(publicKey)).toContain('bundle_signature_invalid');
  writeFileSync(join(bundle, 'manifest.json'), '{');
  expect(await verify(publicKey)).toEqual(['bundle_manifest_invalid']);
  rmSync(join(bundle, 'manifest.json'));
  expect(await verify(publicKey)).toEqual(['bundle_unreachable']);
});

test('a bundle that no page could use is not signed', async () => {
  await keygen();
  const manifest = readBundle();
  const [golden] = manifest.golden;
  const wrong = { ...golden, logits: golden.logits.map((logit) => logit + 1) };
  writeFileSync(join(bundle, 'manifest.json'), JSON.stringify({ ...manifest, golden: [wrong] }));
  await expect(sign('--release', '1')).rejects.toThrow('does not reproduce the golden rows');
  expect(readBundle()).not.toHaveProperty('signature');
});

test('a file outside of the folder is never read', async () => {
  const { publicKey } = await keygen();
  const manifest = readBundle();
  const files = { ...manifest.files, '../key.jwk': { sizeBytes: statSync(key).size, sha256: 'a'.repeat(64) } };
  writeFileSync(join(bundle, 'manifest.json'), JSON.stringify({ ...manifest, files }));
  const { findings } = await run('verify', '--bundle', bundle, '--public-key', publicKey);
  expect(findings.map(({ code }) => code)).toEqual(['bundle_mixed']);
});

test.each([
  [['--release', '0'], /--release/],
  [['--release', 'x'], /--release/],
  [['--release', '1', '--expires-days', '0'], /--expires-days/],
  [['--release', '1', '--now', 'tomorrow'], /--now/],
  [[], /--release/],
])('bad usage is named: %j', async (args, message) => {
  await keygen();
  await expect(sign(...args)).rejects.toThrow(message);
});
