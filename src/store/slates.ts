import type { EgressLevel } from '../core/signal.ts';
import type { Slate } from '../core/slate.ts';
import type { Storage } from './storage.ts';

/** Slates kept; a signal about an older one is only a signal. */
export const MAX_SLATES = 50;

/** Stores what later signals need of a slate and removes the oldest beyond the limit. */
export function saveSlate(storage: Storage, slate: Slate, consent: EgressLevel): Promise<void> {
  const { slateId, placement, tier, modelId, signalAgeMs, serverLag } = slate;
  const itemIds = slate.items.map((item) => item.itemId);
  return storage.transact({
    tables: ['slates'],
    mode: 'readwrite',
    run: async (transaction) => {
      await transaction.put('slates', {
        ...{ slateId, consent, placement, tier, modelId, signalAgeMs, serverLag, itemIds },
        ...{ shown: {}, clicked: {} },
      });
      const keys = await transaction.keys('slates');
      for (const key of keys.slice(0, Math.max(0, keys.length - MAX_SLATES))) await transaction.delete('slates', key);
    },
  });
}
