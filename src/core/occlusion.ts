import { type Batch, CONTEXT_FEATURES, type ContextFeature, MAX_EVENTS } from './contract.ts';
import { GROUP_NAMES, type GroupName, columnsOf, holdsInList } from './feature-groups.ts';
import { type FeatureInput, type Moment, createBatch } from './features.ts';
import { withoutEvents, withoutHistory } from './occluded-visitor.ts';
import type { Visitor, VisitorFacts, VisitorSignal } from './visitor.ts';

/** Logits [M] of the first head; may fill what is missing in the batch. */
export type Score = (batch: Batch) => ArrayLike<number> | Promise<ArrayLike<number>>;

export interface OcclusionInput<S extends VisitorSignal> extends FeatureInput {
  /** Rows of `candidates` to explain; the list is all of `candidates`. */
  readonly rows: readonly number[];
  readonly visitor: Visitor<S>;
  readonly score: Score;
}

/** What can be left out: one event, or a group of features. */
export type Cause<S> =
  { readonly kind: 'event'; readonly event: S } | { readonly kind: 'anchor' | 'history' | GroupName };

export interface Loss<S> {
  readonly cause: Cause<S>;
  /** [rows]: the logit minus the logit without the cause. */
  readonly effects: Float64Array;
  /** [rows]: whether what the group's name says is true of the item within its list. */
  readonly holds: readonly boolean[];
}

export interface Occlusion<S> {
  /** [rows]: logits with nothing left out. */
  readonly scores: ArrayLike<number>;
  readonly losses: readonly Loss<S>[];
}

/** What one scoring leaves out. */
interface Variant {
  readonly visitor: VisitorFacts;
  readonly moment: Moment;
  /** Columns of `cand_num` that become missing. */
  readonly blank: readonly number[];
}

/** Columns of `ctx` that describe the list: they stay as they were with nothing left out. */
const LIST_CONTEXT = (['list_popularity', 'list_neighbour'] as const satisfies readonly ContextFeature[]).map((name) =>
  CONTEXT_FEATURES.indexOf(name),
);

/**
 * Exact occlusion: what the logit of each row loses without one cause at a time (Zeiler and Fergus 2014, section 3.1).
 * The list is frozen: `list_popularity` and `list_neighbour`, the server's ranks and `server_lag` stay.
 *
 * - `event`: one of the newest 50 events of the running session had not been. The visitor is the one rebuilt without it;
 *   the session and its other signals stay.
 * - `anchor`: no anchor, and no event of the running session about its item.
 * - `history`: nothing before the running session had been: the visitor rebuilt from that session alone.
 * - every group of `FEATURE_GROUPS`: its columns of `cand_num` are missing, for which the engine takes the mean in training.
 */
export async function occlude<S extends VisitorSignal>(input: OcclusionInput<S>): Promise<Occlusion<S>> {
  const { candidates, known, visitor, moment, rows, score, blank: always = [] } = input;
  const whole = createBatch({ candidates, known, visitor, moment });
  const scoreRows = async ({ blank, ...facts }: Variant): Promise<ArrayLike<number>> => {
    const batch = createBatch({ candidates, known, rows, ...facts, blank: [...always, ...blank] });
    for (const column of LIST_CONTEXT) batch.ctx[column] = whole.ctx[column];
    return score(batch);
  };
  const scores = await scoreRows({ visitor, moment, blank: [] });
  const losses: Loss<S>[] = [];
  for (const [cause, variant] of variantsOf(input)) {
    const without = await scoreRows(variant);
    const effects = Float64Array.from(rows, (_, m) => scores[m] - without[m]);
    losses.push({ cause, effects, holds: rows.map((row) => holdsInList(cause.kind, whole, row)) });
  }
  return { scores, losses };
}

function variantsOf<S extends VisitorSignal>({ visitor, moment }: OcclusionInput<S>): (readonly [Cause<S>, Variant])[] {
  const { sessionId, anchor } = moment;
  const events = visitor.events(sessionId, MAX_EVENTS);
  const drop = (isDropped: (event: S) => boolean) => withoutEvents(visitor, sessionId, isDropped);
  const variants: (readonly [Cause<S>, Variant])[] = events.map((event) => [
    { kind: 'event', event },
    { visitor: drop((other) => other === event), moment, blank: [] },
  ]);
  if (anchor !== 0) {
    const elsewhere = { visitor: drop(({ item }) => item === anchor), moment: { ...moment, anchor: 0 }, blank: [] };
    variants.push([{ kind: 'anchor' }, elsewhere]);
  }
  if (visitor.sessions > 0) {
    variants.push([{ kind: 'history' }, { visitor: withoutHistory(visitor, sessionId), moment, blank: [] }]);
  }
  for (const kind of GROUP_NAMES) {
    variants.push([{ kind }, { visitor, moment, blank: columnsOf(kind) }]);
  }
  return variants;
}
