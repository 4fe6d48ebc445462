import { type KeyObject, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { decodeBase64 } from '../src/core/base64.ts';
import type { BundleCrypto } from '../src/core/bundle-crypto.ts';
import { parsePublicKey } from '../src/core/public-key.ts';
import { createKeyId } from '../src/core/trust-check.ts';
import { InputError } from './input-error.ts';

/** WebCrypto of Node. */
export const nodeCrypto: BundleCrypto = {
  subtle: globalThis.crypto.subtle,
  encode: (text) => new TextEncoder().encode(text),
};

export interface PublicBundleKey {
  /** RFC 7638 thumbprint. */
  readonly keyId: string;
  /** Base64url of the 32 bytes: the `x` of a JWK, and what `createKit` takes as `bundleKeys`. */
  readonly publicKey: string;
}

export interface PrivateBundleKey extends PublicBundleKey {
  readonly privateKey: KeyObject;
}

const OWNER_ONLY = 0o600;

/** Writes a new private key as a JWK that only its owner can read. Throws `InputError` where the file exists. */
export async function createKeyFile(file: string): Promise<PublicBundleKey> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = await describeKey(privateKey);
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: key.keyId };
  try {
    // 'wx' fails on what exists, in one step: an overwritten key would strand every page that trusts it
    writeFileSync(file, `${JSON.stringify(jwk)}\n`, { flag: 'wx', mode: OWNER_ONLY });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new InputError(exists ? `${file}: exists already; a key is never overwritten` : `${file}: ${String(error)}`);
  }
  return { keyId: key.keyId, publicKey: key.publicKey };
}

/** Reads what `createKeyFile` wrote. Throws `InputError`. */
export async function readPrivateKey(file: string): Promise<PrivateBundleKey> {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: JSON.parse(readText(file)) as JsonWebKey, format: 'jwk' });
  } catch (error) {
    // the message of a parser may quote what it read, and that is a private key
    throw error instanceof InputError ? error : new InputError(`${file}: is not a private key in JWK format`);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new InputError(`${file}: is not an Ed25519 key`);
  return describeKey(key);
}

type JsonWebKey = ReturnType<KeyObject['export']> & object;

/** A public key as text, or a file with one: as text, or as a JWK. Throws `InputError`. */
export function readPublicKey(keyOrFile: string): Uint8Array {
  const given = parsePublicKey(keyOrFile);
  if (given !== undefined) return given;
  const text = readText(keyOrFile).trim();
  const key = parsePublicKey(text) ?? parseJwk(text);
  if (key !== undefined) return key;
  throw new InputError(`${keyOrFile}: is neither an Ed25519 public key (base64 of 32 bytes) nor a file with one`);
}

function parseJwk(text: string): Uint8Array | undefined {
  try {
    const { crv, x } = JSON.parse(text) as { crv?: unknown; x?: unknown };
    return crv === 'Ed25519' && typeof x === 'string' ? parsePublicKey(x) : undefined;
  } catch {
    return undefined;
  }
}

async function describeKey(privateKey: KeyObject): Promise<PrivateBundleKey> {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const raw = decodeBase64(x.replaceAll('-', '+').replaceAll('_', '/')) ?? new Uint8Array();
  return { privateKey, publicKey: x, keyId: await createKeyId(raw, nodeCrypto) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
