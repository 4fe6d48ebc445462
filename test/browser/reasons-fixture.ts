import { isProblem } from '../../src/core/problem.ts';
import type { Kit, KitOptions, Reason, Signal, Slate } from '../../src/index.ts';
import { MINUTE_MS, NOON, candidates, createBundle, createNet, createWorker, openKit } from './kit-fixture.ts';

export const LIST = candidates(20);
export const DAY_MS = 1440 * MINUTE_MS;
/** What a visitor does, in ms before noon. */
export type Acts = readonly (readonly [kind: Signal['kind'], itemId: string, agoMs: number])[];
export const TODAY: Acts = [
  ['view', 'item-3', 5000],
  ['add_to_cart', 'item-11', 4000],
  ['view', 'item-7', 3000],
  ['impression', 'item-2', 2000],
];
export const EARLIER = ['item-5', 'item-3', 'item-5'].map((itemId, i) => ({
  ...{ kind: 'view' as const, itemId },
  at: NOON - DAY_MS + i * 1000,
}));

export async function openVisited(options: KitOptions = {}, acts: Acts = TODAY) {
  const net = createNet(await createBundle());
  const kit = openKit({ bundleUrl: '/bundle/', fetch: net.fetch, createWorker, ...options });
  kit.describe(LIST);
  await kit.import(EARLIER);
  for (const [kind, itemId, agoMs] of acts) await kit.record({ kind, itemId, at: NOON - agoMs });
  await kit.ready();
  return kit;
}

const list = (serverSeenAt = NOON - 3500) => ({
  ...{ requestId: 'r', placement: '', issuedAt: NOON, ttlMs: 1, serverSeenAt, items: LIST },
});
export const slateOf = (kit: Kit): Promise<Slate> => kit.slate('home', { candidates: list() });

export async function reasonsOf(
  kit: Kit,
  slate: Slate,
  limit?: number,
): Promise<ReadonlyMap<string, readonly Reason[]>> {
  const reasons = await kit.reasons(slate, limit);
  if (isProblem(reasons)) throw new Error(reasons.message);
  return reasons;
}
