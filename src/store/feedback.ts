import type { EventKind, FeedbackEvent } from '../core/event.ts';
import type { Signal, SignalKind } from '../core/signal.ts';
import type { SlateArm } from '../core/slate.ts';
import type { StoredSlate, Visit } from './schema.ts';
import type { Transaction } from './storage.ts';

/** Kinds of signals that become a feedback event; views and searches never leave. */
const EVENT_OF: Record<SignalKind, EventKind | null> = {
  view: null,
  search: null,
  impression: 'impression',
  click: 'click',
  add_to_cart: 'add_to_cart',
  dismiss: 'dismiss',
  purchase: 'conversion',
};

/** Whether signals of this kind can become a feedback event. */
export const isFeedback = (kind: SignalKind): boolean => EVENT_OF[kind] !== null;

/** A feedback event before it has its number; its id is drawn where it brings none. */
export type EventDraft = Omit<FeedbackEvent, 'id' | 'clientSeq' | 'unitId'> & Partial<Pick<FeedbackEvent, 'id'>>;

/** The slate that a signal is about: the one it names, or for a cart or purchase the newest one it was clicked in. */
export async function findSlate(transaction: Transaction, signal: Signal): Promise<StoredSlate | undefined> {
  const { kind, itemId = '', slateId, sessionId } = signal;
  if (slateId !== undefined) {
    const slate = await transaction.get('slates', slateId);
    return slate?.itemIds.includes(itemId) ? slate : undefined;
  }
  if (kind !== 'add_to_cart' && kind !== 'purchase') return undefined;
  const slates = await transaction.all('slates');
  return slates.findLast(({ clicked }) =>
    // a purchase may come days after the click; a cart belongs to its session
    kind === 'purchase' ? Object.hasOwn(clicked, itemId) : clicked[itemId] === sessionId,
  );
}

/** The feedback event of a signal, or undefined where nothing may or need leave. `about` is as before the signal. */
export function draftEvent(signal: Signal, about: StoredSlate | undefined): EventDraft | undefined {
  // raising the level later sends nothing of what was before
  const slate = about?.consent === 'none' ? undefined : about;
  const kind = EVENT_OF[signal.kind];
  if (signal.consent === 'none' || kind === null) return undefined;
  if (slate === undefined && kind !== 'conversion') return undefined;
  if (kind === 'click' && slate !== undefined && Object.hasOwn(slate.clicked, signal.itemId ?? '')) return undefined;
  const { at, consent, quantity, value } = signal;
  return {
    ...{ at, kind, consent },
    ...(slate && slateFields(slate, signal.itemId ?? '')),
    ...(quantity !== undefined && { quantity }),
    ...(kind === 'conversion' && value !== undefined && { value }),
  };
}

function slateFields(slate: StoredSlate, itemId: string): Partial<EventDraft> {
  const { slateId, placement, tier, modelId, signalAgeMs, serverLag } = slate;
  const position = slate.itemIds.indexOf(itemId);
  const propensity = slate.propensities?.[position];
  const team = slate.teams?.[position];
  return {
    ...{ slateId, placement, itemId, position, tier },
    ...(propensity !== undefined && { propensity }),
    ...(team && { team }),
    ...(modelId !== '' && { modelId }),
    ...(signalAgeMs !== null && { signalAgeMs }),
    ...(serverLag !== null && { serverLag }),
  };
}

/** An exposure to be told, and what the visit then knows of it. */
export interface Exposure {
  readonly draft: EventDraft;
  readonly exposed: NonNullable<Visit['exposed']>;
}

/**
 * What an impression exposes the unit to: the arms of its slate that this session has not told of this placement. The
 * slate was half visible for a second, for control and holdout as for every other arm.
 */
export function findExposure(signal: Signal, slate: StoredSlate | undefined, visit: Visit): Exposure | undefined {
  const { kind, at, consent, sessionId } = signal;
  if (kind !== 'impression' || consent === 'none' || slate === undefined || slate.consent === 'none') return undefined;
  const { placement, slateId, tier, modelId, signalAgeMs, serverLag } = slate;
  const told = visit.exposed?.sessionId === sessionId ? visit.exposed.keys : [];
  const keyOf = ({ experiment, phase, arm }: SlateArm): string => `${experiment} ${String(phase)} ${arm} ${placement}`;
  const arms = (slate.arms ?? []).filter((arm) => !told.includes(keyOf(arm)));
  if (arms.length === 0) return undefined;
  const about = { slateId, placement, tier, ...(modelId !== '' && { modelId }) };
  const age = { ...(signalAgeMs !== null && { signalAgeMs }), ...(serverLag !== null && { serverLag }) };
  return {
    draft: { at, kind: 'exposure', consent, ...about, ...age, arms },
    exposed: { sessionId, keys: [...told, ...arms.map(keyOf)] },
  };
}

/** The slate's row after the signal: what was shown and clicked; undefined where nothing changes. */
export function markSlate(slate: StoredSlate, { kind, itemId = '', seq, sessionId }: Signal): StoredSlate | undefined {
  if (kind === 'impression') return { ...slate, shown: { ...slate.shown, [itemId]: seq } };
  if (kind === 'click') return { ...slate, clicked: { ...slate.clicked, [itemId]: sessionId } };
  return undefined;
}
