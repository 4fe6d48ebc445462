import { describe, expect, test } from 'vitest';
import { backoffMs, parseRetryAfter } from '../../src/core/backoff.ts';
import { createRandom } from '../../src/core/random.ts';

describe('backoffMs', () => {
  test('is uniform up to 1 s times two to the failures, 5 minutes at most', () => {
    const almostOne = 1 - 2 ** -32;
    const ceilings = [1, 2, 3, 8, 9, 50].map((failures) => backoffMs(failures, () => almostOne) + 1);
    expect(ceilings).toEqual([2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
    expect(backoffMs(3, () => 0)).toBe(0);
    const random = createRandom(7);
    const waits = Array.from({ length: 2000 }, () => backoffMs(4, random));
    const mean = waits.reduce((sum, ms) => sum + ms, 0) / waits.length;
    // of a uniform on [0, 16 s) the standard error is 103 ms here
    expect(Math.abs(mean - 8_000)).toBeLessThan(500);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.UTC(2026, 0, 7, 12);
  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Wed, 07 Jan 2026 12:00:30 GMT', 30_000],
    ['Wed, 07 Jan 2026 11:00:00 GMT', 0],
    ['999999999', 86_400_000],
    ['', null],
    ['soon', null],
    [null, null],
  ])('%j is %j ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});
