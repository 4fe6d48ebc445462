import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readStreamEntries } from '../../collector/archive-input.ts';
import { openStaging } from '../../collector/archive-staging.ts';
import { createApp, createLog, openArchive, writeArchive } from '../../collector/index.ts';
import type { LogRow } from '../../collector/index.ts';
import { parseSlateLog } from '../../src/core/parse-slate-log.ts';
import { MIDNIGHT, createRowMaker, idsOf } from './stored-events.ts';
import { inputOf, slateEvent } from './why-log.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let out: string;
let makeRow: ReturnType<typeof createRowMaker>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-input-'));
  out = join(folder, 'archive');
  makeRow = createRowMaker(6);
});

afterEach(() => rmSync(folder, { recursive: true }));

async function readAll(): Promise<LogRow[]> {
  const archived = await openArchive(out);
  const rows: LogRow[] = [];
  for await (const row of archived.read()) rows.push(row);
  archived.close();
  return rows;
}

const { slate } = JSON.parse(JSON.stringify(slateEvent(inputOf([3, 2, 1])))) as { slate: Record<string, unknown> };

test.each([
  ['candidates', { candidates: ['a', '\ud800', 'c'] }],
  ['candidates', { candidates: ['a', '\0', 'c'] }],
  ['rulesVersion', { rulesVersion: '\udc00' }],
  ['heads', { heads: [{ name: 'next', more: ['\ud800'] }] }],
  ['rules', { rules: { pins: [], quotas: [], spacing: [], columns: [], '\ud800': 1 } }],
  ['dropped', { dropped: { '\ud800': [0] } }],
])('a slate with a text that is not well-formed in %s is none', (_, wrong) => {
  expect(parseSlateLog(slate)).toBeDefined();
  expect(parseSlateLog({ ...slate, ...wrong })).toBeUndefined();
});

test('a batch with such a slate stops no archive', async () => {
  const file = join(folder, 'log.sqlite');
  const log = createLog(file);
  const body = readFileSync(new URL('../corpus/collector/slate-surrogate.body', import.meta.url), 'utf8');
  const headers = { 'content-type': 'application/json' };
  const response = await createApp({ log }).request('/v1/events', { method: 'POST', headers, body });
  const { results } = (await response.json()) as { results: Record<string, object> };
  expect(Object.values(results)).toEqual([{ status: 'ok' }, { status: 'drop', code: 'field_invalid' }]);
  log.close();
  expect(await writeArchive({ logs: [file], outDir: out })).toMatchObject({ events: 1 });
});

test('rows that DuckDB cannot read, as older logs may have, are left out and told each time', async () => {
  const file = join(folder, 'log.sqlite');
  const log = createLog(file);
  const [good, late] = [makeRow(), makeRow({ receivedAt: MIDNIGHT + 9 })];
  // beyond the times that a warehouse knows
  log.append([makeRow({}, { itemId: 'half \ud800' }), good, makeRow({ receivedAt: 8e15 }), late]);
  log.close();
  for (const files of [1, 0]) {
    const warn = vi.fn<(text: string) => void>();
    expect(await writeArchive({ logs: [file], outDir: out, warn })).toMatchObject({ events: 2, days: 1, files });
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^2 events are left out/)]]);
  }
  expect(await readAll()).toEqual([good, late]);
});

test('a message of the stream means to DuckDB what it means to the collector, and says it once', async () => {
  const [doubled, tricky, good] = [makeRow(), makeRow({}, { itemId: '\ud800' }), makeRow()];
  const textOf = ({ event, ...arrival }: LogRow): string => JSON.stringify({ ...event, ...arrival });
  const texts = [
    textOf(doubled).replace('{', '{"receivedAt":"never","id":"other","unitId":"somebody",'),
    ...[textOf(tricky), 'no message', textOf(good).replace(String(MIDNIGHT), `${String(MIDNIGHT / 1e5)}e5`)],
  ];
  const reader = {
    stream: 's',
    read: async function* () {
      await Promise.resolve();
      yield* texts.map((text, n) => ({ text, seq: n + 1 }));
    },
    close: () => Promise.resolve(),
  };
  const told = { progress: () => undefined, warn: vi.fn<(text: string) => void>() };
  await writeArchive({ logs: [], outDir: out });
  const staging = await openStaging(out, []);
  const known: boolean[] = [];
  for await (const entry of readStreamEntries(reader, 0, (_, isKnown) => known.push(isKnown))) staging.add(entry);
  expect(await staging.merge(told)).toMatchObject({ events: 2, duplicates: 0 });
  staging.close();
  expect(known).toEqual([true, true, false, true]);
  expect(told.warn.mock.calls).toEqual([[expect.stringMatching(/^1 events are left out/)]]);
  expect(idsOf(await readAll())).toEqual(idsOf([doubled, good]));
  expect(await readAll()).toEqual([doubled, good]);
});
