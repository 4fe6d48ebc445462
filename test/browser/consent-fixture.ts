import { expect, vi } from 'vitest';
import type { SignalInput } from '../../src/core/signal.ts';
import type { Kit } from '../../src/kit/types.ts';
import { findDatabasePlace } from '../../src/store/database-place.ts';
import { candidates, type createNet, openRaw } from './kit-fixture.ts';

export const SENDING = { egress: 'training', collectorUrl: 'https://collector.test/' } as const;
export const LIST = { candidates: candidates(6) };

/** What the origin holds of a kit: the names of its databases and of its keys in local storage. */
export const heldBy = async (name: string): Promise<{ databases: string[]; keys: string[] }> => ({
  databases: (await (await findDatabasePlace(name)).databases()).flatMap((one) => (one.name === name ? [name] : [])),
  keys: Object.keys(localStorage)
    .filter((key) => key.startsWith(name))
    .sort(),
});
export const RECORD_ONLY = (name: string) => ({ databases: [], keys: [`${name}:consent`] });
export const holdsOnlyRecord = (name: string): Promise<void> =>
  vi.waitFor(async () => expect(await heldBy(name)).toEqual(RECORD_ONLY(name)), { timeout: 20_000 });

export const kindsOf = (net: ReturnType<typeof createNet>): string[] =>
  net.sent.flatMap(({ events }) => events.map(({ kind }) => kind));
export const codeOf = (result: object): unknown => ('code' in result ? result.code : undefined);
/** A visit with every kind that can become an event: a slate, a click in it, a view, a purchase. */
export const visit = async (kit: Kit) => {
  const slate = await kit.slate('home', LIST);
  const about = { slateId: slate.slateId, itemId: slate.items[0].itemId };
  const inputs: SignalInput[] = [
    { kind: 'impression', ...about },
    { kind: 'click', ...about },
    { kind: 'view', itemId: about.itemId },
    { kind: 'purchase', itemId: about.itemId },
  ];
  const results = [];
  for (const input of inputs) results.push(await kit.record(input));
  return { slate, codes: results.map(codeOf) };
};
export const DONE = ['impression', 'click', 'view', 'purchase'];
export const TOLD = ['impression', 'click', 'conversion'];

/** Every row of a database. */
export async function everything(name: string): Promise<unknown[]> {
  const database = await openRaw(name);
  const names = [...database.objectStoreNames];
  const transaction = database.transaction(names);
  const reads = names.map((table) => transaction.objectStore(table).getAll());
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  database.close();
  return reads.flatMap(({ result }) => result as unknown[]);
}

/** A network that never answers; `requests` are the signals that may end one. */
export function createSilence() {
  const requests: AbortSignal[] = [];
  const fetch = ((_url: string, { signal }: { signal: AbortSignal }) => {
    requests.push(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }) as unknown as typeof globalThis.fetch;
  return { fetch, requests };
}
