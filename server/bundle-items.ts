import type { Candidate } from '../src/core/candidate.ts';
import { isRecord } from '../src/core/guards.ts';

/** What a model bundle knows of its items: vec, nbrs, popularity, … by item id. */
export type BundleItems = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** What the kit reads of them; the rest (such as when an item came) a site knows better. */
const ATTACHED = ['vec', 'nbrs', 'popularity'] as const;

/** Reads the text of a bundle's `items.ndjson`. Lines that are no item are left out. */
export function readItems(text: string): BundleItems {
  const items = new Map<string, Record<string, unknown>>();
  for (const line of text.split('\n')) {
    const { id, ...fields } = parseObject(line);
    if (typeof id === 'string') items.set(id, fields);
  }
  return items;
}

/** The candidates with `vec`, `nbrs` and `popularity` of the bundle, which its model was trained on, in place of their own. */
export const attachItems = <Item extends Candidate>(candidates: readonly Item[], items: BundleItems): Item[] =>
  candidates.map((candidate) => {
    const known = items.get(candidate.id) ?? {};
    const fields = ATTACHED.filter((name) => known[name] !== undefined).map((name) => [name, known[name]]);
    return { ...candidate, ...(Object.fromEntries(fields) as Partial<Item>) };
  });

function parseObject(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
