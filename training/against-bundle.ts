import { type BundleEngines, type Split, heldOutPart, readBundleEngines, refuseTrained } from './bundle-engines.ts';
import type { LoadedQueries } from './evaluation-queries.ts';
import { InputError } from './input-error.ts';
import { type Interval, clusteredInterval, ndcg10 } from './metrics.ts';
import { payloadBytes } from './payload-bytes.ts';
import type { Query } from './queries.ts';
import { rankQueries } from './score-queries.ts';
import type { SiteLog } from './site-log.ts';
import { withUnknownItems } from './unknown-items.ts';

/** Another bundle's net on the same queries. */
export interface AgainstBundle {
  readonly modelId: string;
  readonly 'NDCG@10': number;
  readonly 'NDCG@10Interval': Interval;
  /** The judged bundle's `model` minus this one's in NDCG@10: 95 % interval, paired by query, clustered by session. */
  readonly difference: Interval;
  /** Size of `rank.onnx`. */
  readonly rankBytes: number;
  /** gzip bytes of `vec` and `nbrs` of the 100 most popular items. */
  readonly payloadBytes: number;
}

export interface AgainstInput {
  readonly other: BundleEngines;
  readonly log: SiteLog;
  readonly queries: readonly Query[];
  /** Zero-based rank of each query's target by the judged bundle's net. */
  readonly ranks: readonly number[];
}

export function judgeAgainst({ other, log, queries, ranks }: AgainstInput): AgainstBundle {
  const asked = withUnknownItems(
    other,
    queries.flatMap(({ candidates }) => candidates),
  );
  const [otherRanks] = rankQueries({ ...asked, log, queries }, [() => other.model]);
  const clusters = queries.map(({ sessionId }) => sessionId);
  const interval = clusteredInterval(Array.from(otherRanks, ndcg10), clusters);
  const differences = ranks.map((rank, i) => ndcg10(rank) - ndcg10(otherRanks[i]));
  return {
    modelId: other.manifest.modelId,
    'NDCG@10': interval.mean,
    'NDCG@10Interval': interval,
    difference: clusteredInterval(differences, clusters),
    rankBytes: other.manifest.files['rank.onnx'].sizeBytes,
    payloadBytes: payloadBytes(other.data, other.vocabulary),
  };
}

export interface HeldOutQueries {
  readonly log: SiteLog;
  readonly split: Split;
  readonly loaded: LoadedQueries;
}

/** Throws `InputError` where the other bundle cannot be read or was trained on the part or on a query's session. */
export function readAgainst(bundleDir: string, { log, split, loaded }: HeldOutQueries): BundleEngines {
  const engines = readBundleEngines(bundleDir);
  try {
    heldOutPart(log, engines.manifest, split);
    refuseTrained(loaded.from, loaded.queries, engines.manifest);
    return engines;
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${bundleDir}: ${error.message}`);
    throw error;
  }
}
