import { expect, test } from 'vitest';
import { NO_RUN, type ReleaseRun, addSeen, addSlate, findFault } from '../../src/core/release-run.ts';
import { createRandom } from '../../src/core/random.ts';

const slates = (count: number, ms: number, fallbacks = 0): ReleaseRun =>
  Array.from({ length: count }, (_, i) => i < fallbacks).reduce(
    (run, isFallback) => addSlate(run, { isFallback, ms }),
    NO_RUN,
  );
const seen = (
  run: ReleaseRun,
  ...[count, clicks, promised = null]: readonly [number, number, (number | null)?]
): ReleaseRun => addSeen(run, { seen: count, clicks, promised });

test('nothing is judged before ten slates, and only fall-backs without a bundle before', () => {
  expect(findFault(slates(9, 9, 9), undefined)).toBeUndefined();
  expect(findFault(slates(10, 9, 4), undefined)).toBe('fall-back');
  expect(findFault(slates(10, 9, 3), undefined)).toBeUndefined();
  expect(findFault(slates(50, 9_000), slates(9, 1))).toBeUndefined();
});

test('fall-backs count beyond those of the bundle before: a device that cannot is no reason', () => {
  expect(findFault(slates(10, 9, 10), slates(10, 9, 8))).toBeUndefined();
  expect(findFault(slates(10, 9, 10), slates(10, 9, 6))).toBe('fall-back');
});

test('time counts where it doubles and a visitor may notice', () => {
  expect(findFault(slates(10, 120), slates(10, 59))).toBe('latency');
  expect(findFault(slates(10, 120), slates(10, 61))).toBeUndefined();
  expect(findFault(slates(10, 40), slates(10, 4))).toBeUndefined();
  // the newest fifty
  const mended = Array.from({ length: 50 }).reduce<ReleaseRun>(
    (run) => addSlate(run, { isFallback: false, ms: 9 }),
    slates(50, 999),
  );
  expect(findFault(mended, slates(10, 9))).toBeUndefined();
});

test('clicks count against what was promised, by the measure of the bundle before', () => {
  const [before, own] = [slates(20, 9), slates(20, 9)];
  expect(findFault(seen(own, 400, 0), seen(before, 400, 20))).toBe('calibration');
  expect(findFault(seen(own, 400, 8), seen(before, 400, 20))).toBeUndefined();
  expect(findFault(seen(own, 400, 40), seen(before, 400, 4))).toBeUndefined();
  // as many clicks, and ten times the promise
  expect(findFault(seen(own, 400, 20, 200), seen(before, 400, 20, 20))).toBe('calibration');
  expect(findFault(seen(own, 400, 20, 200), seen(before, 400, 20))).toBeUndefined();
});

test('of 2,000 devices whose bundles are alike, looking after each of 100 slates, next to none rolls back', () => {
  const random = createRandom(5);
  const grow = (run: ReleaseRun): ReleaseRun => {
    const clicks = Array.from({ length: 4 }).filter(() => random() < 0.05).length;
    return seen(addSlate(run, { isFallback: false, ms: 5 + random() * 10 }), 4, clicks);
  };
  const rollsBack = (): boolean => {
    let before = NO_RUN;
    for (let i = 0; i < 100; i++) before = grow(before);
    let run = NO_RUN;
    for (let i = 0; i < 100; i++) {
      run = grow(run);
      if (findFault(run, before)) return true;
    }
    return false;
  };
  expect(Array.from({ length: 2_000 }).filter(rollsBack).length).toBeLessThanOrEqual(2);
});
