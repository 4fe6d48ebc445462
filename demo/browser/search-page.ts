import type { Kit } from 'nearside';

const SIGNALS_READ = 200;

/**
 * Records what was searched for, as the page shows it. The same query again is the same search: a reload, a way back or
 * the second page of results.
 */
export async function recordSearch(kit: Kit): Promise<void> {
  const query = document.querySelector<HTMLInputElement>('#search-field')?.defaultValue ?? '';
  if (query === '') return;
  const signals = await kit.signals(SIGNALS_READ);
  if (signals.find(({ kind }) => kind === 'search')?.query !== query) await kit.record({ kind: 'search', query });
}
