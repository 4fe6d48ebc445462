import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { brierScore, calibrationError, fitIsotonic, fitPlatt, sigmoid } from '../../training/calibration.ts';
import { readImpressions } from '../../training/impressions.ts';

const dir = mkdtempSync(join(tmpdir(), 'nearside-impressions-'));
const ignore = (): undefined => undefined;
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const outcomes = (pairs: readonly (readonly [score: number, clicked: number])[]) =>
  pairs.map(([score, clicked]) => ({ score, clicked: clicked === 1 }));

/** Clicks by chance at sigmoid(slope * score + offset). */
function draw(count: number, { slope, offset, seed }: { slope: number; offset: number; seed: number }) {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const score = 6 * random() - 3;
    return { score, clicked: random() < sigmoid(slope * score + offset) };
  });
}

describe('Platt', () => {
  test('finds the curve that the clicks came from', () => {
    const platt = fitPlatt(draw(20_000, { slope: 0.7, offset: -1.5, seed: 1 }));
    for (const score of [-2, 0, 2]) expect(platt(score)).toBeCloseTo(sigmoid(0.7 * score - 1.5), 1);
  });

  test('stays finite where clicks are separated by score', () => {
    const platt = fitPlatt(
      outcomes([
        [-2, 0],
        [-1, 0],
        [1, 1],
        [2, 1],
      ]),
    );
    expect(platt(-2)).toBeLessThan(0.5);
    expect(platt(2)).toBeGreaterThan(0.5);
    expect([platt(-1e6), platt(1e6)].every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  test('scores that are all alike give the smoothed click rate', () => {
    const platt = fitPlatt(
      outcomes([
        [1, 1],
        [1, 0],
        [1, 0],
        [1, 0],
      ]),
    );
    // targets 2/3 once and 1/5 three times
    expect(platt(1)).toBeCloseTo((2 / 3 + 3 / 5) / 4, 6);
  });
});

describe('isotonic', () => {
  test('pools what falls, by hand', () => {
    const isotonic = fitIsotonic(
      outcomes([
        [1, 0],
        [2, 1],
        [3, 0],
        [4, 1],
        [5, 1],
      ]),
    );
    expect([0, 1, 2, 2.5, 3, 4, 9].map(isotonic)).toEqual([0, 0, 0.5, 0.5, 0.5, 1, 1]);
  });

  test('equal scores are one step', () => {
    const isotonic = fitIsotonic(
      outcomes([
        [1, 1],
        [1, 0],
        [1, 0],
        [2, 1],
      ]),
    );
    expect(isotonic(1)).toBeCloseTo(1 / 3, 12);
  });

  test('agrees with the max-min formula of isotonic regression', () => {
    const random = createRandom(9);
    for (let round = 0; round < 50; round++) {
      const data = Array.from({ length: 12 }, (_, i) => ({ score: i, clicked: random() < 0.3 + 0.03 * i }));
      const isotonic = fitIsotonic(data);
      const mean = (from: number, to: number): number =>
        data.slice(from, to + 1).filter(({ clicked }) => clicked).length / (to - from + 1);
      data.forEach((_, k) => {
        // max over starts of min over ends (Barlow et al. 1972)
        const starts = Array.from({ length: k + 1 }, (__, from) =>
          Math.min(...Array.from({ length: 12 - k }, (___, j) => mean(from, k + j))),
        );
        expect(isotonic(k)).toBeCloseTo(Math.max(...starts), 12);
      });
    }
  });
});

describe('expected calibration error', () => {
  test('by hand: two bins of one probability each', () => {
    const data = outcomes([
      ...Array.from({ length: 10 }, (_, i) => [0.2, i < 3 ? 1 : 0] as const),
      ...Array.from({ length: 10 }, (_, i) => [0.9, i < 6 ? 1 : 0] as const),
    ]);
    // gaps .1 and .3, half of the mass each
    expect(calibrationError(data, (score) => score)).toBe(0.2);
    expect(brierScore(data, () => 0.5)).toBe(0.25);
  });

  test('of the true probabilities is near 0, of wrong ones is the gap', () => {
    const data = draw(30_000, { slope: 1, offset: -1, seed: 2 });
    expect(calibrationError(data, (score) => sigmoid(score - 1))).toBeLessThan(0.012);
    const shifted = calibrationError(data, (score) => Math.min(1, sigmoid(score - 1) + 0.2));
    expect(shifted).toBeGreaterThan(0.15);
  });

  test('the order of equal probabilities changes nothing', () => {
    const data = Array.from({ length: 100 }, (_, i) => ({ score: 1, clicked: i < 40 }));
    expect(calibrationError(data, () => 0.4)).toBe(0);
    expect(calibrationError(data.toReversed(), () => 0.4)).toBe(0);
  });

  test('nothing is no error', () => {
    expect(calibrationError([], sigmoid)).toBe(0);
  });
});

/** A log by its newest session's start. */
const logAt = (startAt: number) => ({ sessions: [{ sessionId: 's', userId: 'u', startAt, events: [] }] });

describe('impressions', () => {
  const read = async (rows: readonly string[]) => {
    const folder = mkdtempSync(join(dir, 'impressions-'));
    const header = 'slate_id,session_id,user_id,timestamp_ms,position,item_id,clicked,propensity';
    const text = [header, ...rows, ''].join('\n');
    writeFileSync(join(folder, 'impressions.csv.gz'), gzipSync(text));
    return readImpressions(folder, { from: 10, to: 20, log: logAt(20), warn: ignore });
  };

  test('are read as slates in order of position, within the part', async () => {
    const read1 = await read(['a,s,u,10,1,y,0,.5', 'b,s,u,9,0,x,1,.5', 'a,s,u,10,0,x,1,.5', 'c,s,u,20,0,x,1,.5']);
    expect(read1).toEqual({
      rejectedRows: 0,
      slates: [
        {
          ...{ slateId: 'a', sessionId: 's', userId: 'u', at: 10 },
          items: [
            { itemId: 'x', position: 0, clicked: true },
            { itemId: 'y', position: 1, clicked: false },
          ],
        },
      ],
    });
  });

  test('times in seconds are mended and said; impossible ones are bad rows', async () => {
    const folder = mkdtempSync(join(dir, 'impressions-'));
    const [from, to] = [1_750_000_000, 1_750_000_040];
    const rows = Array.from({ length: 40 }, (_, i) => `g${String(i)},s,u,${String(from + i)},0,x,${String(i % 2)},`);
    const far = ['z,s,u,0,0,x,1,', 'z,s,u,0,1,y,0,'];
    const write = (lines: readonly string[]): void => {
      const text = ['slate_id,session_id,user_id,timestamp_ms,position,item_id,clicked,propensity', ...lines, ''];
      writeFileSync(join(folder, 'impressions.csv.gz'), gzipSync(text.join('\n')));
    };
    write([...rows, ...far]);
    const warnings: string[] = [];
    const warn = (line: string): void => void warnings.push(line);
    const part = { from: (from + 10) * 1000, to: to * 1000, log: logAt(to * 1000), warn };
    const read1 = await readImpressions(folder, part);
    expect(read1?.slates).toHaveLength(30);
    expect(read1?.slates[0].at).toBe((from + 10) * 1000);
    expect(read1?.rejectedRows).toBe(2);
    expect(warnings.join('\n')).toMatch(/impressions\.csv\.gz: data mended: clock_seconds/);
    expect(warnings.join('\n')).toMatch(/impressions\.csv\.gz: data mended: clock_rows/);
  });

  test.each([
    'a,s,u,10,0,x,2,',
    'a,s,u,10,-1,x,1,',
    ',s,u,10,0,x,1,',
    'a,,u,10,0,x,1,',
    'a,s,u,1e3,0,x,1,',
    'a,s,u,10,0,,1,',
  ])('"%s" is a bad row', async (row) => {
    const good = Array.from({ length: 30 }, (_, i) => `g${String(i)},s,u,11,0,x,0,`);
    expect((await read([...good, row]))?.rejectedRows).toBe(1);
  });

  test('no file is no impressions', async () => {
    expect(await readImpressions(dir, { from: 0, to: 1, log: logAt(1), warn: ignore })).toBeUndefined();
  });
});
