import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from './input-error.ts';
import type { Interval, Ratio } from './metrics.ts';

/** A Markdown table padded as the formatter pads it. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => row[column].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** `.5335`: a metric at four decimals without the leading zero; a dash where there is none. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined) return '-';
  return value.toFixed(4).replace(/^(-?)0\./, '$1.');
}

/** `.0196 [.0137, .0255]`. */
export const intervalText = ({ mean, low, high }: Interval): string => withEnds(mean, low, high);
export const ratioText = ({ ratio, low, high }: Ratio): string => withEnds(ratio, low, high);

/** What a page pays with each list of candidates. */
export const payloadText = (bytes: number): string =>
  `\`vec\` and \`nbrs\` of 100 candidates: ${String(bytes)} bytes gzip`;

const withEnds = (value: number | null, low: number | null, high: number | null): string =>
  low === null || high === null ? figure(value) : `${figure(value)} [${figure(low)}, ${figure(high)}]`;

export interface Section {
  readonly file: string;
  /** Names the markers, `<!-- NAME:begin -->` and `<!-- NAME:end -->`. */
  readonly name: string;
  readonly text: string;
}

/**
 * Replaces what stands between the markers of a page, or adds them at its end; makes the page where there is none. Throws
 * `InputError` where it cannot be written.
 */
export function writeSection({ file, name, text }: Section): void {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const section = `${begin}\n\n${text}\n\n${end}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const page = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const [from, to] = [page.indexOf(begin), page.indexOf(end)];
    const whole = from >= 0 && to > from;
    const parts = whole ? [page.slice(0, from), page.slice(to + end.length)] : [page === '' ? '' : `${page}\n`, '\n'];
    writeFileSync(`${file}.part`, `${parts[0]}${section}${parts[1]}`);
    renameSync(`${file}.part`, file);
  } catch (error) {
    throw new InputError(`${file}: cannot be written to: ${error instanceof Error ? error.message : String(error)}`);
  }
}
