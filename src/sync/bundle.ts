import type { BundleFile, BundleFileName, Manifest } from '../core/manifest.ts';
import { parseManifest } from '../core/manifest.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import { fetchOptions } from './fetch-options.ts';

export interface BundleSource {
  /** Absolute, with a trailing slash. */
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/** Reads `manifest.json`, past the HTTP cache's age. `bundle_unreachable` or `bundle_manifest_invalid`. */
export async function fetchManifest(source: BundleSource): Promise<Manifest | Problem> {
  const bytes = await download(source, 'manifest.json', 'no-cache');
  return isProblem(bytes) ? bytes : parseManifest(new TextDecoder().decode(bytes));
}

/**
 * One file of the bundle, checked against the manifest's size and sha256. `bundle_unreachable` or
 * `bundle_file_mismatch`.
 */
export async function fetchBundleFile(
  source: BundleSource,
  manifest: Manifest,
  name: BundleFileName,
): Promise<ArrayBuffer | Problem> {
  const file = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined;
  if (file === undefined) return createProblem('bundle_file_mismatch', `manifest.json does not name ${name}`);
  const bytes = await fetchChecked({ source, name, file, cache: 'default' });
  // a cached copy of an older release, or a truncated one that the cache took for whole: past the cache, once
  return isProblem(bytes) && bytes.code === 'bundle_file_mismatch'
    ? fetchChecked({ source, name, file, cache: 'reload' })
    : bytes;
}

interface Wanted {
  readonly source: BundleSource;
  readonly name: BundleFileName;
  readonly file: BundleFile;
  readonly cache: RequestCache;
}

async function fetchChecked({ source, name, file, cache }: Wanted): Promise<ArrayBuffer | Problem> {
  const bytes = await download(source, name, cache);
  if (isProblem(bytes)) return bytes;
  const why = await findDefect(bytes, file);
  return why === undefined ? bytes : createProblem('bundle_file_mismatch', `${name} is not used: ${why}`);
}

async function findDefect(bytes: ArrayBuffer, { sizeBytes, sha256 }: BundleFile): Promise<string | undefined> {
  if (bytes.byteLength !== sizeBytes) {
    return `it has ${String(bytes.byteLength)} bytes where the manifest says ${String(sizeBytes)}`;
  }
  const { subtle } = crypto as Partial<Crypto>;
  if (subtle === undefined) return 'its sha256 can only be checked in a secure context (https or localhost)';
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex === sha256 ? undefined : 'its sha256 differs from the manifest';
}

async function download(source: BundleSource, name: string, cache: RequestCache): Promise<ArrayBuffer | Problem> {
  const unreachable = (why: string): Problem =>
    createProblem('bundle_unreachable', `${source.url}${name} could not be fetched: ${why}`);
  try {
    const response = await source.fetch(source.url + name, fetchOptions({ cache, signal: source.signal }));
    // read even where it is not wanted: an unread body holds its connection
    const bytes = await response.arrayBuffer();
    return response.ok ? bytes : unreachable(`status ${String(response.status)}`);
  } catch (error) {
    return unreachable(String(error));
  }
}
