import type { BundleFiles } from '../core/bundle.ts';
import type { BundleCrypto } from '../core/bundle-crypto.ts';
import { type BundleTrust, checkManifest, findFileDefect } from '../core/bundle-trust.ts';
import type { BundleFileName, Manifest } from '../core/manifest.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { StoredBundle } from '../store/schema.ts';

export interface CheckedBundle {
  readonly manifest: Manifest;
  readonly files: Partial<BundleFiles>;
}

/**
 * The bundle that this device has kept, judged again as if it had just come: its files may have been damaged on the
 * disk, its key given up or its time be over. `bundle_file_mismatch`, or as `checkManifest`.
 */
export async function restoreBundle(
  { manifest: text, files }: StoredBundle,
  wanted: readonly BundleFileName[],
  trust: BundleTrust,
): Promise<CheckedBundle | Problem> {
  const manifest = await checkManifest(text, trust);
  if (isProblem(manifest)) return named(manifest);
  for (const name of wanted) {
    const why = await findDefect({ bytes: files[name], manifest, name, crypto: trust.crypto });
    if (why !== undefined) return named(createProblem('bundle_file_mismatch', `${name} is not used: ${why}`));
  }
  return { manifest, files: Object.fromEntries(wanted.map((name) => [name, files[name]])) };
}

interface Kept {
  readonly bytes: ArrayBuffer | undefined;
  readonly manifest: Manifest;
  readonly name: BundleFileName;
  readonly crypto: BundleCrypto | null;
}

async function findDefect({ bytes, manifest, name, crypto }: Kept): Promise<string | undefined> {
  const file = manifest.files[name];
  return bytes && file ? findFileDefect(new Uint8Array(bytes), file, crypto) : 'it is missing';
}

const named = ({ code, message }: Problem): Problem =>
  createProblem(code, `the last good bundle, kept on this device: ${message}`);
