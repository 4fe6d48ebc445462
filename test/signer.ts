import { encodeBase64 } from '../src/core/base64.ts';
import { hexSha256 } from '../src/core/bundle-crypto.ts';
import { createKeyId } from '../src/core/trust-check.ts';
import { type BundleFile, type Manifest, modelIdText } from '../src/core/manifest.ts';
import { publishedText, signedText } from '../src/core/manifest-signature.ts';
import { parsePublicKey } from '../src/core/public-key.ts';

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
  /** The text of any file that is signed as a manifest is. */
  seal(content: object): Promise<string>;
}

/** PKCS #8 of an Ed25519 key, up to its 32 bytes (RFC 8410 section 7). */
const PKCS8_START = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

export interface SignerOptions {
  /** The 32 bytes of the private key; default: drawn anew. */
  readonly seed?: Uint8Array;
  /** Another key's id, to sign in its name. */
  readonly claimedId?: string;
}

/** An Ed25519 key that signs bundles. */
export async function createSigner(options: SignerOptions = {}): Promise<Signer> {
  const { seed = crypto.getRandomValues(new Uint8Array(32)), claimedId } = options;
  const pkcs8 = new Uint8Array([...PKCS8_START, ...seed]);
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const { x: publicKey = '' } = await crypto.subtle.exportKey('jwk', privateKey);
  const keyId = claimedId ?? (await createKeyId(parsePublicKey(publicKey) ?? new Uint8Array(), testCrypto));
  const seal = async (content: object): Promise<string> => {
    const text = encode(signedText(content));
    const value = encodeBase64(new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, text)));
    return publishedText({ ...content, signature: { keyId, value } });
  };
  const sign = async (files: Files, change: Partial<Manifest> = {}): Promise<Files> =>
    withManifest(files, await seal({ ...readManifest(files), release: 1, ...change }));
  return { publicKey, keyId, sign, seal };
}
