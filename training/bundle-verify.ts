import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BundleFiles, parseModels } from '../src/core/bundle.ts';
import { type BundleTrust, checkManifest, findFileDefect } from '../src/core/bundle-trust.ts';
import { BUNDLE_FILES, type Manifest, isPromised } from '../src/core/manifest.ts';
import { type Problem, type ProblemCode, createProblem, isProblem } from '../src/core/problem.ts';
import { createTrustCheck } from '../src/core/trust-check.ts';
import { nodeCrypto } from './bundle-key.ts';

export interface Finding {
  readonly code: ProblemCode;
  readonly message: string;
}

export interface VerifyOptions {
  readonly bundleDir: string;
  /** Raw Ed25519 public key that must have signed; null asks for no signature. */
  readonly publicKey: Uint8Array | null;
  /** Epoch ms. */
  readonly now: number;
}

export interface VerifiedBundle {
  readonly manifest: Manifest | null;
  /** Empty where a page with this key would use all of the bundle. */
  readonly findings: readonly Finding[];
}

/** A plain name inside the bundle's folder: whoever forged a manifest may have named any file. */
const FILE_NAME = /^\w[\w.-]*$/;

/** Judges a bundle's folder as a page does, and goes on to its files where the page would stop. */
export async function verifyBundle({ bundleDir, publicKey, now }: VerifyOptions): Promise<VerifiedBundle> {
  const bytes = readBytes(bundleDir, 'manifest.json');
  if (isProblem(bytes)) return { manifest: null, findings: [toFinding(bytes)] };
  const text = decodeText(bytes);
  const untrusting: BundleTrust = { check: null, now, releases: {}, crypto: nodeCrypto };
  const manifest = await checkManifest(text, untrusting);
  if (isProblem(manifest)) return { manifest: null, findings: [toFinding(manifest)] };
  const distrust = publicKey && (await createTrustCheck([publicKey])(text, manifest, untrusting));
  const checked = await readFiles(bundleDir, manifest);
  const damaged = [...checked.values()].filter(isProblem);
  const defects = damaged.length > 0 ? damaged : findModelDefects(manifest, checked);
  return { manifest, findings: [...(distrust ? [distrust] : []), ...defects].map(toFinding) };
}

async function readFiles(dir: string, manifest: Manifest): Promise<Map<string, Uint8Array | Problem>> {
  const checked = new Map<string, Uint8Array | Problem>();
  const promised = BUNDLE_FILES.filter((name) => isPromised(manifest, name));
  for (const name of new Set([...promised, ...Object.keys(manifest.files)])) {
    checked.set(name, await readFile(dir, name, manifest));
  }
  return checked;
}

async function readFile(dir: string, name: string, manifest: Manifest): Promise<Uint8Array | Problem> {
  const mismatch = (why: string): Problem => createProblem('bundle_file_mismatch', `${name}: ${why}`);
  if (!FILE_NAME.test(name)) return mismatch('is not a plain file name');
  if (!Object.hasOwn(manifest.files, name)) return mismatch('manifest.json does not name it');
  const bytes = readBytes(dir, name);
  if (isProblem(bytes)) return bytes;
  const why = await findFileDefect(bytes, manifest.files[name], nodeCrypto);
  return why === undefined ? bytes : mismatch(why);
}

/** The small engines run their golden rows here; onnxruntime does so in the page. */
function findModelDefects(manifest: Manifest, checked: ReadonlyMap<string, Uint8Array | Problem>): Problem[] {
  const missing = createProblem('bundle_unreachable', 'the file is missing');
  const entries = BUNDLE_FILES.map((name) => {
    const bytes = checked.get(name) ?? missing;
    return [name, isProblem(bytes) ? bytes : new Uint8Array(bytes).buffer] as const;
  });
  try {
    const { micro, linearProblem } = parseModels(manifest, Object.fromEntries(entries) as BundleFiles);
    return [micro, linearProblem].filter(isProblem);
  } catch (error) {
    return [createProblem('bundle_manifest_invalid', `golden rows cannot be run: ${String(error)}`)];
  }
}

function readBytes(dir: string, name: string): Uint8Array | Problem {
  try {
    return readFileSync(join(dir, name));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return createProblem('bundle_unreachable', `${name} cannot be read: ${why}`);
  }
}

/** As the page reads it; what is no UTF-8 is no JSON either. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return '';
  }
}

const toFinding = ({ code, message }: Problem): Finding => ({ code, message });
