import { type BundleCrypto, hexSha256 } from './bundle-crypto.ts';
import { type BundleFile, type Manifest, type SignedFacts, modelIdText, parseManifest } from './manifest.ts';
import { type Problem, type ProblemCode, createProblem, isProblem } from './problem.ts';

/** What a bundle is judged by, beside its own text. */
export interface TrustContext {
  /** Epoch ms. */
  readonly now: number;
  /** The highest release seen of each key, by the key's id. */
  readonly releases: Readonly<Record<string, number>>;
  /** Null outside of a secure context. */
  readonly crypto: BundleCrypto | null;
}

/** Says why what was read from a text is not to be trusted; undefined where it is. Never rejects. */
export type TrustCheck = (text: string, signed: SignedFacts, context: TrustContext) => Promise<Problem | undefined>;

export interface BundleTrust extends TrustContext {
  /** Null takes unsigned bundles, whatever their age. */
  readonly check: TrustCheck | null;
}

/** Of a bundle that may be whole but is not to be used. */
export const refuseBundle = (code: ProblemCode, why: string): Problem =>
  createProblem(code, `the bundle is not used: ${why}`);

/**
 * Reads a manifest and judges it: its shape, what the trust asks for, and that `modelId` is that of its files. The
 * first that fails: `bundle_manifest_invalid`, as the trust's check says, `bundle_mixed`.
 */
export async function checkManifest(text: string, trust: BundleTrust): Promise<Manifest | Problem> {
  const manifest = parseManifest(text);
  if (isProblem(manifest)) return manifest;
  const problem = await trust.check?.(text, manifest, trust);
  if (problem !== undefined) return problem;
  const { crypto } = trust;
  // without WebCrypto no file can be checked either, and that says what is missing
  const modelId = crypto === null ? manifest.modelId : await hexSha256(crypto, modelIdText(manifest.files));
  if (modelId === manifest.modelId) return manifest;
  return refuseBundle('bundle_mixed', 'its modelId is not that of its files; publish the folder as train wrote it');
}

/** Why these bytes are not the file of the manifest; undefined where they are. */
export async function findFileDefect(
  bytes: Uint8Array,
  { sizeBytes, sha256 }: BundleFile,
  crypto: BundleCrypto | null,
): Promise<string | undefined> {
  if (bytes.length !== sizeBytes) {
    return `it has ${String(bytes.length)} bytes where the manifest says ${String(sizeBytes)}`;
  }
  if (crypto === null) return 'its sha256 can only be checked in a secure context (https or localhost)';
  return (await hexSha256(crypto, bytes)) === sha256 ? undefined : 'its sha256 differs from the manifest';
}
