import type { BundleFiles } from '../core/bundle.ts';
import { type BundleTrust, checkManifest, findFileDefect } from '../core/bundle-trust.ts';
import { type BundleFileName, type Manifest, isPromised } from '../core/manifest.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { StoredBundle } from '../store/schema.ts';

export interface CheckedBundle {
  readonly manifest: Manifest;
  readonly files: Partial<BundleFiles>;
}

/**
 * The bundle that this device has kept, judged again as if it had just come: its files may have been damaged on the
 * disk, its key given up or its time be over. `bundle_unreachable` where the page that kept it did not want a file,
 * `bundle_file_mismatch`, or as `checkManifest`.
 */
export async function restoreBundle(
  { manifest: text, files }: StoredBundle,
  wanted: readonly BundleFileName[],
  trust: BundleTrust,
): Promise<CheckedBundle | Problem> {
  const named = ({ code, message }: Problem): Problem => createProblem(code, `last good bundle: ${message}`);
  const manifest = await checkManifest(text, trust);
  if (isProblem(manifest)) return named(manifest);
  for (const name of wanted.filter((file) => isPromised(manifest, file))) {
    const [bytes, file] = [files[name], manifest.files[name]];
    if (!bytes || !file) return named(createProblem('bundle_unreachable', `${name} is not kept`));
    const why = await findFileDefect(new Uint8Array(bytes), file, trust.crypto);
    if (why !== undefined) return named(createProblem('bundle_file_mismatch', `${name} is not used: ${why}`));
  }
  return { manifest, files };
}
