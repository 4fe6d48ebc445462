import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, parseManifest } from '../src/core/manifest.ts';
import { isProblem } from '../src/core/problem.ts';
import { InputError } from './input-error.ts';

/** Bytes of one file of a bundle. Throws `InputError`. */
export function readBundleFile(bundleDir: string, name: string): Buffer {
  try {
    return readFileSync(join(bundleDir, name));
  } catch {
    throw new InputError(`${join(bundleDir, name)}: cannot be read; is ${bundleDir} a trained bundle?`);
  }
}

/** Throws `InputError` where the folder has no manifest of this version. */
export function readBundleManifest(bundleDir: string): Manifest {
  const manifest = parseManifest(readBundleFile(bundleDir, 'manifest.json').toString('utf8'));
  if (isProblem(manifest)) throw new InputError(`${join(bundleDir, 'manifest.json')}: ${manifest.message}`);
  return manifest;
}
