import { type BundleEngines, vocabularyOf } from './bundle-engines.ts';
import type { BundleItem } from './bundle-items.ts';

/** Items by id, with those that training did not know: without `vec` and `nbrs`, as a site sends what is new. */
export function addUnknownItems(known: Iterable<BundleItem>, ids: Iterable<string>): BundleItem[] {
  const items = new Map(Array.from(known, (item) => [item.id, item]));
  for (const id of ids) if (!items.has(id)) items.set(id, { id, popularity: 0 });
  return [...items.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The same engines over items that some query asks for beside what training knows. */
export function withUnknownItems(engines: BundleEngines, ids: Iterable<string>): BundleEngines {
  const data = addUnknownItems(engines.data, ids);
  return data.length === engines.data.length ? engines : { ...engines, data, vocabulary: vocabularyOf(data) };
}
