import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type EngineTrial, afterLoss, afterRun, findVerdict } from '../../src/core/engine-trial.ts';
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
  const loss = createProblem('engine_device_lost', 'gone');

  test('wrong scores are enough once; losses and starts without an end are enough three times', () => {
    const fresh = { key: 'k', starts: 0, losses: 0 };
    expect(findVerdict(fresh)).toBeNull();
    expect(findVerdict({ ...fresh, problem: mismatch })).toBe(mismatch);
    expect(findVerdict({ ...fresh, losses: 2, problem: loss })).toBeNull();
    expect(findVerdict({ ...fresh, losses: 3, problem: loss })).toBe(loss);
    expect(findVerdict({ ...fresh, starts: 2 })).toBeNull();
    expect(findVerdict({ ...fresh, starts: 3 })?.code).toBe('engine_failed');
  });

  test('losses are forgotten after twenty good runs in a row, on any number of pages', () => {
    const runs = (trial: EngineTrial, count: number): EngineTrial =>
      Array.from({ length: count }).reduce<EngineTrial>(afterRun, trial);
    const fresh = { key: 'k', starts: 0, losses: 0 };
    expect(runs(fresh, 50)).toEqual(fresh);
    const twice = afterLoss(afterLoss(fresh, loss), loss);
    expect(twice).toEqual({ ...fresh, losses: 2, problem: loss });
    // an old problem is no verdict, and a start that has come to an end no failure
    expect(runs({ ...twice, starts: 2 }, 1)).toEqual({ ...fresh, losses: 2, runs: 1 });
    expect(findVerdict(afterLoss(runs(twice, 19), loss))).toBe(loss);
    expect(runs(twice, 20)).toEqual(fresh);
    expect(findVerdict(afterLoss(runs(twice, 20), loss))).toBeNull();
  });

  test('is kept by key, the newest eight', async () => {
    const storage = new MemoryStorage();
    expect(await readTrial(storage, 'a')).toEqual({ key: 'a', starts: 0, losses: 0 });
    await saveTrial(storage, { key: 'a', starts: 1, losses: 0 });
    await saveTrial(storage, { key: 'a', starts: 0, losses: 2, problem: loss });
    for (let i = 0; i < 7; i++) await saveTrial(storage, { key: `b${String(i)}`, starts: 1, losses: 0 });
    expect(await readTrial(storage, 'a')).toEqual({ key: 'a', starts: 0, losses: 2, problem: loss });
    await saveTrial(storage, { key: 'c', starts: 1, losses: 0 });
    expect((await readTrial(storage, 'a')).losses).toBe(0);
    // beside the visit, which it leaves alone
    const visit = await storage.transact({
      tables: ['state'],
      mode: 'readonly',
      run: (rows) => rows.get('state', 'visit'),
    });
    expect(visit).toBeUndefined();
  });
});
