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
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line, i) => {
      try {
        const item = JSON.parse(line) as BundleItem;
        return [item.id, item];
      } catch {
        throw new InputError(`${file}:${String(i + 1)}: not JSON`);
      }
    }),
  );
}
