import type { BundleCrypto } from './bundle-crypto.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface SignedText {
  readonly text: string;
  readonly signature: Uint8Array;
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** Whether the key has signed the text's UTF-8 (RFC 8032); null where the platform has no Ed25519. Never rejects. */
export async function verifyEd25519(
  { subtle, encode }: BundleCrypto,
  { text, signature, publicKey }: SignedText,
): Promise<boolean | null> {
  let key: unknown;
  try {
    key = await subtle.importKey('raw', publicKey as Bytes, 'Ed25519', false, ['verify']);
  } catch (error) {
    // any other error is about the key: some engines refuse 32 bytes that are no point of the curve
    return (error as { name?: unknown } | null)?.name === 'NotSupportedError' ? null : false;
  }
  try {
    return await subtle.verify('Ed25519', key, signature as Bytes, encode(text) as Bytes);
  } catch {
    return false;
  }
}
