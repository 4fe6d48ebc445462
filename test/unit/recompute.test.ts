import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { createLog, openLog } from '../../collector/log.ts';
import { recompute } from '../../collector/recompute.ts';
import { parseEvent } from '../../collector/wire-event.ts';
import { decide } from '../../src/core/decide.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import { createRandom } from '../../src/core/random.ts';
import { createSlateLog, decisionInputOf } from '../../src/core/slate-log.ts';
import { createUuid } from '../../src/core/uuid.ts';
import { randomDecision } from './random-decision.ts';

const SLATES = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'nearside-recompute-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = { clock: () => 1_800_000_000_000, random: createRandom(11) };
const slateIds: string[] = [];

/** As a device sends it. */
function slateEvent(seed: number): FeedbackEvent {
  const slateId = createUuid(environment);
  slateIds.push(slateId);
  const input = { ...randomDecision(seed), slateId };
  const itemIds = input.dropped.map((_, row) => `item-${String(row)}`);
  const slate = createSlateLog({ input, decision: decide(input), itemIds, rulesVersion: '1' });
  const about = { id: createUuid(environment), clientSeq: seed, unitId: 'u', at: 1_800_000_000_000 };
  return { ...about, kind: 'slate', consent: 'training', slateId, placement: 'home', slate };
}

/** Through JSON and the collector's own reading into a real file. */
function writeLog(name: string, seeds: readonly number[]): string {
  const file = join(folder, name);
  const log = createLog(file);
  const rows = seeds.map((seed) => {
    const parsed = parseEvent(JSON.parse(JSON.stringify(slateEvent(seed))));
    if (parsed.kind !== 'event') throw new Error(`seed ${String(seed)}: ${JSON.stringify(parsed)}`);
    return { clientId: 'c', receivedAt: 1, event: parsed.event };
  });
  log.append(rows);
  log.close();
  return file;
}

/** Beside other tests on two cores. */
const PATIENT = { timeout: 120_000 };

const run = async (file: string) => {
  const log = openLog(file);
  try {
    return await recompute(log);
  } finally {
    log.close();
  }
};

const seeds = Array.from({ length: SLATES }, (_, n) => n + 1);
const file = writeLog('all.sqlite', seeds);

test(
  `${String(SLATES)} simulated slates (seeds 1 to ${String(SLATES)}) are equal when they are made again`,
  PATIENT,
  async () => {
    expect(await run(file)).toEqual({ slates: SLATES, equal: SLATES, different: [], differentCount: 0 });
  },
);

test('the lowest bit of one logged score is found, in each of 200 slates', async () => {
  const copy = writeLog('bit.sqlite', seeds.slice(0, 200));
  const database = new DatabaseSync(copy);
  const update = database.prepare('UPDATE events SET body = ? WHERE seq = ?');
  const changed: string[] = [];
  for (const { seq, body } of database.prepare('SELECT seq, body FROM events').all()) {
    const event = JSON.parse(String(body)) as { slateId: string; slate: { scores: (number | null)[] | null } };
    const at = event.slate.scores?.findIndex((score) => score !== null && score !== 0) ?? -1;
    const scores = event.slate.scores;
    if (at < 0 || scores === null) continue;
    const bits = new BigInt64Array(Float64Array.of(scores[at] ?? 0).buffer);
    bits[0] ^= 1n;
    scores[at] = new Float64Array(bits.buffer)[0];
    update.run(JSON.stringify(event), seq);
    changed.push(event.slateId);
  }
  database.close();
  const { slates, equal, different, differentCount } = await run(copy);
  expect(changed.length).toBeGreaterThan(100);
  expect([slates, equal, differentCount]).toEqual([200, 200 - changed.length, changed.length]);
  expect(different.map(({ slateId }) => slateId)).toEqual(changed.slice(0, 100));
});

test('a slate whose checksum was made anew is still found by what it decides', async () => {
  const input = { ...randomDecision(3), logits: Float32Array.of(3, 2, 1), dropped: [null, null, null] };
  const plain = { ...input, heads: [{ name: 'a' }], policy: { ...input.policy, weights: null, slots: 3 } };
  const rules = { pins: [], quotas: [], spacing: [], columns: [] };
  const one = { ...plain, rules, impressions: null, popularity: null, bias: null, vectors: null };
  const log = createSlateLog({ input: one, decision: decide(one), itemIds: ['a', 'b', 'c'], rulesVersion: '1' });
  const forged = createSlateLog({
    input: { ...decisionInputOf(one.slateId, log), logits: Float32Array.of(1, 2, 3) },
    decision: decide(one),
    ...{ itemIds: ['a', 'b', 'c'], rulesVersion: '1' },
  });
  const target = createLog(join(folder, 'forged.sqlite'));
  const event = { ...slateEvent(3), slateId: one.slateId, slate: forged };
  target.append([{ clientId: 'c', receivedAt: 1, event }]);
  target.close();
  expect((await run(join(folder, 'forged.sqlite'))).different[0]?.what).toContain('position 0');
});

test('a log without slates says which level has them', async () => {
  createLog(join(folder, 'none.sqlite')).close();
  expect(await run(join(folder, 'none.sqlite'))).toMatchObject({
    slates: 0,
    note: expect.stringContaining('level training') as string,
  });
});

test('the collector refuses a slate that is not whole, or of a visitor who has not agreed to training', () => {
  const event = JSON.parse(JSON.stringify(slateEvent(5))) as FeedbackEvent;
  expect(parseEvent(event).kind).toBe('event');
  const dropped = (more: object): string => {
    const parsed = parseEvent({ ...event, ...more });
    return parsed.kind === 'drop' ? parsed.code : parsed.kind;
  };
  expect(dropped({ consent: 'events' })).toBe('consent_invalid');
  expect(dropped({ kind: 'click' })).toBe('field_invalid');
  expect(dropped({ kind: 'ranking' })).toBe('field_invalid');
  const fields = Object.keys(event.slate ?? {});
  for (const field of fields) {
    const rest = Object.fromEntries(Object.entries(event.slate ?? {}).filter(([name]) => name !== field));
    expect(dropped({ slate: rest }), field).toBe('field_invalid');
    expect(dropped({ slate: { ...rest, [field]: { odd: 1e999 } } }), field).toBe('field_invalid');
  }
  expect(dropped({ slate: { ...event.slate, more: 1 } })).toBe('field_invalid');
  const { policy, scores } = event.slate ?? {};
  for (const wrong of [{}, { ...policy, exploration: {} }, { ...policy, weights: undefined }])
    expect(dropped({ slate: { ...event.slate, policy: JSON.parse(JSON.stringify(wrong)) as object } })).toBe(
      'field_invalid',
    );
  expect(scores).not.toBeNull();
  expect(dropped({ slate: { ...event.slate, heads: [], scores: [] } })).toBe('field_invalid');
});
