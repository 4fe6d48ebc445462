import type { RankingLog } from '../core/ranking-log.ts';
import type { EgressLevel } from '../core/signal.ts';
import type { Slate } from '../core/slate.ts';
import type { SlateLog } from '../core/slate-log.ts';
import type { Environment } from '../core/uuid.ts';
import { type QueuedEvents, queueDrafts } from './outbox-state.ts';
import { type EventDraft, slateFields } from './feedback.ts';
import type { Storage } from './storage.ts';

/** Slates kept; a signal about an older one is only a signal. */
export const MAX_SLATES = 50;

/** How a slate was decided and by what, for level `training`. */
export interface SlateRecord {
  readonly slate: Slate;
  readonly log: SlateLog;
  readonly ranking?: RankingLog | undefined;
  /** Epoch ms. */
  readonly at: number;
  /** Stands in events for the stored random id. */
  readonly unitId: string | undefined;
}

/** Stores what later signals need of a slate and removes the oldest beyond the limit. */
export function saveSlate(storage: Storage, slate: Slate, consent: EgressLevel): Promise<void> {
  const { slateId, placement, tier, modelId, signalAgeMs, serverLag } = slate;
  const { arms, controlTopK, diversity } = slate;
  const itemIds = slate.items.map((item) => item.itemId);
  const propensities = slate.items.map((item) => item.propensity);
  return storage.transact({
    tables: ['slates'],
    mode: 'readwrite',
    run: async (transaction) => {
      await transaction.put('slates', {
        ...{ slateId, consent, placement, tier, modelId, signalAgeMs, serverLag, itemIds },
        ...{ propensities, shown: {}, clicked: {} },
        ...(arms.length > 0 && { arms }),
        ...(slate.otherModelId && { teams: slate.items.map(({ team = null }) => team) }),
        ...(controlTopK && { controlTopK }),
        ...(diversity !== undefined && { diversity }),
      });
      const keys = await transaction.keys('slates');
      for (const key of keys.slice(0, Math.max(0, keys.length - MAX_SLATES))) await transaction.delete('slates', key);
    },
  });
}

/** Queues the events `slate` and `ranking` of a slate. */
export const queueSlate = (storage: Storage, record: SlateRecord, environment: Environment): Promise<QueuedEvents> =>
  queueDrafts(storage, { drafts: draftEvents(record), unitId: record.unitId }, environment);

function draftEvents({ slate, log, ranking, at }: SlateRecord): EventDraft[] {
  const about = { at, consent: 'training' as const, ...slateFields(slate) };
  return [
    { ...about, kind: 'slate', slate: log },
    ...(ranking ? [{ ...about, kind: 'ranking' as const, ranking }] : []),
  ];
}
