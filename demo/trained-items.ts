import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the model bundle says of each item (vec, nbrs, popularity, ...), by item id. */
export type TrainedItems = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** Reads the bundle's `items.ndjson`; empty where there is no bundle yet: the shop then serves its plain catalogue. */
export function readTrainedItems(bundleDir: string): TrainedItems {
  let text: string;
  try {
    text = readFileSync(join(bundleDir, 'items.ndjson'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  const items = new Map<string, Record<string, unknown>>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { id, ...fields } = JSON.parse(line) as Record<string, unknown>;
    if (typeof id === 'string') items.set(id, fields);
  }
  return items;
}
