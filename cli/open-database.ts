import { statSync } from 'node:fs';
import type { LogReader } from '../collector/index.ts';
import { UsageError } from './usage-error.ts';

/** Returns the name of a file that exists. Throws `UsageError` where there is none: a writer would make it. */
export function existingFile(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  throw new UsageError(`${file}: no such file`);
}

/** Opens a collector's database for reading. Throws `UsageError` where there is no such file. */
export async function openDatabase(file: string): Promise<LogReader> {
  const { openLog } = await import('../collector/index.ts');
  return openLog(existingFile(file));
}
