import type { EventBatch, FeedbackEvent } from '../../src/core/event.ts';
import { createUuid } from '../../src/core/uuid.ts';

const KINDS = ['impression', 'impression', 'impression', 'click', 'add_to_cart', 'conversion'] as const;
/** Where time starts for made events, epoch ms. */
const START = 1_760_000_000_000;

/** Makes batches as a device at level `events` sends them: `size` events, new ids each time. */
export function createBatchMaker(random: () => number): (size: number) => EventBatch {
  let at = START;
  const uuid = (): string => createUuid({ clock: () => (at += 3), random });
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return (size) => {
    const [clientId, unitId, slateId] = [uuid(), uuid(), uuid()];
    const events = Array.from({ length: size }, (_, n): FeedbackEvent => {
      const kind = pick(KINDS);
      return {
        ...{ id: uuid(), clientSeq: n + 1, unitId, at, kind, consent: 'events', slateId, placement: 'home' },
        ...{ itemId: `item-${String(Math.floor(random() * 5000))}`, position: n % 12, propensity: 1, tier: 'wasm' },
        ...{ modelId: 'a'.repeat(64), signalAgeMs: Math.floor(random() * 1e6), serverLag: n % 3 },
        ...(kind === 'conversion' && { value: { amount: Math.floor(random() * 9000) / 100, currency: 'GBP' } }),
      };
    });
    return { clientId, sentAt: at, events };
  };
}
