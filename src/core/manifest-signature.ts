import canonicalize from 'canonicalize';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { BundleFile, Manifest } from './manifest.ts';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** What is signed: the canonical JSON (RFC 8785) of everything in the manifest but `signature`. */
export const signedText = (manifest: Manifest): string => publishedText({ ...manifest, signature: undefined });

/** How a signed manifest is written: its canonical JSON, to the byte. */
export const publishedText = (manifest: object): string => canonicalize(manifest) ?? '';

/** What `modelId` is the sha256 of: the sorted (name, sha256) list of files, as JSON. */
export const modelIdText = (files: Readonly<Record<string, BundleFile>>): string =>
  JSON.stringify(
    Object.keys(files)
      .sort()
      .map((name) => [name, files[name].sha256]),
  );

/** Base64, or base64url as the `x` of a JWK, of a raw Ed25519 public key; undefined for anything else. */
export function parsePublicKey(text: string): Uint8Array | undefined {
  const bytes = decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  return bytes?.length === KEY_BYTES ? bytes : undefined;
}

/** Base64url without padding: the `x` of a JWK, and a key's id. */
export const encodeBase64Url = (bytes: Uint8Array): string =>
  encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** RFC 7638's text for a JWK, with the members that RFC 8037 requires; its sha256 is the key's id. */
export const keyIdText = (key: Uint8Array): string =>
  publishedText({ crv: 'Ed25519', kty: 'OKP', x: encodeBase64Url(key) });

/** Of a signature's `value`. Undefined for any but the one spelling of 64 bytes: no second text says the same. */
export function parseSignature(value: string): Uint8Array | undefined {
  const bytes = decodeBase64(value);
  return bytes?.length === SIGNATURE_BYTES && encodeBase64(bytes) === value ? bytes : undefined;
}
