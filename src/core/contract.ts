import { hashText } from './hash.ts';
import { SIGNAL_KINDS } from './signal.ts';

/**
 * The tensor contract (DESIGN section 5): the one place that names every input of a ranker. The trainer, the
 * exporter, the engines and the manifest read it; a feature is added here and computed in `features.ts`.
 */

/** Width of one item vector; a candidate carries two, "out" and "in". */
export const VECTOR_DIM = 32;
/** The attention window: the newest events of the session. */
export const MAX_EVENTS = 50;
/** Neighbours kept for one item on the wire. */
export const MAX_NEIGHBOURS = 24;

/** Columns of `cand_num`. Counts and ages enter as log(1 + x). NaN is "missing" until `fillMissing`. */
export const CANDIDATE_FEATURES = [
  'server_score',
  'server_rank',
  'server_lag',
  'popularity',
  'recent_popularity',
  'sales_1d',
  'sales_3d',
  'sales_7d',
  'item_age_days',
  'last_sale_days',
  'price_gap',
  'fatigue',
  'own_purchases',
  'own_recency',
  'own_share',
  'own_last_session',
  'own_next',
  'own_next_last',
  'own_views',
  'own_view_recency',
  'own_dismissals',
  'history_neighbour',
  'history_cosine',
] as const;

/** Columns of `event_num`. */
export const EVENT_FEATURES = ['signal_age', 'gap', 'position', 'dwell', 'confidence'] as const;

/** Columns of `event_act`: one-hot of the signal's kind. */
export const EVENT_ACTIONS = SIGNAL_KINDS;

/** Columns of `ctx`. */
export const CONTEXT_FEATURES = [
  'hour_sin',
  'hour_cos',
  'weekday_sin',
  'weekday_cos',
  'is_weekend',
  'is_phone',
  'session_length',
  'earlier_sessions',
  'slot_width',
  'anchor_present',
  'repeat_share',
  'repeat_recent',
  'list_popularity',
  'list_neighbour',
] as const;

export type CandidateFeature = (typeof CANDIDATE_FEATURES)[number];
export type ContextFeature = (typeof CONTEXT_FEATURES)[number];

type TensorType = 'int8' | 'int32' | 'float32';
/** A dimension: a number, or `M` (candidates) or `H` (heads). */
type Dimension = number | 'M' | 'H';

export interface TensorSpec {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly Dimension[];
}

const spec = (name: string, type: TensorType, ...shape: Dimension[]): TensorSpec => ({ name, type, shape });

/** Inputs in the order of the graph. The event axis is always padded to 50; `event_mask` says what is there. */
export const TENSORS = [
  spec('cand_vec', 'int8', 1, 'M', 2 * VECTOR_DIM),
  spec('cand_scale', 'float32', 1, 'M', 2),
  spec('cand_ids', 'int32', 1, 'M', 3),
  spec('cand_num', 'float32', 1, 'M', CANDIDATE_FEATURES.length),
  spec('event_vec', 'int8', 1, MAX_EVENTS, 2 * VECTOR_DIM),
  spec('event_scale', 'float32', 1, MAX_EVENTS, 2),
  spec('event_ids', 'int32', 1, MAX_EVENTS, 3),
  spec('event_num', 'float32', 1, MAX_EVENTS, EVENT_FEATURES.length),
  spec('event_act', 'float32', 1, MAX_EVENTS, EVENT_ACTIONS.length),
  spec('event_mask', 'float32', 1, MAX_EVENTS),
  spec('pair_nbr', 'float32', 1, 'M', MAX_EVENTS),
  spec('ctx', 'float32', 1, CONTEXT_FEATURES.length),
] as const;

export const LOGITS: TensorSpec = spec('logits', 'float32', 1, 'M', 'H');

/** Identifies the contract: a bundle made for another one is refused. Eight hex digits. */
export const FEATURE_SCHEMA_HASH = hashText(
  JSON.stringify([TENSORS, LOGITS, CANDIDATE_FEATURES, EVENT_FEATURES, EVENT_ACTIONS, CONTEXT_FEATURES]),
)
  .toString(16)
  .padStart(8, '0');

/** One filled set of inputs for M candidates; row-major typed arrays in the shapes of `TENSORS`. */
export interface Batch {
  readonly size: number;
  readonly candVec: Int8Array;
  readonly candScale: Float32Array;
  readonly candIds: Int32Array;
  readonly candNum: Float32Array;
  readonly eventVec: Int8Array;
  readonly eventScale: Float32Array;
  readonly eventIds: Int32Array;
  readonly eventNum: Float32Array;
  readonly eventAct: Float32Array;
  readonly eventMask: Float32Array;
  readonly pairNbr: Float32Array;
  readonly ctx: Float32Array;
}
