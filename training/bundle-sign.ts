import { sign } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../src/core/manifest.ts';
import { publishedText, signedText } from '../src/core/manifest-signature.ts';
import type { PrivateBundleKey } from './bundle-key.ts';
import { verifyBundle } from './bundle-verify.ts';
import { InputError } from './input-error.ts';

export interface SignOptions {
  readonly bundleDir: string;
  readonly key: PrivateBundleKey;
  /** From 1; a page takes no lower one than it has seen. */
  readonly release: number;
  /** Epoch ms. */
  readonly now: number;
  readonly expiresDays?: number | undefined;
  readonly retrainDays?: number | undefined;
  /** Kept as they are where they are not given. */
  readonly owner?: string | undefined;
  readonly runbook?: string | undefined;
}

export interface SignedBundle {
  readonly modelId: string;
  readonly release: number;
  readonly expiresAt: string | null;
  readonly retrainBy: string | null;
  readonly keyId: string;
  readonly publicKey: string;
  readonly manifestBytes: number;
}

const DAY_MS = 24 * 60 * 60_000;

/**
 * Signs the bundle's manifest in place. A signature, expiry or release that it had is replaced. Throws `InputError`
 * where a page could not use the bundle: nobody should vouch for that.
 */
export async function signBundle(options: SignOptions): Promise<SignedBundle> {
  const { bundleDir, key, release, now, expiresDays, retrainDays, owner, runbook } = options;
  const { manifest: found, findings } = await verifyBundle({ bundleDir, publicKey: null, now });
  if (found === null || findings.length > 0) {
    throw new InputError(`${bundleDir}: is not signed: ${findings.map(({ message }) => message).join('; ')}`);
  }
  const inDays = (days: number): string => new Date(now + days * DAY_MS).toISOString();
  const manifest: Manifest = { ...found, release };
  for (const name of ['expiresAt', 'retrainBy', 'signature'] as const) Reflect.deleteProperty(manifest, name);
  const signed = {
    ...manifest,
    ...(expiresDays !== undefined && { expiresAt: inDays(expiresDays) }),
    ...(retrainDays !== undefined && { retrainBy: inDays(retrainDays) }),
    ...(owner !== undefined && { owner }),
    ...(runbook !== undefined && { runbook }),
  };
  const value = sign(null, Buffer.from(signedText(signed)), key.privateKey).toString('base64');
  const text = publishedText({ ...signed, signature: { keyId: key.keyId, value } });
  const path = join(bundleDir, 'manifest.json');
  try {
    // by rename: a reader never sees half of it
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  } catch (error) {
    throw new InputError(`${path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { modelId, expiresAt = null, retrainBy = null } = signed;
  const { keyId, publicKey } = key;
  return { modelId, release, expiresAt, retrainBy, keyId, publicKey, manifestBytes: Buffer.byteLength(text) };
}
