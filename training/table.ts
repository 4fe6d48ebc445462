import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { type Aliases, type Renamed, type ResolvedColumns, likelyColumn, resolveColumns } from './data-columns.ts';
import { InputError } from './input-error.ts';

/** What a row reader answers for a bad row: the reason. */
export type RowResult = string | undefined;

export interface TableReport {
  readonly rows: number;
  readonly rejected: number;
  /** Columns that were found under another name. */
  readonly renamed: readonly Renamed[];
  /** Columns that no known name fits. */
  readonly unused: readonly string[];
}

export interface TableOptions {
  /** Path of a `.csv.gz`. */
  readonly file: string;
  /** Columns without which the file is refused. */
  readonly required: readonly string[];
  /** Known columns with the other names that they are found by; default: none but their own. */
  readonly aliases?: Aliases;
  /** Takes one row by column name; a text rejects it with that reason. */
  readonly onRow: (row: Readonly<Record<string, string>>) => RowResult;
  /** Where the first five bad rows are named. */
  readonly warn: (line: string) => void;
}

const CSV = { bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, info: true } as const;
const NAMED_ROWS = 5;
/** Above this share of bad rows the file itself is taken to be wrong (issue 2). */
const MAX_BAD_SHARE = 0.05;

/**
 * Streams a gzipped CSV with a header line. Throws `InputError` with file, line and reason where the file cannot be
 * read, lacks a required column, has no good row, or more than 5 % bad ones.
 */
export async function readTable({ file, required, aliases = {}, onRow, warn }: TableOptions): Promise<TableReport> {
  let [rows, rejected, first] = [0, 0, ''];
  const reject = (line: number, reason: string): void => {
    const text = `${file}:${String(line)}: ${reason}`;
    first ||= text;
    if (rejected++ < NAMED_ROWS) warn(`skipped ${text}`);
  };
  let columns = resolveColumns([], aliases);
  const parser = parse({
    ...CSV,
    columns: (header: string[]) => [...(columns = resolveColumns(header, aliases)).header],
  });
  const consume = async (source: AsyncIterable<CsvRecord>): Promise<void> => {
    for await (const { record, info } of source) {
      if (rows++ === 0) checkColumns(columns, required, { file, row: record });
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
  if (rows === 0) checkColumns(columns, required, { file, row: {} });
  if (rejected > rows * MAX_BAD_SHARE) {
    throw new InputError(`${String(rejected)} of ${String(rows)} rows are bad, over 5 %; the first: ${first}`);
  }
  if (rows === 0) throw new InputError(`${file}:1: no rows below the header`);
  return { rows, rejected, renamed: columns.renamed, unused: columns.unused };
}

interface CsvRecord {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number; readonly columns: readonly { readonly name: string }[] };
}

function checkColumns(
  { header, unused }: ResolvedColumns,
  required: readonly string[],
  { file, row }: { readonly file: string; readonly row: CsvRecord['record'] },
): void {
  const missing = required.filter((column) => !header.includes(column));
  if (missing.length === 0) return;
  const hints = missing.flatMap((column) => {
    const likely = likelyColumn(column, unused, row);
    return likely === undefined ? [] : [`"${likely}" may be ${column}: rename it`];
  });
  throw new InputError([`${file}:1: required column missing: ${missing.join(', ')}`, ...hints].join('; '));
}
