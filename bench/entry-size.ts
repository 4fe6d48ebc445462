import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '../training/input-error.ts';

/** gzip bytes of a built module; each file by itself. */
export interface EntrySize {
  /** With all that it imports. */
  readonly atOnce: number;
  /** Of chunks that it loads when they are wanted. */
  readonly later: number;
}

const STATIC = /(?:from|import)\s*["'](\.[^"']+)["']/g;
const ANY = /(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g;

export function sizeOfEntry(file: string): EntrySize {
  if (!existsSync(file)) throw new InputError(`${file} is missing: run this from a checkout, after npm run build`);
  const atOnce = sumBytes(filesOf(file, STATIC, new Set()));
  return { atOnce, later: sumBytes(filesOf(file, ANY, new Set())) - atOnce };
}

const sumBytes = (files: ReadonlySet<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);

function filesOf(file: string, imports: RegExp, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(imports)) {
    filesOf(join(dirname(file), name), imports, seen);
  }
  return seen;
}
