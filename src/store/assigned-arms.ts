import type { Environment } from '../core/uuid.ts';
import { type Storage, VISIT_KEY } from './storage.ts';
import { createVisit } from './visit.ts';

/** Arms that a unit has been given, by experiment and version of its buckets. */
export type KeptArms = Readonly<Record<string, string>>;

/**
 * Has `assign` answer for the stored unit with the arms kept from before, and keeps those that it gives; the unit's id is
 * drawn where there is none. All in one transaction: two pages give one unit the same arms. Rejects where storage fails.
 */
export const assignStored = <T>(
  storage: Storage,
  environment: Environment,
  assign: (unitId: string, kept: KeptArms) => { readonly answer: T; readonly arms: KeptArms },
): Promise<T> =>
  storage.transact({
    tables: ['state'],
    mode: 'readwrite',
    run: async (transaction) => {
      const stored = await transaction.get('state', VISIT_KEY);
      const visit = stored ?? createVisit(environment);
      const { arms: kept = {} } = visit;
      const { answer, arms } = assign(visit.unitId, kept);
      const isNews = Object.entries(arms).some(([key, arm]) => kept[key] !== arm);
      if (isNews || stored === undefined) await transaction.put('state', { ...visit, arms: { ...kept, ...arms } });
      return answer;
    },
  });
