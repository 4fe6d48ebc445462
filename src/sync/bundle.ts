import type { BundleCrypto } from '../core/bundle-crypto.ts';
import { findFileDefect } from '../core/bundle-trust.ts';
import { type BundleFile, type BundleFileName, MAX_MANIFEST_CHARS, type Manifest } from '../core/manifest.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import { withDeadline } from './deadline.ts';
import { fetchOptions } from './fetch-options.ts';

export interface BundleSource {
  /** Absolute, with a trailing slash. */
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** Null outside of a secure context. */
  readonly crypto: BundleCrypto | null;
}

/** A file that is not there in whole by then is taken for unreachable: the largest is 300 kB, at 100 kbit/s 24 s. */
export const FETCH_DEADLINE_MS = 30_000;

/** Reads `manifest.json`, past the HTTP cache's age. `bundle_unreachable`, or `bundle_manifest_invalid` if no UTF-8. */
export const fetchManifestText = (source: BundleSource): Promise<string | Problem> =>
  fetchText(source, 'manifest.json', MAX_MANIFEST_CHARS);

/** The same of any file that is beside it. */
export async function fetchText(source: BundleSource, name: string, maxChars: number): Promise<string | Problem> {
  // UTF-8 has at most three bytes for what counts as one character
  const bytes = await download({ source, name, limit: 3 * maxChars, cache: 'no-cache' });
  if (isProblem(bytes)) return bytes;
  try {
    // a byte order mark stays and is no JSON: what is signed has one spelling
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return createProblem('bundle_manifest_invalid', `${name} is not usable: it is not UTF-8`);
  }
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

interface Download {
  readonly source: BundleSource;
  readonly name: string;
  /** Bytes; of what is longer only as much is read as shows it. */
  readonly limit: number;
  readonly cache: RequestCache;
}

type Wanted = Omit<Download, 'limit'> & { readonly file: BundleFile };

async function fetchChecked({ source, name, file, cache }: Wanted): Promise<ArrayBuffer | Problem> {
  const bytes = await download({ source, name, limit: file.sizeBytes, cache });
  if (isProblem(bytes)) return bytes;
  const why = await findFileDefect(new Uint8Array(bytes), file, source.crypto);
  return why === undefined ? bytes : createProblem('bundle_file_mismatch', `${name} is not used: ${why}`);
}

async function download(wanted: Download): Promise<ArrayBuffer | Problem> {
  const { source, name } = wanted;
  const ends = withDeadline(source.signal, FETCH_DEADLINE_MS);
  // a site's own fetch may not look at the signal
  const ended = new Promise<never>((_, reject) => {
    ends.addEventListener('abort', () => reject(ends.reason as Error));
  });
  try {
    return await Promise.race([read(wanted, ends), ended]);
  } catch (error) {
    return unreachable(source, name, String(error));
  }
}

async function read({ source, name, limit, cache }: Download, signal: AbortSignal): Promise<ArrayBuffer | Problem> {
  const { ok, body, status } = await source.fetch(source.url + name, fetchOptions({ cache, signal }));
  // read or cancelled even where it is not wanted: an unread body holds its connection
  const bytes = await readBody(body, ok ? limit : -1);
  return ok ? bytes : unreachable(source, name, `status ${String(status)}`);
}

/** The body up to the chunk that goes beyond `limit` bytes: a small answer may inflate to any length. */
async function readBody(body: ReadableStream<Uint8Array> | null, limit: number): Promise<ArrayBuffer> {
  if (body === null) return new ArrayBuffer(0);
  const chunks: Uint8Array[] = [];
  const reader = body.getReader();
  let size = 0;
  while (size <= limit) {
    const { value } = await reader.read();
    if (value === undefined) break;
    chunks.push(value);
    size += value.length;
  }
  // the answer counts, whatever becomes of the rest
  reader.cancel().catch(() => undefined);
  return new Blob(chunks as BlobPart[]).arrayBuffer();
}

const unreachable = ({ url }: BundleSource, name: string, why: string): Problem =>
  createProblem('bundle_unreachable', `${url}${name} could not be fetched: ${why}`);
