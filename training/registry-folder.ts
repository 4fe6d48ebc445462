import { createHash, sign } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../src/core/manifest.ts';
import { publishedText, signedText } from '../src/core/manifest-signature.ts';
import { isProblem } from '../src/core/problem.ts';
import { RELEASES_FILE, type Releases, bundleFolder, parseReleases } from '../src/core/releases.ts';
import { createTrustCheck } from '../src/core/trust-check.ts';
import { type PrivateBundleKey, nodeCrypto } from './bundle-key.ts';
import { type Finding, verifyBundle } from './bundle-verify.ts';
import { InputError } from './input-error.ts';
import { prepareOutFolder } from './out-folder.ts';

/** Folder of all that was ever signed: `RELEASE.json`, as `releases.json` was then. */
const HISTORY = 'history';
/** What a first `publish` that was cut off may leave behind. */
const OWN_NAMES: readonly string[] = [RELEASES_FILE, HISTORY, 'bundles'];

export interface ReadReleases {
  readonly releases: Releases;
  readonly findings: readonly Finding[];
}

/** The registry's newest release and what a page with this key would refuse it for; null where nothing is published. Throws `InputError`. */
export async function readReleases(dir: string, publicKey: Uint8Array, now: number): Promise<ReadReleases | null> {
  const file = join(dir, RELEASES_FILE);
  if (!existsSync(file)) {
    const foreign = listFolder(dir).find((name) => !OWN_NAMES.includes(name) && !name.startsWith('.'));
    if (foreign === undefined) return null;
    throw new InputError(`${dir}: is no registry: it holds ${foreign} and no ${RELEASES_FILE}`);
  }
  const text = readFileSync(file, 'utf8');
  const releases = parseReleases(text);
  if (isProblem(releases)) throw new InputError(`${file}: ${releases.message}`);
  const problem = await createTrustCheck([publicKey])(text, releases, { now, releases: {}, crypto: nodeCrypto });
  return {
    releases,
    findings: problem ? [{ code: problem.code, message: `${RELEASES_FILE}: ${problem.message}` }] : [],
  };
}

/** Every release that was signed here, newest first; what cannot be read is left out. */
export function readHistory(dir: string): readonly Releases[] {
  const read = listFolder(join(dir, HISTORY)).map((name) =>
    parseReleases(readFileSync(join(dir, HISTORY, name), 'utf8')),
  );
  return read.filter((one): one is Releases => !isProblem(one)).sort((a, b) => b.release - a.release);
}

/** Above everything that was ever signed here: a release that was cut off keeps its number. */
export const nextRelease = (dir: string): number =>
  1 + Math.max(0, ...listFolder(join(dir, HISTORY)).map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? 0)));

/** What a page would refuse a bundle of the registry for, and whether it is the one that its folder's name says. */
export async function verifyStored(dir: string, bundle: string, now: number): Promise<readonly Finding[]> {
  const bundleDir = join(dir, bundleFolder(bundle));
  const { manifest, findings } = await verifyBundle({ bundleDir, publicKey: null, now });
  const named = findings.map(({ code, message }) => ({ code, message: `${bundleFolder(bundle)}: ${message}` }));
  if (manifest === null || addressOf(bundleDir) === bundle) return named;
  const message = `${bundleFolder(bundle)}: manifest.json is not the one that the folder is named after`;
  return [...named, { code: 'bundle_mixed', message }];
}

/** Of a bundle's folder. Throws where there is no manifest. */
export const addressOf = (bundleDir: string): string =>
  createHash('sha256')
    .update(readFileSync(join(bundleDir, 'manifest.json')))
    .digest('hex');

/** The manifest of a bundle of the registry; null where it cannot be read. */
export function readStored(dir: string, bundle: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(join(dir, bundleFolder(bundle), 'manifest.json'), 'utf8')) as Manifest;
  } catch {
    return null;
  }
}

/**
 * Puts a bundle into the registry, in one step: its folder is there in whole or not at all. One that is there already and
 * whole stays. Answers its address. Throws `InputError` where a page could not use the bundle.
 */
export async function storeBundle(dir: string, bundleDir: string, now: number): Promise<string> {
  const { manifest, findings } = await verifyBundle({ bundleDir, publicKey: null, now });
  if (manifest === null || findings.length > 0) {
    throw new InputError(`${bundleDir}: is not published: ${findings.map(({ message }) => message).join('; ')}`);
  }
  const bundle = addressOf(bundleDir);
  const folder = join(dir, bundleFolder(bundle));
  if (existsSync(folder) && (await verifyStored(dir, bundle, now)).length === 0) return bundle;
  const part = join(dir, 'bundles', `.part-${String(process.pid)}`);
  rmSync(part, { recursive: true, force: true });
  prepareOutFolder(part);
  for (const name of [...Object.keys(manifest.files), 'manifest.json'])
    copyFileSync(join(bundleDir, name), join(part, name));
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
  return bundle;
}

/** Signs a release and makes it the newest, by rename. Throws `InputError` where another program has just done so. */
export function writeReleases(dir: string, releases: Omit<Releases, 'signature'>, key: PrivateBundleKey): Releases {
  const value = sign(null, Buffer.from(signedText(releases)), key.privateKey).toString('base64');
  const signed: Releases = { ...releases, signature: { keyId: key.keyId, value } };
  const text = publishedText(signed);
  mkdirSync(join(dir, HISTORY), { recursive: true });
  try {
    // 'wx' fails on what exists: of two programs that publish at once, one has its way
    writeFileSync(join(dir, HISTORY, `${String(releases.release)}.json`), text, { flag: 'wx' });
  } catch (error) {
    throw new InputError(`${dir}: release ${String(releases.release)} cannot be written: ${String(error)}`);
  }
  const file = join(dir, RELEASES_FILE);
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
  return signed;
}

function listFolder(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new InputError(`${dir}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
