import { type BundleCrypto, toHex } from './bundle-crypto.ts';
import { type BundleFile, type Manifest, type ManifestSignature, parseManifest } from './manifest.ts';
import {
  encodeBase64Url,
  keyIdText,
  modelIdText,
  parseSignature,
  publishedText,
  signedText,
} from './manifest-signature.ts';
import { type Problem, type ProblemCode, createProblem, isProblem } from './problem.ts';

/** By what a bundle is judged. */
export interface BundleTrust {
  /** Raw Ed25519 public keys, one of which must have signed; null takes unsigned bundles, whatever their age. */
  readonly keys: readonly Uint8Array[] | null;
  /** Epoch ms. */
  readonly now: number;
  /** The highest release seen; 0 before any. */
  readonly minRelease: number;
  /** Null outside of a secure context. */
  readonly crypto: BundleCrypto | null;
}

const refuse = (code: ProblemCode, why: string): Problem => createProblem(code, `the bundle is not used: ${why}`);

/**
 * Reads a manifest and judges it: its shape, and with keys its one spelling, signature, expiry and release; then that
 * `modelId` is that of its files. The first that fails: `bundle_manifest_invalid`, `bundle_signature_missing`,
 * `bundle_signature_unsupported`, `bundle_signature_invalid`, `bundle_expired`, `bundle_outdated`, `bundle_mixed`.
 */
export async function checkManifest(text: string, trust: BundleTrust): Promise<Manifest | Problem> {
  const manifest = parseManifest(text);
  if (isProblem(manifest)) return manifest;
  const { keys, crypto } = trust;
  const problem =
    keys === null ? undefined : ((await findForged(text, manifest, { ...trust, keys })) ?? findOld(manifest, trust));
  if (problem !== undefined) return problem;
  // without WebCrypto no file can be checked either, and that says what is missing
  const modelId = crypto === null ? manifest.modelId : toHex(await crypto.sha256(modelIdText(manifest.files)));
  if (modelId === manifest.modelId) return manifest;
  return refuse('bundle_mixed', 'its modelId is not that of its files; publish the folder as train wrote it');
}

type KeyedTrust = BundleTrust & { readonly keys: readonly Uint8Array[] };

async function findForged(
  text: string,
  manifest: Manifest,
  { keys, crypto }: KeyedTrust,
): Promise<Problem | undefined> {
  const { signature, release } = manifest;
  if (signature === undefined) return refuse('bundle_signature_missing', 'it is not signed; run nearside bundle sign');
  if (crypto === null) {
    return refuse('bundle_signature_unsupported', 'a signature can only be checked on https or localhost');
  }
  const invalid = (why: string): Problem => refuse('bundle_signature_invalid', why);
  // two spellings of one manifest could be read in two ways, such as a key that comes twice
  if (spell(manifest) !== text) return invalid('manifest.json is not written as it was signed, to the byte');
  if (release === undefined) return invalid('it is signed without a release');
  const bytes = parseSignature(signature.value);
  if (bytes === undefined) return invalid('its signature is not base64 of 64 bytes');
  const key = await findKey(signature, keys, crypto);
  if (key === undefined) return invalid(`its key ${signature.keyId} is none of those trusted here`);
  const isGenuine = await crypto.verify(signedText(manifest), bytes, key);
  if (isGenuine === null) return refuse('bundle_signature_unsupported', 'this browser cannot check Ed25519 signatures');
  return isGenuine ? undefined : invalid('its signature does not fit; it was changed after signing');
}

/** A text that has no canonical form (a lone surrogate) has no such spelling. */
function spell(manifest: Manifest): string | undefined {
  try {
    return publishedText(manifest);
  } catch {
    return undefined;
  }
}

async function findKey(
  { keyId }: ManifestSignature,
  keys: readonly Uint8Array[],
  crypto: BundleCrypto,
): Promise<Uint8Array | undefined> {
  for (const key of keys) if ((await createKeyId(key, crypto)) === keyId) return key;
  return undefined;
}

/** RFC 7638 thumbprint of a raw Ed25519 public key (RFC 8037 appendix A.3). */
export const createKeyId = async (key: Uint8Array, crypto: BundleCrypto): Promise<string> =>
  encodeBase64Url(await crypto.sha256(keyIdText(key)));

function findOld({ release = 0, expiresAt }: Manifest, { now, minRelease }: BundleTrust): Problem | undefined {
  if (expiresAt !== undefined && !(now < Date.parse(expiresAt))) {
    return refuse('bundle_expired', `it expired at ${expiresAt}; publish a new release, or mend the device's clock`);
  }
  if (release >= minRelease) return undefined;
  const seen = String(minRelease);
  return refuse('bundle_outdated', `it is release ${String(release)} and ${seen} was seen here; publish a higher one`);
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
  return toHex(await crypto.sha256(bytes)) === sha256 ? undefined : 'its sha256 differs from the manifest';
}
