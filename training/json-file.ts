import { readFileSync } from 'node:fs';
import { InputError } from './input-error.ts';

/** Reads a file that holds one JSON object. Throws `InputError` that names it. */
export function readObject(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`${file}: cannot be read: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${file}:1: not JSON`);
  }
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw new InputError(`${file}:1: not a JSON object`);
}
