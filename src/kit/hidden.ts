import { attempt } from './journal.ts';

/** Of the placements that the visitor has hidden, in local storage: a page must know of them before it can wait. */
export const hiddenKey = (storageName: string): string => `${storageName}:hidden`;

/** Empty where storage is refused or holds something else. */
export function readHidden(storageName: string): readonly string[] {
  const list = attempt((): unknown => JSON.parse(localStorage.getItem(hiddenKey(storageName)) ?? '[]'));
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}
