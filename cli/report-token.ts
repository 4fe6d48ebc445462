import { readFileSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

/** Anything shorter could be guessed; and a browser's dialogue must not change it. */
const TOKEN = /^[\x21-\x7e]{16,}$/;

/** The one line of a file; a UsageError says why it can be no token, and nothing of what it holds. */
export function readReportToken(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--report-token-file ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (TOKEN.test(token)) return token;
  throw new UsageError(`--report-token-file ${file}: must hold 16 or more printable ASCII characters on one line`);
}
