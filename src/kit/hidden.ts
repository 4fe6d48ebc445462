import { isRecord } from '../core/guards.ts';
import { attempt } from './journal.ts';

/** Of the placements that the visitor has hidden, in local storage: a page must know of them before it can wait. */
export const hiddenKey = (storageName: string): string => `${storageName}:hidden`;

/** Null where nothing was ever hidden, or storage is refused. */
export const hiddenText = (storageName: string): string | null =>
  attempt(() => localStorage.getItem(hiddenKey(storageName))) ?? null;

/** Headings by placement. Empty where it is something else. */
export function parseHidden(text: string | null): ReadonlyMap<string, string> {
  const record = attempt((): unknown => JSON.parse(text ?? ''));
  const entries = isRecord(record) ? Object.entries(record) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
