/** What a bundle's checks need of the platform; page, worker and Node have it. */
export interface BundleCrypto {
  readonly subtle: Subtle;
  /** UTF-8. */
  readonly encode: (text: string) => Uint8Array;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** The part of WebCrypto's `SubtleCrypto` that is used. */
export interface Subtle {
  digest(algorithm: string, data: Bytes): Promise<ArrayBuffer>;
  importKey(format: 'raw', key: Bytes, algorithm: string, extractable: boolean, usages: ['verify']): Promise<unknown>;
  verify(algorithm: string, key: unknown, signature: Bytes, data: Bytes): Promise<boolean>;
}

/** Of the bytes, or of the text's UTF-8. */
export async function hashSha256({ subtle, encode }: BundleCrypto, data: Uint8Array | string): Promise<Uint8Array> {
  const bytes = typeof data === 'string' ? encode(data) : data;
  return new Uint8Array(await subtle.digest('SHA-256', bytes as Bytes));
}

/** Lower-case hex. */
export const hexSha256 = async (crypto: BundleCrypto, data: Uint8Array | string): Promise<string> =>
  [...(await hashSha256(crypto, data))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
