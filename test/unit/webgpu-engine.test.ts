import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type EngineTrial, type TrialNews, afterNews, findVerdict } from '../../src/core/engine-trial.ts';
import { goldenBatch } from '../../src/core/golden.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { parseManifest } from '../../src/core/manifest.ts';
import { createProblem, isProblem } from '../../src/core/problem.ts';
import { MemoryStorage } from '../../src/store/memory-storage.ts';
import { readTrial, saveTrial } from '../../src/store/trials.ts';
import { findUnsafe } from '../../workers/webgpu-engine.ts';

const manifest = parseManifest(
  readFileSync(new URL('../../demo/bundle/manifest.json', import.meta.url), 'utf8'),
) as Manifest;
const batch = () => {
  if (isProblem(manifest)) throw new Error(manifest.message);
  return goldenBatch(manifest.golden[0]);
};
const filled = () => {
  const made = batch();
  // as after `fillMissing`
  made.candNum.forEach((value, i) => (made.candNum[i] = Number.isFinite(value) ? value : 0));
  return made;
};

describe('what reaches the GPU', () => {
  test('a list with a history, all of it finite', () => {
    expect(findUnsafe(filled())).toBeNull();
  });

  test.each([
    ['candNum', Number.NaN],
    ['candScale', Number.POSITIVE_INFINITY],
    ['pairNbr', Number.NEGATIVE_INFINITY],
    ['eventNum', Number.NaN],
    ['ctx', Number.NaN],
  ] as const)('not with %s = %d', (name, value) => {
    const made = filled();
    made[name][0] = value;
    expect(findUnsafe(made)).toMatchObject({ code: 'engine_input', message: expect.stringContaining(name) as string });
  });

  test('not an empty history, nor an empty list', () => {
    const made = filled();
    made.eventMask.fill(0);
    expect(findUnsafe(made)?.message).toContain('empty history');
    expect(findUnsafe({ ...filled(), size: 0 })?.message).toContain('empty list');
  });
});

describe('the memory of an engine', () => {
  const mismatch = createProblem('engine_golden_mismatch', 'wrong');
  const lost = createProblem('engine_device_lost', 'gone');
  const RUN: TrialNews = { kind: 'run' };
  const LOSS: TrialNews = { kind: 'loss', problem: lost };
  const WRONG: TrialNews = { kind: 'refusal', problem: mismatch };
  const DAY = 86_400_000;
  const NOW = Date.UTC(2026, 6, 1);
  const start = (at: number): TrialNews => ({ kind: 'start', at });
  const fresh: EngineTrial = { key: 'k', starts: 0, losses: 0 };
  const after = (trial: EngineTrial, ...news: TrialNews[]): EngineTrial => news.reduce(afterNews, trial);
  const times = (count: number, news: TrialNews): TrialNews[] => Array.from({ length: count }, () => news);

  test('wrong scores are enough once and for good, whatever else is told', () => {
    expect(findVerdict(fresh, NOW)).toBeNull();
    const wrong = after(fresh, start(NOW), WRONG);
    expect(findVerdict(wrong, NOW + 1000 * DAY)).toBe(mismatch);
    expect(after(wrong, start(NOW), LOSS, ...times(30, RUN))).toBe(wrong);
  });

  test('losses are enough three times', () => {
    expect(findVerdict(after(fresh, LOSS, LOSS), NOW)).toBeNull();
    expect(findVerdict(after(fresh, LOSS, LOSS, LOSS), NOW + 1000 * DAY)).toBe(lost);
  });

  test('three pages left in the middle of a start are enough for a day, and each further one for another', () => {
    expect(findVerdict(after(fresh, start(NOW), start(NOW)), NOW)).toBeNull();
    const left = after(fresh, start(NOW - DAY), start(NOW - 60_000), start(NOW));
    expect(findVerdict(left, NOW + DAY - 1)?.code).toBe('engine_failed');
    expect(findVerdict(left, NOW + DAY)).toBeNull();
    // a clock that was set back
    expect(findVerdict(left, NOW - DAY)).toBeNull();
    const again = after(left, start(NOW + DAY));
    expect(findVerdict(again, NOW + DAY + 1)?.code).toBe('engine_failed');
    expect(findVerdict(again, NOW + 2 * DAY)).toBeNull();
    expect(after(again, RUN)).toEqual(fresh);
  });

  test('what could not be started is a start without an end', () => {
    const slow: TrialNews = { kind: 'refusal', problem: createProblem('engine_timeout', 'slow') };
    const failed = after(fresh, start(NOW), slow, start(NOW), slow, start(NOW), slow);
    expect(findVerdict(failed, NOW)?.code).toBe('engine_timeout');
    expect(findVerdict(failed, NOW + DAY)).toBeNull();
  });

  test('losses are forgotten after twenty good runs in a row, on any number of pages', () => {
    expect(after(fresh, ...times(50, RUN))).toEqual(fresh);
    const twice = after(fresh, LOSS, LOSS);
    expect(twice).toEqual({ ...fresh, losses: 2, problem: lost });
    // a start that has come to an end is no failure
    const page = [start(NOW), ...times(5, RUN)];
    expect(after(twice, ...page)).toEqual({ ...fresh, losses: 2, runs: 5, problem: lost });
    expect(findVerdict(after(twice, ...times(19, RUN), LOSS), NOW)).toBe(lost);
    expect(after(twice, ...page, ...page, ...page, ...page)).toEqual(fresh);
    expect(findVerdict(after(twice, ...times(20, RUN), LOSS), NOW)).toBeNull();
  });

  test('is kept by key, the newest eight', async () => {
    const storage = new MemoryStorage();
    expect(await readTrial(storage, 'a')).toEqual({ ...fresh, key: 'a' });
    await saveTrial(storage, 'a', start(NOW));
    await saveTrial(storage, 'a', LOSS);
    for (let i = 0; i < 7; i++) await saveTrial(storage, `b${String(i)}`, start(NOW));
    expect(await readTrial(storage, 'a')).toEqual({ key: 'a', starts: 0, losses: 1, problem: lost });
    await saveTrial(storage, 'c', start(NOW));
    expect((await readTrial(storage, 'a')).losses).toBe(0);
    // beside the visit, which it leaves alone
    const visit = await storage.transact({
      tables: ['state'],
      mode: 'readonly',
      run: (rows) => rows.get('state', 'visit'),
    });
    expect(visit).toBeUndefined();
  });

  test('two tabs that tell at once: nothing that either told is erased', async () => {
    const storage = new MemoryStorage();
    await Promise.all([saveTrial(storage, 'k', LOSS), saveTrial(storage, 'k', LOSS)]);
    expect((await readTrial(storage, 'k')).losses).toBe(2);
    // one tab has begun before the other found wrong scores, and ends well after
    for (const news of [start(NOW), start(NOW), WRONG, RUN]) await saveTrial(storage, 'other', news);
    expect(findVerdict(await readTrial(storage, 'other'), NOW)).toEqual(mismatch);
  });
});
