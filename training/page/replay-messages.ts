import type { Candidate } from '../../src/core/candidate.ts';
import type { SlatePolicy } from '../../src/core/policy.ts';
import type { SignalInput } from '../../src/core/signal.ts';
import type { Tier } from '../../src/core/slate.ts';

/** `scores`: the order of the scores; else settings over the kit's own policy, with diversity, fatigue and draws. */
export type ReplayPolicy = 'scores' | Partial<SlatePolicy>;

/** What the page needs once. */
export interface ReplaySetup {
  /** The site's catalogue: attributes, vectors and neighbours; a query brings the demand of its moment. */
  readonly items: readonly Candidate[];
  readonly maxTier: Tier;
  readonly policy: ReplayPolicy;
  /** Kind of a context's signals. */
  readonly kind: SignalInput['kind'];
}

/** A candidate's demand at the moment of the query; the rest of it stands in the bundle's items. */
export type ReplayCandidate = Pick<Candidate, 'id' | 'popularity' | 'recentPopularity' | 'sales' | 'lastSoldAt'>;

/** One visitor's session: what was stored before, and the queries made in it, by growing context. */
export interface ReplaySession {
  readonly startAt: number;
  /** Oldest first. */
  readonly history: readonly SignalInput[];
  readonly queries: readonly {
    readonly context: readonly string[];
    /** In the server's order. */
    readonly candidates: readonly ReplayCandidate[];
    readonly target: string;
  }[];
}

export interface ReplayAnswer {
  /** Item ids of the first ten, best first. */
  readonly top10: readonly string[];
  /** Zero-based place of the target. */
  readonly rank: number;
  readonly tier: Tier;
  readonly problem: string | null;
  /** Of the whole `slate()` call. */
  readonly ms: number;
}
