import { type AttributionWindows, attributionWindows } from '../core/attribution.ts';
import type { EgressLevel, Signal, SignalInput } from '../core/signal.ts';
import { type Environment, createUuid } from '../core/uuid.ts';
import { type QueuedEvents, queueEvents } from './outbox-state.ts';
import { draftEvent, findAbout, findExposure, markSlate } from './feedback.ts';
import { addFacts } from './item-facts.ts';
import type { StoredItem, StoredSlate, Visit } from './schema.ts';
import type { Storage, Transaction } from './storage.ts';
import { getVisit, runningSession } from './visit.ts';

export interface SignalDraft {
  /** UUIDv7; a signal that is stored under it already is left as it is. */
  readonly id: string;
  /** Checked by `parseSignal`. */
  readonly input: SignalInput;
  /** What is known of the signal's item; without it the item is stored by its id alone. */
  readonly item?: Omit<StoredItem, 'seenAt'> | undefined;
  readonly consent: EgressLevel;
  /** Absent: both. `event` stores no signal and no item; `signal` makes no event. */
  readonly only?: 'signal' | 'event' | undefined;
  /** Stands in events for the stored random id. */
  readonly unitId: string | undefined;
  /** Absent: as where no bundle says anything. */
  readonly windows?: AttributionWindows;
}

export interface CommittedSignal {
  readonly signal: Signal;
  /** False for a repeated impression or id, which does nothing again. */
  readonly added: boolean;
  /** Outbox rows that came with it. */
  readonly queued?: QueuedEvents;
}

/** Stores a signal with its item, its feedback event, the session and the counters: all or nothing. */
export const commitSignal = (
  storage: Storage,
  draft: SignalDraft,
  environment: Environment,
): Promise<CommittedSignal> =>
  storage.transact({
    tables: ['signals', 'items', 'outbox', 'slates', 'state'],
    mode: 'readwrite',
    run: async (transaction) => {
      const stored = draft.only === 'event' ? undefined : await transaction.signalById(draft.id);
      if (stored !== undefined) {
        // by another page, from the journal, which may have known less of the item
        await putItem(transaction, stored, draft.item);
        return { signal: stored, added: false };
      }
      const visit = await getVisit(transaction, environment);
      const signal = numberSignal(draft, visit, environment);
      const { only, unitId, windows = attributionWindows([]) } = draft;
      const about = only === 'signal' ? undefined : await findAbout(transaction, signal, windows);
      const slate = about?.slate;
      const earlier = await earlierImpression(transaction, signal, slate);
      if (earlier !== undefined) return { signal: earlier, added: false };
      const event = only === 'signal' ? undefined : draftEvent(signal, about);
      const exposure = findExposure(signal, slate, { visit, unitId });
      const marked = slate && markSlate(slate, signal);
      const session = { sessionId: signal.sessionId, lastAt: signal.at };
      if (only !== 'event') {
        await transaction.put('signals', signal);
        await putItem(transaction, signal, draft.item);
      }
      if (marked) await transaction.put('slates', marked);
      // where no signal is stored by which a repetition is known, outbox and collector know it by the event's id
      const acts = event === undefined ? [] : [only === 'event' ? { ...event, id: draft.id } : event];
      const drafts = exposure ? [...acts, exposure.draft] : acts;
      const { visit: after, queued } = await queueEvents(transaction, visit, { drafts, unitId, environment });
      const exposed = exposure && { exposed: exposure.exposed };
      await transaction.put('state', { ...after, ...exposed, nextSeq: signal.seq + 1, session });
      return { signal, added: true, queued };
    },
  });

function numberSignal({ id, input, consent }: SignalDraft, visit: Visit, environment: Environment): Signal {
  const at = input.at ?? environment.clock();
  return {
    ...input,
    seq: visit.nextSeq,
    id,
    at,
    sessionId: runningSession(visit, at) ?? createUuid(environment),
    source: { device: 'local', confidence: 1 },
    consent,
  };
}

/** The impression of this item in this slate before this one: once per slate and item. It may not have been stored. */
async function earlierImpression(
  transaction: Transaction,
  signal: Signal,
  slate: StoredSlate | undefined,
): Promise<Signal | undefined> {
  const { kind, itemId = '' } = signal;
  const seq = kind === 'impression' && slate && Object.hasOwn(slate.shown, itemId) ? slate.shown[itemId] : undefined;
  return seq === undefined ? undefined : ((await transaction.get('signals', seq)) ?? signal);
}

/** Keeps the newest of each attribute; an item that nobody has described is stored by its id alone. */
export async function putItem(
  transaction: Transaction,
  { itemId, at }: Signal,
  item: Omit<StoredItem, 'seenAt'> | undefined,
): Promise<void> {
  if (itemId === undefined) return;
  const known = await transaction.get('items', itemId);
  await transaction.put('items', { ...addFacts<Partial<StoredItem>>(known, item), id: itemId, seenAt: at });
}
