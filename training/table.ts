import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { InputError } from './input-error.ts';

/** What a row reader answers for a bad row: the reason. */
export type RowResult = string | undefined;

export interface TableReport {
  readonly rows: number;
  readonly rejected: number;
}

export interface TableOptions {
  /** Path of a `.csv.gz`. */
  readonly file: string;
  /** Columns without which the file is refused. */
  readonly required: readonly string[];
  /** Takes one row by column name; a text rejects it with that reason. */
  readonly onRow: (row: Readonly<Record<string, string>>) => RowResult;
  /** Where the first five bad rows are named. */
  readonly warn: (line: string) => void;
}

const NAMED_ROWS = 5;
/** Above this share of bad rows the file itself is taken to be wrong (issue 2). */
const MAX_BAD_SHARE = 0.05;

/**
 * Streams a gzipped CSV with a header line. Throws `InputError` with file, line and reason where the file cannot be
 * read, lacks a required column, has no good row, or more than 5 % bad ones.
 */
export async function readTable({ file, required, onRow, warn }: TableOptions): Promise<TableReport> {
  let [rows, rejected, first] = [0, 0, ''];
  const reject = (line: number, reason: string): void => {
    const text = `${file}:${String(line)}: ${reason}`;
    first ||= text;
    if (rejected++ < NAMED_ROWS) warn(`skipped ${text}`);
  };
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
    columns: (header: string[]) => checkHeader(header, required, file),
  });
  const consume = async (source: AsyncIterable<CsvRecord>): Promise<void> => {
    for await (const { record, info } of source) {
      rows++;
      const short = info.columns.some(({ name }) => record[name] === undefined);
      const reason = short ? `${String(info.columns.length)} columns expected, fewer found` : onRow(record);
      if (reason !== undefined) reject(info.lines, reason);
    }
  };
  try {
    await pipeline(createReadStream(file), createGunzip(), parser, consume as (source: unknown) => Promise<void>);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}:${String(parser.info.lines)}: cannot be read: ${(error as Error).message}`);
  }
  if (rejected > rows * MAX_BAD_SHARE) {
    throw new InputError(`${String(rejected)} of ${String(rows)} rows are bad, over 5 %; the first: ${first}`);
  }
  if (rows === 0) throw new InputError(`${file}:1: no rows below the header`);
  return { rows, rejected };
}

interface CsvRecord {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number; readonly columns: readonly { readonly name: string }[] };
}

function checkHeader(header: string[], required: readonly string[], file: string): string[] {
  const missing = required.filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  throw new InputError(`${file}:1: required column missing: ${missing.join(', ')}`);
}
