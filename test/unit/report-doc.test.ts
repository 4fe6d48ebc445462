import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FINDING_CODES } from '../../collector/report/finding.ts';
import { METRICS } from '../../collector/report/metrics.ts';

const doc = readFileSync(new URL('../../docs/report.md', import.meta.url), 'utf8');

/** Cells of the table below a mark, without code font. */
function readTable(mark: string): string[][] {
  const lines = doc.slice(doc.indexOf(`<!-- report: ${mark} -->`)).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, i) => i > first && !line.startsWith('|'));
  return lines.slice(first + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

test('docs/report.md lists every metric, and which way it is better', () => {
  expect(readTable('metrics').map(([name, , better]) => [name, better])).toEqual(
    METRICS.map(({ name, better }) => [name, better]),
  );
});

test('docs/report.md says of every finding what to do', () => {
  const rows = readTable('findings');
  expect(rows.map(([code]) => code)).toEqual(FINDING_CODES);
  for (const row of rows) expect(row.every((cell) => cell.length > 0)).toBe(true);
});
