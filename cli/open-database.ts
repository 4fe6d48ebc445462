import { statSync } from 'node:fs';
import type { LogReader } from '../collector/index.ts';
import { UsageError } from './usage-error.ts';

/** Opens a collector's database for reading. Throws `UsageError` where there is no such file. */
export async function openDatabase(file: string): Promise<LogReader> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`${file}: no such file`);
  const { openLog } = await import('../collector/index.ts');
  return openLog(file);
}
