import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createApp } from '../../collector/index.ts';

const doc = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

/** First and second cells of the table below a mark. */
function readTable(mark: string): string[] {
  const lines = doc.slice(doc.indexOf(`<!-- metrics: ${mark}`)).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, i) => i > first && !line.startsWith('|'));
  return lines.slice(first + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, 3)
      .join(' ')
      .replace(/[`\s]+/g, ' ')
      .trim(),
  );
}

test('docs/operations.md lists the metrics of a collector, each with its type', async () => {
  const app = createApp({ log: { commit: () => [], probe: () => undefined, sizeBytes: () => 0 } });
  const text = await (await app.request('/metrics')).text();
  const types = Array.from(text.matchAll(/^# TYPE (\S+ \S+)$/gm), ([, type]) => type);
  expect(readTable('collector').toSorted()).toEqual(types.toSorted());
});
