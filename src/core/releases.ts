import { bucketOf } from './bucketing.ts';
import { isNumber, isRecord } from './guards.ts';
import type { SignedFacts } from './manifest.ts';
import { isOddJson } from './odd-json.ts';
import { type Problem, createProblem } from './problem.ts';

/** The file of a registry that devices fetch, and what says that an address is one of a registry. */
export const RELEASES_FILE = 'releases.json';
/** Far above any real one. */
export const MAX_RELEASES_CHARS = 20_000;
/** Earlier bundles that a release names: what a device may still have or fall back to. */
export const MAX_BEFORE = 10;

const RELEASES_SCHEMA_VERSION = 1;

/** What ranks in place of every bundle of the registry: the weights compiled in, or nothing, so that the server's order stands. */
export const KILL_ORDERS = ['linear', 'server'] as const;
export type KillOrder = (typeof KILL_ORDERS)[number];

/** Which of a release's bundles a device uses. */
export const CHANNELS = ['stable', 'canary', 'before'] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * `releases.json`: which bundles of a registry serve. A bundle is named by the sha256 of its `manifest.json` (lower-case
 * hex), which is also its folder's name: whoever trusts this file can check all the rest.
 */
export interface Releases extends SignedFacts {
  readonly schemaVersion: number;
  readonly release: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly stable: string;
  /** For this share of the units, in (0, 1). */
  readonly canary?: { readonly bundle: string; readonly share: number };
  /** Bundles that were stable and were not rolled back, newest first. */
  readonly before: readonly string[];
  /** The kill switch. */
  readonly killed?: KillOrder;
}

const isAddress = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

const isCanary = (value: unknown): boolean =>
  value === undefined ||
  (isRecord(value) &&
    isAddress(value['bundle']) &&
    isNumber(value['share']) &&
    value['share'] > 0 &&
    value['share'] < 1);

/** Reads `releases.json` from its text. Any defect is `releases_invalid`; its signature is left to `createTrustCheck`. */
export function parseReleases(text: string): Releases | Problem {
  const invalid = (why: string): Problem =>
    createProblem('releases_invalid', `${RELEASES_FILE} is not usable: ${why}; publish again`);
  if (text.length > MAX_RELEASES_CHARS) return invalid(`it has more than ${String(MAX_RELEASES_CHARS)} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return invalid('it is not JSON');
  }
  if (!isRecord(value) || isOddJson(value)) return invalid('it is not a plain object');
  const wrong = firstWrong(value);
  return wrong === undefined ? (value as unknown as Releases) : invalid(wrong);
}

function firstWrong(value: Record<string, unknown>): string | undefined {
  const { schemaVersion, release, createdAt, stable, canary, before, killed } = value;
  if (schemaVersion !== RELEASES_SCHEMA_VERSION) return `schemaVersion must be ${String(RELEASES_SCHEMA_VERSION)}`;
  if (!Number.isSafeInteger(release) || Number(release) < 1) return 'release must be a whole number from 1';
  if (typeof createdAt !== 'string' || !isNumber(Date.parse(createdAt))) return 'createdAt must be a time';
  if (!isAddress(stable)) return 'stable must name a bundle';
  if (!isCanary(canary)) return 'canary must name a bundle and its share';
  if (!Array.isArray(before) || before.length > MAX_BEFORE || !before.every(isAddress))
    return 'before must name bundles';
  if (killed !== undefined && !KILL_ORDERS.some((order) => order === killed)) return 'killed must be linear or server';
  return undefined;
}

export interface ChosenBundle {
  readonly bundle: string;
  readonly channel: Channel;
}

/**
 * The bundles that a device may use, the one to use first: the canary where its unit lies in the share, the stable one,
 * and those before. Units are drawn by hash v2 under a seed of the canary's own, as experiments draw theirs: a wider
 * share keeps who is in, another canary meets others, and no experiment is met more often than by chance. Without a unit
 * there is no canary.
 */
export function chooseBundles(releases: Releases, unit: string | undefined): readonly ChosenBundle[] {
  const { canary, stable, before } = releases;
  const isIn = canary && unit !== undefined && bucketOf(`canary:${canary.bundle}`, unit) < canary.share;
  return [
    ...(isIn ? [{ bundle: canary.bundle, channel: 'canary' as const }] : []),
    { bundle: stable, channel: 'stable' },
    ...before.map((bundle) => ({ bundle, channel: 'before' as const })),
  ];
}

/** Folder of a bundle beside the registry's `releases.json`. */
export const bundleFolder = (bundle: string): string => `bundles/${bundle}/`;
