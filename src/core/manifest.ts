import type { Candidate } from './candidate.ts';
import { FEATURE_SCHEMA_HASH } from './contract.ts';
import type { FeatureRule } from './feature-rule.ts';
import type { Moment } from './features.ts';
import { GRAM_INPUTS } from './gram.ts';
import type { SignalKind } from './signal.ts';
import type { Head } from './utility.ts';
import { type Problem, createProblem } from './problem.ts';
import { isOddJson } from './odd-json.ts';
import { isNumber, isRecord } from './guards.ts';

export const MANIFEST_SCHEMA_VERSION = 1;

/** Files of a bundle that a page fetches. */
export const BUNDLE_FILES = ['rank.onnx', 'linear.json', 'micro.bin'] as const;
export type BundleFileName = (typeof BUNDLE_FILES)[number];

/** Whether the bundle is to have the file: `micro.bin` is for `gram` alone, so a team's own model has none. */
export const isPromised = ({ files }: Pick<Manifest, 'files'>, name: BundleFileName): boolean =>
  name !== 'micro.bin' || Object.hasOwn(files, name);

export interface BundleFile {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** One signal of a golden row: the fields that features read. */
export interface GoldenSignal {
  readonly at: number;
  readonly sessionId: string;
  readonly kind: SignalKind;
  readonly itemId: string;
}

/** Raw input and expected output; every engine runs these when it starts. */
export interface GoldenRow {
  readonly moment: Moment;
  /** Oldest first. */
  readonly signals: readonly GoldenSignal[];
  /** The visitor's items, as stored when met. */
  readonly known: readonly Candidate[];
  readonly candidates: readonly Candidate[];
  /** [M, H] row-major, a column for each of the manifest's heads, by the plain forward pass. */
  readonly logits: readonly number[];
  /** [M] by the linear blend. */
  readonly linear: readonly number[];
}

/** Largest absolute difference that a golden row may show (DESIGN section 5). */
export const GOLDEN_TOLERANCE = 1e-4;

/** What signing adds. */
export interface SignedFacts {
  /** 1, 2, 3, …: a page never goes back to a lower one. */
  readonly release?: number;
  /** ISO 8601, UTC. A page refuses what is signed from then on. */
  readonly expiresAt?: string;
  /** ISO 8601, UTC: when whoever runs the site means to train again; no page reads it. */
  readonly retrainBy?: string;
  /** Who answers for the model, and where it says what to do; for people and the audit. */
  readonly owner?: string;
  readonly runbook?: string;
  /** Over everything else in the file. */
  readonly signature?: ManifestSignature;
}

export interface Manifest extends SignedFacts {
  readonly schemaVersion: number;
  /** sha256 of the sorted (name, sha256) list of files; lower-case hex. */
  readonly modelId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly files: Readonly<Record<string, BundleFile>>;
  readonly featureSchemaHash: string;
  /** In the order of the ranker's inputs. */
  readonly features: readonly FeatureRule[];
  readonly heads: readonly Head[];
  readonly golden: readonly GoldenRow[];
  readonly trainingWindow: { readonly from: string; readonly to: string };
  /** What training measured; for people, and for the comparison with the next bundle. */
  readonly quality?: unknown;
  /** Engines that the bundle asks for beside the usual ones; only `webgpu` is known. */
  readonly engines?: readonly string[];
  /** What the log looked like, for the next training to compare with (training/data-profile.ts); pages ignore it. */
  readonly dataProfile?: object;
}

export interface ManifestSignature {
  /** RFC 7638 thumbprint of the public key. */
  readonly keyId: string;
  /** Ed25519 (RFC 8032) over the canonical JSON (RFC 8785) of the manifest without `signature`; base64. */
  readonly value: string;
}

/** Far above any real one: a hostile text should not cost the page its time. */
export const MAX_MANIFEST_CHARS = 2_000_000;

const isFile = (value: unknown): boolean =>
  isRecord(value) && isNumber(value['sizeBytes']) && /^[0-9a-f]{64}$/.test(String(value['sha256']));

const isRule = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value['name'] === 'string' &&
  ['mean', 'scale', 'clip'].every((key) => isNumber(value[key]));

const isNumbers = (value: unknown, length: number): boolean =>
  Array.isArray(value) && value.length === length && value.every(isNumber);

const isGolden = (value: unknown, heads: number): boolean =>
  isRecord(value) &&
  isRecord(value['moment']) &&
  ['signals', 'known', 'candidates'].every((key) => Array.isArray(value[key]) && value[key].every(isRecord)) &&
  hasScores(value, (value['candidates'] as unknown[]).length, heads);

/** Without a candidate there is nothing to compare, and any engine would pass. */
const hasScores = ({ logits, linear }: Record<string, unknown>, count: number, heads: number): boolean =>
  count > 0 && isNumbers(logits, count * heads) && isNumbers(linear, count);

const isCalibration = (value: unknown): boolean =>
  value === undefined || (isRecord(value) && isNumber(value['slope']) && isNumber(value['offset']));

const isWindow = (value: unknown): boolean => value === undefined || (isNumber(value) && value > 0);

const isHeads = (value: unknown): value is readonly Head[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (head) =>
      isRecord(head) &&
      typeof head['name'] === 'string' &&
      head['name'] !== '' &&
      isCalibration(head['calibration']) &&
      isWindow(head['windowDays']),
  ) &&
  new Set(value.map(({ name }: { name: string }) => name)).size === value.length;

const isDate = (value: unknown): boolean => typeof value === 'string' && isNumber(Date.parse(value));

/**
 * Reads a manifest from its text. Any defect is `bundle_manifest_invalid` with the first field that is wrong. What
 * signing adds is left to `createTrustCheck`: an unsigned bundle is taken without it.
 */
export function parseManifest(text: string): Manifest | Problem {
  const invalid = (why: string): Problem =>
    createProblem('bundle_manifest_invalid', `manifest.json is not usable: ${why}; publish the bundle again`);
  if (text.length > MAX_MANIFEST_CHARS) return invalid(`it has more than ${String(MAX_MANIFEST_CHARS)} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return invalid('it is not JSON');
  }
  if (!isRecord(value)) return invalid('it is not an object');
  if (isOddJson(value)) return invalid('a number is out of range, a key is a prototype’s, or it nests too deep');
  const wrong = firstWrong(value);
  return wrong === undefined ? (value as unknown as Manifest) : invalid(wrong);
}

function firstWrong(value: Record<string, unknown>): string | undefined {
  const { files, features, golden, heads, schemaVersion, trainingWindow: window } = value;
  if (schemaVersion !== MANIFEST_SCHEMA_VERSION) return `schemaVersion must be ${String(MANIFEST_SCHEMA_VERSION)}`;
  if (value['featureSchemaHash'] !== FEATURE_SCHEMA_HASH) return `featureSchemaHash must be ${FEATURE_SCHEMA_HASH}`;
  if (typeof value['modelId'] !== 'string') return 'modelId must be a text';
  if (!isRecord(files) || !Object.values(files).every(isFile)) return 'files must give sizeBytes and sha256';
  if (!Array.isArray(features) || !features.every(isRule)) return 'features must be rules';
  const names = features.map((rule: FeatureRule) => rule.name);
  if (names.join() !== GRAM_INPUTS.join()) return 'features must name the inputs in order';
  if (!isHeads(heads))
    return 'heads must have different names, at least one, calibrations be slope and offset, and windowDays above 0';
  if (!Array.isArray(golden) || golden.length === 0 || !golden.every((row) => isGolden(row, heads.length)))
    return 'golden must hold rows, with a logit for each candidate and head';
  const times = [value['createdAt'], ...(isRecord(window) ? [window['from'], window['to']] : [undefined])];
  if (!times.every(isDate)) return 'createdAt and trainingWindow must be times';
  const { engines = [] } = value;
  if (!Array.isArray(engines) || !engines.every((name) => typeof name === 'string')) return 'engines must be names';
  return undefined;
}

/** What `modelId` is the sha256 of: the sorted (name, sha256) list of files, as JSON. */
export const modelIdText = (files: Readonly<Record<string, BundleFile>>): string =>
  JSON.stringify(
    Object.keys(files)
      .sort()
      .map((name) => [name, files[name].sha256]),
  );

/** Reads `linear.json`: `{"weights": [...]}`, one finite number an input. */
export function parseLinear(text: string): { readonly weights: readonly number[] } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || !isNumbers(value['weights'], GRAM_INPUTS.length)) return undefined;
    return { weights: value['weights'] as number[] };
  } catch {
    return undefined;
  }
}
