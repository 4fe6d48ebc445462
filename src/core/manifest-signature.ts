import canonicalize from 'canonicalize';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { ManifestSignature } from './manifest.ts';

const SIGNATURE_BYTES = 64;

/** What is signed: the canonical JSON (RFC 8785) of everything in the manifest but `signature`. */
export const signedText = (manifest: object): string => publishedText({ ...manifest, signature: undefined });

/** How a signed manifest is written: its canonical JSON, to the byte. */
export const publishedText = (manifest: object): string => canonicalize(manifest) ?? '';

/** Base64url without padding: the `x` of a JWK, and a key's id. */
export const encodeBase64Url = (bytes: Uint8Array): string =>
  encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** RFC 7638's text for a JWK, with the members that RFC 8037 requires; its sha256 is the key's id. */
export const keyIdText = (key: Uint8Array): string =>
  publishedText({ crv: 'Ed25519', kty: 'OKP', x: encodeBase64Url(key) });

/** The bytes of a signature of exactly this shape and spelling; undefined for any other: what is beside is not signed. */
export function parseSignature(signature: unknown): Uint8Array | undefined {
  if (typeof signature !== 'object' || signature === null) return undefined;
  const { keyId, value } = signature as Partial<Record<keyof ManifestSignature, unknown>>;
  if (typeof keyId !== 'string' || typeof value !== 'string' || Object.keys(signature).length !== 2) return undefined;
  const bytes = decodeBase64(value);
  return bytes?.length === SIGNATURE_BYTES && encodeBase64(bytes) === value ? bytes : undefined;
}
