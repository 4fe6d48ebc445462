import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '../training/input-error.ts';

/** gzip bytes of a built module and of all that it imports, what it loads later included; each file by itself. */
export function sizeOfEntry(file: string): number {
  if (!existsSync(file)) throw new InputError(`${file} is missing: run this from a checkout, after npm run build`);
  return [...filesOf(file, new Set())].reduce((sum, one) => sum + gzipSync(readFileSync(one), { level: 9 }).length, 0);
}

function filesOf(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)) {
    filesOf(join(dirname(file), name), seen);
  }
  return seen;
}
