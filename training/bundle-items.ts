import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Candidate } from '../src/core/candidate.ts';
import { InputError } from './input-error.ts';

/** A line of `items.ndjson`: what the site's server attaches, and the popularity that orders equal scores. */
export type BundleItem = Candidate & { readonly popularity: number };

/** Reads a bundle's `items.ndjson` by item id. Throws `InputError` naming file and line. */
export function readBundleItems(bundleDir: string): ReadonlyMap<string, BundleItem> {
  const file = join(bundleDir, 'items.ndjson');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new InputError(`${file}: cannot be read; is ${bundleDir} a trained bundle?`);
  }
  const items = new Map<string, BundleItem>();
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const item = parseItem(line, `${file}:${String(i + 1)}`);
    items.set(item.id, item);
  });
  return items;
}

function parseItem(line: string, place: string): BundleItem {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new InputError(`${place}: not JSON`);
  }
  const item = value as Partial<BundleItem> | null;
  if (typeof item?.id !== 'string' || item.id === '') throw new InputError(`${place}: no item with a text id`);
  return item as BundleItem;
}
