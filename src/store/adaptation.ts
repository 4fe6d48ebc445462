import { Adaptation, type AdaptationTable } from '../core/adaptation.ts';
import { itemHash } from '../core/packed-items.ts';
import { type Environment, createUuid } from '../core/uuid.ts';
import { type Storage, VISIT_KEY } from './storage.ts';
import { VisitorReader } from './visitor-reader.ts';

/** What the stored signals teach as of epoch ms `now`, with the names of categories and brands. */
export async function readAdaptation(storage: Storage, now: number): Promise<AdaptationTable> {
  const adaptation = new Adaptation();
  const reader = new VisitorReader(storage, { createAdaptation: () => adaptation });
  await reader.update();
  const { overall, keys } = adaptation.learn(now, reader.known);
  const items = await storage.transact({ tables: ['items'], mode: 'readonly', run: (rows) => rows.all('items') });
  const texts = items.flatMap(({ category, brand }) => [category, brand].filter((text) => text !== undefined));
  const names = new Map(texts.map((text) => [itemHash(text), text]));
  return { at: now, overall, keys: keys.map(({ hash, ...key }) => ({ ...key, name: names.get(hash) ?? null })) };
}

/** From now on only signals that come after this call adapt the order; every reader starts again. */
export const resetAdaptation = (storage: Storage, environment: Environment): Promise<void> =>
  storage.transact({
    tables: ['state'],
    mode: 'readwrite',
    run: async (transaction) => {
      const visit = await transaction.get('state', VISIT_KEY);
      if (visit === undefined) return;
      await transaction.put('state', { ...visit, epoch: createUuid(environment), adaptsFrom: visit.nextSeq });
    },
  });
