import { type EgressLevel, SESSION_GAP_MS, type Signal, type SignalInput } from '../core/signal.ts';
import { type Environment, createUuid } from '../core/uuid.ts';
import { putItem } from './commit-signal.ts';
import type { StoredItem } from './schema.ts';
import type { Storage } from './storage.ts';
import { getVisit } from './visit.ts';

export interface ImportDraft {
  /** Checked, each with its time, oldest first. */
  readonly inputs: readonly (SignalInput & { readonly at: number })[];
  readonly itemOf: (itemId: string) => Omit<StoredItem, 'seenAt'> | undefined;
  readonly consent: EgressLevel;
}

/** Adds history in one transaction. It makes no feedback events and leaves the running session as it is. */
export const importSignals = (storage: Storage, draft: ImportDraft, environment: Environment): Promise<number> =>
  storage.transact({
    tables: ['signals', 'items', 'state'],
    mode: 'readwrite',
    run: async (transaction) => {
      const visit = await getVisit(transaction, environment);
      const signals = numberSignals(draft, visit.nextSeq, environment);
      const newest = new Map(signals.map((signal) => [signal.itemId, signal]));
      await Promise.all([
        ...[...newest.values()].map((signal) => putItem(transaction, signal, draft.itemOf(signal.itemId ?? ''))),
        ...signals.map((signal) => transaction.put('signals', signal)),
      ]);
      await transaction.put('state', { ...visit, nextSeq: visit.nextSeq + signals.length });
      return signals.length;
    },
  });

function numberSignals({ inputs, consent }: ImportDraft, firstSeq: number, environment: Environment): Signal[] {
  let [gapSession, lastAt] = ['', Number.NEGATIVE_INFINITY];
  return inputs.map((input, i) => {
    if (input.at - lastAt >= SESSION_GAP_MS) gapSession = createUuid(environment);
    lastAt = input.at;
    return {
      ...input,
      seq: firstSeq + i,
      id: createUuid(environment),
      sessionId: input.sessionId ?? gapSession,
      source: { device: 'import', confidence: 1 },
      consent,
    };
  });
}
