import { join } from 'node:path';
import { bundleFolder } from '../src/core/releases.ts';
import { type EvaluateOptions, evaluate } from './evaluate.ts';
import { InputError } from './input-error.ts';
import type { Interval } from './metrics.ts';
import { readReleases } from './registry-folder.ts';

export interface OfflineOptions extends Omit<EvaluateOptions, 'againstBundle' | 'seed' | 'limit'> {
  readonly registryDir: string;
  /** Raw Ed25519 public key that has signed the releases. */
  readonly publicKey: Uint8Array;
  /** Epoch ms. */
  readonly now: number;
}

export interface OfflineVerdict {
  /** Whether the bundle is better than the stable one: the whole interval lies above 0. */
  readonly wins: boolean;
  /** The bundle's NDCG@10 less the stable one's on held-out queries: 95 % interval. */
  readonly difference: Interval;
  readonly queries: number;
  readonly seconds: number;
}

/** Judges a bundle against the stable one of a registry. Throws `InputError` where they cannot be compared. */
export async function judgeOffline(options: OfflineOptions): Promise<OfflineVerdict> {
  const { registryDir, publicKey, now, stopwatch } = options;
  const read = await readReleases(registryDir, publicKey, now);
  if (read === null) throw new InputError(`${registryDir}: nothing is published there to judge against`);
  const started = stopwatch();
  const againstBundle = join(registryDir, bundleFolder(read.releases.stable));
  const result = await evaluate({ ...options, againstBundle, seed: 1 });
  const { difference } = result.againstBundle ?? {};
  if (difference === undefined) throw new InputError(`${registryDir}: the stable bundle could not be judged`);
  const seconds = Math.round(stopwatch() - started) / 1000;
  return { wins: (difference.low ?? 0) > 0, difference, queries: result.queries, seconds };
}
