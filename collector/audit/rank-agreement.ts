import { gaussian } from '../../src/core/random.ts';

export interface Placed {
  /** Known exactly, as far as anybody tells. */
  readonly offline: number;
  readonly online: number;
  /** Of `online`. */
  readonly standardError: number;
}

export interface RankAgreement {
  readonly versions: number;
  /** Kendall's tau-b (Kendall 1945), from -1 to 1: of all pairs, those in the same order less those in the opposite. */
  readonly tau: number;
  /** Of 95 %, from the uncertainty of the online figures alone (parametric bootstrap). */
  readonly low: number;
  readonly high: number;
  /** Chance of a tau so far from 0 on either side, were the two orders unrelated; exact, ties apart (Kendall 1938). */
  readonly p: number;
}

const DRAWS = 2000;
/** One pair has an order but no correlation. */
const MIN_VERSIONS = 3;

/** Null below 3 versions. */
export function rankAgreement(versions: readonly Placed[], random: () => number): RankAgreement | null {
  if (versions.length < MIN_VERSIONS) return null;
  const { tau, score } = kendall(versions);
  const draws = Array.from(
    { length: DRAWS },
    () => kendall(versions.map((one) => ({ ...one, online: one.online + one.standardError * gaussian(random) }))).tau,
  ).sort((a, b) => a - b);
  const at = (share: number): number => draws[Math.round(share * (DRAWS - 1))] ?? tau;
  return {
    versions: versions.length,
    tau,
    low: at(0.025),
    high: at(0.975),
    p: chanceOf(Math.abs(score), versions.length),
  };
}

/** `score`: concordant less discordant pairs. */
function kendall(versions: readonly Placed[]): { readonly tau: number; readonly score: number } {
  let [score, offlinePairs, onlinePairs] = [0, 0, 0];
  for (const [i, a] of versions.entries())
    for (const b of versions.slice(i + 1)) {
      const [offline, online] = [Math.sign(a.offline - b.offline), Math.sign(a.online - b.online)];
      score += offline * online;
      offlinePairs += Math.abs(offline);
      onlinePairs += Math.abs(online);
    }
  const pairs = Math.sqrt(offlinePairs * onlinePairs);
  return { tau: pairs === 0 ? 0 : score / pairs, score };
}

/** Of all orders of n, the share whose |score| is at least so large: by counts of inversions, n at a time. */
function chanceOf(score: number, n: number): number {
  let counts = [1];
  for (let size = 2; size <= n; size++) {
    const next = new Array<number>(counts.length + size - 1).fill(0);
    // shares instead of counts: n! leaves what a number holds exactly
    for (const [inversions, share] of counts.entries())
      for (let more = 0; more < size; more++) next[inversions + more] = (next[inversions + more] ?? 0) + share / size;
    counts = next;
  }
  const most = (n * (n - 1)) / 2;
  const far = counts.filter((_, inversions) => Math.abs(most - 2 * inversions) >= score);
  return Math.min(
    1,
    far.reduce((sum, share) => sum + share, 0),
  );
}
