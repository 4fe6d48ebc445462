import { statSync } from 'node:fs';
import type { StoredEvents } from '../collector/index.ts';
import { UsageError } from './usage-error.ts';

/** Returns the name of a file that exists. Throws `UsageError` where there is none: a writer would make it. */
export function existingFile(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  throw new UsageError(`${file}: no such file`);
}

/** What commands read that take a log or an archive. */
export const DB = {
  type: 'string',
  value: 'FILE|DIR',
  required: true,
  help: "the collector's database, or the folder of an archive",
} as const;

/** Opens a collector's database, or an archive. Throws `UsageError` where there is no such file or folder. */
export async function openEvents(path: string): Promise<StoredEvents> {
  const { openArchive, openLog } = await import('../collector/index.ts');
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return openArchive(path);
  return openLog(existingFile(path));
}
