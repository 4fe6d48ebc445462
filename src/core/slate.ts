import type { Candidate } from './candidate.ts';
import type { Problem } from './problem.ts';

/** Which engine answered; `server` is the server's own order. From weakest to strongest. */
export const TIERS = ['server', 'linear', 'micro', 'wasm', 'webgpu'] as const;
export type Tier = (typeof TIERS)[number];

export interface SlateItem {
  readonly itemId: string;
  /** Zero-based. */
  readonly position: number;
  /** Zero-based place in the server's order. */
  readonly serverRank: number;
  /** The engine's score (a logit); null in the server's order. */
  readonly score: number | null;
  readonly candidate: Candidate;
}

/** The ordered answer to one `slate` call: every valid candidate, best first. */
export interface Slate {
  /** UUIDv7. */
  readonly slateId: string;
  readonly requestId: string;
  readonly placement: string;
  readonly tier: Tier;
  /** Why a lower tier than the best answered; absent when the best did, or when there was nothing to rank by. */
  readonly tierProblem?: Problem;
  /** Empty where no model answered. */
  readonly modelId: string;
  /** Age of the newest signal that the ranking used; null with none. */
  readonly signalAgeMs: number | null;
  /** Local signals newer than the generator had seen; null where the server did not say. */
  readonly serverLag: number | null;
  readonly items: readonly SlateItem[];
  readonly problems: readonly Problem[];
}
