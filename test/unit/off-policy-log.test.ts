import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../cli/command.ts';
import { opeCommand } from '../../cli/ope.ts';
import { hashText } from '../../src/core/hash.ts';
import { type SlateLog } from '../../src/core/slate-log.ts';
import { createUuid } from '../../src/core/uuid.ts';
import { readBundleManifest } from '../../training/bundle-manifest.ts';
import type { OffPolicyLogResult } from '../../training/off-policy-log.ts';

import {
  ASKED,
  DEMO_BUNDLE,
  LOGGED,
  bundleEvents,
  environment,
  pool,
  random,
  slateEvents,
  truthOf,
  writeLog,
} from './off-policy-fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const folder = mkdtempSync(join(tmpdir(), 'nearside-ope-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const bundle = DEMO_BUNDLE;

function writePolicy(policy: object): string {
  const file = join(folder, `policy-${createUuid(environment)}.json`);
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

async function run(db: string, policy: string, ...flags: string[]): Promise<OffPolicyLogResult> {
  const printed: object[] = [];
  const io = { print: (object: object) => printed.push(object), progress: () => undefined };
  await runCommand(opeCommand, ['--db', db, '--policy', policy, ...flags], io as never);
  return printed[0] as OffPolicyLogResult;
}

/** The first slot's row and propensity changed, with a checksum to match. */
function withFirstSlot(
  slate: SlateLog,
  change: (slot: readonly [row: number, propensity: number]) => readonly [number, number],
): SlateLog {
  const [[row, propensity, ...about], ...slots] = slate.slots;
  const altered: Partial<SlateLog> = { ...slate, slots: [[...change([row, propensity]), ...about], ...slots] };
  delete (altered as { checksum?: number }).checksum;
  return { ...(altered as SlateLog), checksum: hashText(JSON.stringify(altered)) };
}

const SLATES = 1500;
let log: string;
beforeAll(() => {
  log = writeLog(
    join(folder, 'log.sqlite'),
    Array.from({ length: SLATES }, () => slateEvents(pool[Math.floor(random() * pool.length)])).flat(),
  );
});

describe('ope over a collector’s database', () => {
  test('estimates what another policy would have earned: both intervals hold the exact value, the naive one does not', async () => {
    const truth = truthOf(ASKED);
    const { snips, dr, naive, ...result } = await run(log, writePolicy(ASKED), '--seed', '3');
    expect(result).toMatchObject({
      verdict: 'estimated',
      slates: SLATES,
      units: SLATES,
      slots: 4,
      support: 1,
      seed: 3,
    });
    expect(result).toMatchObject({ modelId: null, reward: 'click', leftOut: { damaged: 0, notObservable: 0 } });
    for (const value of [snips, dr]) {
      expect(value?.low).toBeLessThan(truth);
      expect(value?.high).toBeGreaterThan(truth);
      expect(value?.bySlot).toHaveLength(4);
    }
    expect(naive?.high).toBeLessThan(truth);
    expect(result.ess).toBeGreaterThan(300);
    expect(result.ess).toBeLessThan(SLATES);
    expect(result.meanWeight?.low).toBeLessThan(1);
    expect(result.meanWeight?.high).toBeGreaterThan(1);
  });

  test('the policy that made the log is worth what the log shows', async () => {
    const { snips, naive, ess } = await run(log, writePolicy(LOGGED));
    expect(snips).toEqual(naive);
    expect(ess).toBe(SLATES);
  });

  test('slates in the server’s order, where nothing was scored, are the same under every policy and count', async () => {
    const some = pool.slice(0, 200);
    const serverOrder = some.map((context) => ({ ...context, input: { ...context.input, logits: null } }));
    const mixed = writeLog(
      join(folder, 'server-order.sqlite'),
      [...serverOrder, ...some].flatMap((context) => slateEvents(context)),
    );
    const result = await run(mixed, writePolicy({ ...ASKED, novelty: 1 }));
    // what was scored lacks the popularity that novelty reads
    expect([result.slates, result.leftOut]).toEqual([some.length, { damaged: 0, notObservable: some.length }]);
    expect(result.snips).toEqual(result.naive);
    expect(result.meanWeight).toMatchObject({ low: 1, high: 1 });
  });

  test('a clip is stated with what it cut off; fewer slots earn less', async () => {
    const policy = writePolicy(ASKED);
    const [all, clipped, first] = [
      await run(log, policy),
      await run(log, policy, '--clip', '2'),
      await run(log, policy, '--slots', '1'),
    ];
    expect(all.clipping).toEqual({ at: null, share: 0, lost: 0 });
    expect(clipped.clipping?.at).toBe(2);
    expect(clipped.clipping?.share).toBeGreaterThan(0.02);
    expect(clipped.clipping?.lost).toBeGreaterThan(0.02);
    expect(clipped.ess).toBeGreaterThan(all.ess);
    expect(first.snips?.mean).toBeCloseTo(all.snips?.bySlot[0] ?? NaN, 3);
  });

  test('a policy that never draws gets a verdict and no number', async () => {
    const policy = { ...ASKED, exploration: { ...ASKED.exploration, positions: [] } };
    expect(await run(log, writePolicy(policy))).toMatchObject({
      verdict: 'insufficient support',
      snips: null,
      dr: null,
    });
  });

  test('clicks and purchases count apart', async () => {
    const bought = writeLog(
      join(folder, 'bought.sqlite'),
      Array.from({ length: 200 }, () => slateEvents(pool[0], 'conversion')).flat(),
    );
    const policy = writePolicy(LOGGED);
    expect((await run(bought, policy)).naive?.mean).toBe(0);
    expect((await run(bought, policy, '--reward', 'conversion')).naive?.mean).toBeGreaterThan(0);
  });

  test.each([
    ['a field that decides nothing', (slate: SlateLog) => ({ ...slate, rulesVersion: 'other' })],
    ['a propensity, checksum and all', (slate: SlateLog) => withFirstSlot(slate, ([row, chance]) => [row, chance / 2])],
    ['an item that a rule had dropped, checksum and all', (slate: SlateLog) => withFirstSlot(slate, () => [0, 0])],
  ])('a slate is left out and counted where it was altered: %s', async (_, alter) => {
    const events = Array.from({ length: 200 }, () => slateEvents(pool[0])).flat();
    const at = events.findIndex(({ slate }) => slate);
    const altered = events.map((event, i) =>
      i === at && event.slate ? { ...event, slate: alter(event.slate) } : event,
    );
    const file = writeLog(join(folder, `altered-${createUuid(environment)}.sqlite`), altered);
    expect(await run(file, writePolicy(LOGGED), '--slots', '1')).toMatchObject({
      slates: 199,
      leftOut: { damaged: 1, notObservable: 0 },
    });
  });
});

describe('not observable', () => {
  test.each([
    ['vectors', { diversity: 0.5 }],
    ['popularity', { novelty: 0.5 }],
    ['"margin"', { weights: { margin: 1 } }],
  ])('the log lacks %s that the policy weighs', async (what, more) => {
    const result = await run(log, writePolicy({ ...LOGGED, ...more }));
    expect(result).toMatchObject({ verdict: 'not observable', snips: null, dr: null, ess: 0 });
    expect(result).toMatchObject({
      reason: expect.stringContaining(what) as string,
      leftOut: { notObservable: SLATES },
    });
  });

  test('a log of level events says which level has slates', async () => {
    const clicks = slateEvents(pool[0]).map((event) => ({ ...event, consent: 'events' as const }));
    const events = writeLog(
      join(folder, 'events.sqlite'),
      clicks.filter(({ kind }) => kind !== 'slate'),
    );
    const result = await run(events, writePolicy(LOGGED));
    expect(result).toMatchObject({
      verdict: 'not observable',
      reason: expect.stringContaining('level training') as string,
    });
  });
});

describe('a bundle', () => {
  const { modelId } = readBundleManifest(bundle);

  test('scores logged inputs anew: the one that made the log earns what the log shows', async () => {
    const file = writeLog(join(folder, 'bundle.sqlite'), Array.from({ length: 200 }, () => bundleEvents()).flat());
    const result = await run(file, bundle);
    expect(result).toMatchObject({ verdict: 'estimated', modelId, slates: 200 });
    expect(result.ess).toBeCloseTo(200, 1);
    expect(result.snips?.mean).toBeCloseTo(result.naive?.mean ?? NaN, 3);
  });

  test('without the inputs it is not observable', async () => {
    const result = await run(writeLog(join(folder, 'bare.sqlite'), bundleEvents({ withRanking: false })), bundle);
    expect(result).toMatchObject({ verdict: 'not observable', reason: expect.stringContaining('"ranking"') as string });
  });
});

test.each([
  [['--reward', 'view'], /click or conversion/],
  [['--clip', '0.5'], /--clip/],
  [['--policy', '/nowhere'], /no such bundle or policy/],
  [['--policy', writePolicy({ diversity: -1 })], /diversity must be/],
  [['--db', '/nowhere'], /no such file/],
])('bad usage: %s', async (flags, message) => {
  await expect(run(log, writePolicy(LOGGED), ...flags)).rejects.toThrow(message);
});
