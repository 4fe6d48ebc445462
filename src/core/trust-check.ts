import { type BundleCrypto, hashSha256 } from './bundle-crypto.ts';
import { type TrustCheck, type TrustContext, refuseBundle } from './bundle-trust.ts';
import { verifyEd25519 } from './ed25519.ts';
import type { ManifestSignature, SignedFacts } from './manifest.ts';
import { encodeBase64Url, keyIdText, parseSignature, publishedText, signedText } from './manifest-signature.ts';
import type { Problem } from './problem.ts';

const invalid = (why: string): Problem => refuseBundle('bundle_signature_invalid', why);

/**
 * Trusts what one of the keys (raw Ed25519) has signed, as long as it has not expired and no higher release of these keys
 * was seen: what a key that is given up has signed does not bind, or whoever stole it could end all updates.
 * The first that fails: `bundle_signature_missing`, `bundle_signature_unsupported`, `bundle_signature_invalid`,
 * `bundle_manifest_invalid` where a signed field is of the wrong kind, `bundle_expired`, `bundle_outdated`.
 */
export const createTrustCheck =
  (keys: readonly Uint8Array[]): TrustCheck =>
  async (text, manifest, context) => {
    const { crypto } = context;
    const { signature } = manifest;
    if (signature === undefined) {
      return refuseBundle('bundle_signature_missing', 'it is not signed; run nearside bundle sign');
    }
    if (crypto === null) {
      return refuseBundle('bundle_signature_unsupported', 'a signature can only be checked on https or localhost');
    }
    const named = keys.map(async (key) => [await createKeyId(key, crypto), key] as const);
    const trusted: Keys = new Map(await Promise.all(named));
    return (
      (await findForged(text, { ...manifest, signature }, { trusted, crypto })) ??
      findOdd(manifest) ??
      findOld(manifest, context, trusted)
    );
  };

/** Raw keys by id. */
type Keys = ReadonlyMap<string, Uint8Array>;

interface Verifier {
  readonly trusted: Keys;
  readonly crypto: BundleCrypto;
}

async function findForged(
  text: string,
  manifest: SignedFacts & { readonly signature: ManifestSignature },
  { trusted, crypto }: Verifier,
): Promise<Problem | undefined> {
  const { signature } = manifest;
  // two spellings of one manifest could be read in two ways, such as a key that comes twice
  if (spell(manifest) !== text) return invalid('manifest.json is not written as it was signed, to the byte');
  const bytes = parseSignature(signature);
  if (bytes === undefined) return invalid('its signature is not a keyId and base64 of 64 bytes');
  const key = trusted.get(signature.keyId);
  if (key === undefined) return invalid(`its key ${signature.keyId} is none of those trusted here`);
  const isGenuine = await verifyEd25519(crypto, { text: signedText(manifest), signature: bytes, publicKey: key });
  if (isGenuine === null) {
    return refuseBundle('bundle_signature_unsupported', 'this browser cannot check Ed25519 signatures');
  }
  return isGenuine ? undefined : invalid('its signature does not fit; it was changed after signing');
}

/** A text that has no canonical form (a lone surrogate) has no such spelling. */
function spell(manifest: SignedFacts): string | undefined {
  try {
    return publishedText(manifest);
  } catch {
    return undefined;
  }
}

/** RFC 7638 thumbprint of a raw Ed25519 public key (RFC 8037 appendix A.3). */
export const createKeyId = async (key: Uint8Array, crypto: BundleCrypto): Promise<string> =>
  encodeBase64Url(await hashSha256(crypto, keyIdText(key)));

const isUtcTime = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(value) &&
  Number.isFinite(Date.parse(value));

/** Whoever signs may still have written nonsense. */
function findOdd({ release, expiresAt, retrainBy }: SignedFacts): Problem | undefined {
  const odd = (why: string): Problem => refuseBundle('bundle_manifest_invalid', `${why}; sign it again`);
  if (!Number.isSafeInteger(release) || Number(release) < 1) return odd('release must be a whole number from 1');
  const times = { expiresAt, retrainBy };
  const wrong = Object.entries(times).find(([, time]) => time !== undefined && !isUtcTime(time));
  return wrong && odd(`${wrong[0]} must be a time in UTC such as 2026-01-31T00:00:00Z`);
}

function findOld(
  { release = 0, expiresAt }: SignedFacts,
  { now, releases }: TrustContext,
  trusted: Keys,
): Problem | undefined {
  if (expiresAt !== undefined && !(now < Date.parse(expiresAt))) {
    return refuseBundle(
      'bundle_expired',
      `it expired at ${expiresAt}; publish a new release, or mend the device's clock`,
    );
  }
  const seen = Math.max(0, ...[...trusted.keys()].map((keyId) => releases[keyId] ?? 0));
  if (release >= seen) return undefined;
  return refuseBundle('bundle_outdated', `it is release ${String(release)} and ${String(seen)} was seen here`);
}
