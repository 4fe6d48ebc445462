import { decodeBase64 } from './base64.ts';

const KEY_BYTES = 32;

/** Base64, or base64url as the `x` of a JWK, of a raw Ed25519 public key; undefined for anything else. */
export function parsePublicKey(text: string): Uint8Array | undefined {
  const bytes = decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  return bytes?.length === KEY_BYTES ? bytes : undefined;
}
