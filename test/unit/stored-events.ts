import type { LogRow } from '../../collector/index.ts';
import { createRandom } from '../../src/core/random.ts';
import { createUuid } from '../../src/core/uuid.ts';

export const DAY_MS = 86_400_000;
/** 2026-01-31, midnight UTC, epoch ms. */
export const MIDNIGHT = Date.UTC(2026, 0, 31);

/** Returns what makes stored events with new ids; the same seed makes the same ones. */
export function createRowMaker(seed: number) {
  const random = createRandom(seed);
  let clientSeq = 0;
  return (more: Partial<Omit<LogRow, 'event'>> = {}, event: Partial<LogRow['event']> = {}): LogRow => ({
    ...{ clientId: 'c1', receivedAt: MIDNIGHT, ...more },
    event: {
      ...{ id: createUuid({ clock: () => MIDNIGHT, random }), clientSeq: ++clientSeq, unitId: 'u1', at: MIDNIGHT - 5 },
      ...{ kind: 'click', consent: 'events', ...event },
    },
  });
}

export const idsOf = (rows: readonly LogRow[]): string[] => rows.map(({ event }) => event.id);
