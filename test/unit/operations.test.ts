import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ForwardState, createApp } from '../../collector/index.ts';

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

const state: ForwardState = {
  ...{ connected: true, behind: 0, oldestAt: null },
  ...{ events: 0, tombstones: 0, tooLarge: 0, failures: 0 },
};

test('docs/operations.md lists the metrics of a collector, each with its type', async () => {
  const log = { commit: () => [], probe: () => undefined, sizeBytes: () => 0 };
  const typesOf = async (options: object): Promise<string[]> => {
    const text = await (await createApp({ log, ...options }).request('/metrics')).text();
    return Array.from(text.matchAll(/^# TYPE (\S+ \S+)$/gm), ([, type]) => type).toSorted();
  };
  expect(readTable('collector').toSorted()).toEqual(await typesOf({}));
  const forwarding = await typesOf({ forward: () => state });
  expect([...readTable('collector'), ...readTable('forwarding')].toSorted()).toEqual(forwarding);
});
