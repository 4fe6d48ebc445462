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

const log = { commit: () => [], probe: () => undefined, sizeBytes: () => 0, walSizeBytes: () => 0 };
const state: ForwardState = {
  ...{ connected: true, behind: 0, oldestAt: null },
  ...{ events: 0, tombstones: 0, tooLarge: 0, failures: 0 },
};

test('docs/operations.md lists the metrics of a collector, each with its type', async () => {
  const typesOf = async (options: object): Promise<string[]> => {
    const text = await (await createApp({ log, ...options }).request('/metrics')).text();
    return Array.from(text.matchAll(/^# TYPE (\S+ \S+)$/gm), ([, type]) => type).toSorted();
  };
  expect(readTable('collector').toSorted()).toEqual(await typesOf({}));
  const forwarding = await typesOf({ forward: () => state });
  expect([...readTable('collector'), ...readTable('forwarding')].toSorted()).toEqual(forwarding);
});

test('/healthz and /metrics show the lag, and an outage of the sink is no failure of the collector', async () => {
  const lagging = { behind: 4, oldestAt: 1000, connected: false, events: 7, tombstones: 2, tooLarge: 1, failures: 3 };
  const app = createApp({ log, clock: () => 3500, forward: () => lagging });
  const health = await app.request('/healthz');
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok', forward: lagging }]);
  const text = await (await app.request('/metrics')).text();
  for (const line of [
    'events_behind 4',
    'oldest_seconds 2.5',
    'connected 0',
    'events_total 7',
    'tombstones_total 2',
    'too_large_total 1',
    'failures_total 3',
  ]) {
    expect(text).toContain(`\nnearside_forward_${line}\n`);
  }
});

test('/healthz and /metrics answer 503, and say why, where the log cannot be looked at', async () => {
  const fail = (): never => {
    throw new Error('disk I/O error');
  };
  const errors: string[] = [];
  const onStoreError = (message: string): void => void errors.push(message);
  const app = createApp({ log, forward: fail, onStoreError });
  const health = await app.request('/healthz');
  expect([health.status, await health.json()]).toEqual([503, { status: 'failing' }]);
  expect((await app.request('/metrics')).status).toBe(503);
  const sizeless = createApp({ log: { ...log, sizeBytes: fail }, onStoreError });
  expect((await sizeless.request('/metrics')).status).toBe(503);
  expect(errors).toEqual(Array(3).fill('disk I/O error'));
});
