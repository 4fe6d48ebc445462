/** What a bundle's checks need of the platform's cryptography. */
export interface BundleCrypto {
  /** Of the bytes, or of the text's UTF-8. */
  sha256(data: Uint8Array | string): Promise<Uint8Array>;
  /** Whether this is the key's Ed25519 signature of the text; null where the platform has no Ed25519. Never rejects. */
  verify(text: string, signature: Uint8Array, publicKey: Uint8Array): Promise<boolean | null>;
}

/** The part of WebCrypto's `SubtleCrypto` that is used; page, worker and Node have it. */
export interface Subtle {
  digest(algorithm: string, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  importKey(
    format: 'raw',
    key: Uint8Array<ArrayBuffer>,
    algorithm: string,
    extractable: boolean,
    usages: ['verify'],
  ): Promise<unknown>;
  verify(
    algorithm: string,
    key: unknown,
    signature: Uint8Array<ArrayBuffer>,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Over WebCrypto; `encode` makes UTF-8. */
export const createBundleCrypto = (subtle: Subtle, encode: (text: string) => Uint8Array): BundleCrypto => ({
  sha256: async (data) => {
    const bytes = typeof data === 'string' ? encode(data) : data;
    return new Uint8Array(await subtle.digest('SHA-256', bytes as Bytes));
  },
  verify: async (text, signature, publicKey) => {
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
  },
});

/** Lower-case hex. */
export const toHex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
