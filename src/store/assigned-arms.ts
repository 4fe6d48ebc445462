import type { Environment } from '../core/uuid.ts';
import { type Storage, VISIT_KEY } from './storage.ts';
import { createVisit } from './visit.ts';

/** Arms that a unit has been given, by experiment and version of its buckets. */
export type KeptArms = Readonly<Record<string, string>>;

/**
 * Has `assign` answer for the unit with the arms that it was given before, and keeps those that it gives. The unit is the
 * site's, or the stored one, whose id is drawn where there is none; another unit of this device has arms of its own. All in one transaction: two pages give one unit the same arms. Rejects where storage fails.
 */
export const assignStored = <T>(
  storage: Storage,
  environment: Environment & { readonly unitId: string | undefined },
  assign: (unitId: string, kept: KeptArms) => { readonly answer: T; readonly arms: KeptArms },
): Promise<T> =>
  storage.transact({
    tables: ['state'],
    mode: 'readwrite',
    run: async (transaction) => {
      const stored = await transaction.get('state', VISIT_KEY);
      const visit = stored ?? createVisit(environment);
      const unit = environment.unitId ?? visit.unitId;
      const { armsOf = unit } = visit;
      const kept = armsOf === unit ? (visit.arms ?? {}) : {};
      const { answer, arms } = assign(unit, kept);
      const isNews = armsOf !== unit || Object.entries(arms).some(([key, arm]) => kept[key] !== arm);
      if (isNews || stored === undefined)
        await transaction.put('state', { ...visit, arms: { ...kept, ...arms }, armsOf: unit });
      return answer;
    },
  });
