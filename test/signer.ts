import { encodeBase64 } from '../src/core/base64.ts';
import { hexSha256 } from '../src/core/bundle-crypto.ts';
import { createKeyId } from '../src/core/trust-check.ts';
import { type BundleFile, type Manifest, modelIdText } from '../src/core/manifest.ts';
import { encodeBase64Url, publishedText, signedText } from '../src/core/manifest-signature.ts';

/** A bundle by file name, `manifest.json` among them. */
export type Files = Map<string, Uint8Array<ArrayBuffer>>;

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
/** In Node and in browsers. */
export const testCrypto = { subtle: crypto.subtle, encode };

export const readManifest = (files: Files): Manifest =>
  JSON.parse(new TextDecoder().decode(files.get('manifest.json'))) as Manifest;

/** With another manifest, written as it is: no signature, sizes or ids are mended. */
export const withManifest = (files: Files, manifest: object | string): Files =>
  new Map([...files, ['manifest.json', encode(typeof manifest === 'string' ? manifest : publishedText(manifest))]]);

/** The bundle with sizes, hashes and `modelId` as its files are; a signature it had does not fit any more. */
export async function describeFiles(files: Files): Promise<Files> {
  const manifest = readManifest(files);
  const named: Record<string, BundleFile> = { ...manifest.files };
  for (const [name, bytes] of files) {
    if (name === 'manifest.json') continue;
    named[name] = { sizeBytes: bytes.length, sha256: await hexSha256(testCrypto, bytes) };
  }
  return withManifest(files, {
    ...manifest,
    files: named,
    modelId: await hexSha256(testCrypto, modelIdText(named)),
  });
}

export interface Signer {
  /** As `bundleKeys` takes it. */
  readonly publicKey: string;
  readonly keyId: string;
  /** Signs the manifest with `change` in it. */
  sign(files: Files, change?: Partial<Manifest>): Promise<Files>;
}

/** A new Ed25519 key; `claimedId` makes it sign in another key's name. */
export async function createSigner(claimedId?: string): Promise<Signer> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const keyId = claimedId ?? (await createKeyId(raw, testCrypto));
  const sign = async (files: Files, change: Partial<Manifest> = {}): Promise<Files> => {
    const manifest = { ...readManifest(files), release: 1, ...change };
    const text = encode(signedText(manifest));
    const value = encodeBase64(new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, text)));
    return withManifest(files, { ...manifest, signature: { keyId, value } });
  };
  return { publicKey: encodeBase64Url(raw), keyId, sign };
}
