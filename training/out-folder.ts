import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from './input-error.ts';

/** Makes a folder and proves that it can be written to, before the work whose result goes there. Throws `InputError`. */
export function prepareOutFolder(dir: string): void {
  const probe = join(dir, `.probe-${String(process.pid)}`);
  try {
    makeFolder(dir);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new InputError(`${dir}: cannot be written to: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** One level at a time: Node's own `recursive` never returns where a parent exists but refuses as /proc does. */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  if (dirname(dir) !== dir) makeFolder(dirname(dir));
  mkdirSync(dir);
}
