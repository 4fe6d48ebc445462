import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { checkCarousels } from '../../bench/carousel-checks.ts';
import type { CarouselMeasures } from '../../bench/carousel-measure.ts';
import { sizeOfEntry } from '../../bench/entry-size.ts';
import { BENCHES } from '../../cli/bench.ts';
import { runCommand } from '../../cli/command.ts';

const bench = vi.hoisted(() => vi.fn());
vi.mock('../../bench/carousel.ts', () => ({ benchCarousel: bench }));

const GOOD: CarouselMeasures = {
  cls: { 0: 0, 800: 0.001, 3000: 0 },
  axe: [],
  tabStops: { links: 20, offScreen: 15, offScreenOnTab: 0 },
  reducedMotion: 'jumps',
  rtl: true,
  gzipBytes: 13_000,
};
const NOTHING = { atOnce: 0, later: 0 };
const failedOf = (row: CarouselMeasures | undefined, later = 1_000): string[] =>
  Object.entries(checkCarousels({ ours: row }, { atOnce: 14_000, later })).flatMap(([what, holds]) =>
    holds ? [] : [what],
  );

test('all checks hold of a good row, at the very bounds', () => {
  expect(failedOf(GOOD)).toEqual([]);
});

test.each<[string, Partial<CarouselMeasures>]>([
  ['ours: layout shift at most .001 at each delay', { cls: { 0: 0, 800: 0, 3000: 0.0011 } }],
  ['ours: no axe violation', { axe: ['image-alt'] }],
  ['ours: no focus out of sight', { tabStops: { links: 20, offScreen: 0, offScreenOnTab: 1 } }],
  ['ours: reduced motion respected', { reducedMotion: 'animates' }],
  ['ours: reduced motion respected', { reducedMotion: 'does not move' }],
  ['ours: reduced motion respected', { reducedMotion: null }],
  ['ours: Next works from right to left', { rtl: false }],
  ['ours: Next works from right to left', { rtl: null }],
])('%s: fails alone for %j', (what, bad) => {
  expect(failedOf({ ...GOOD, ...bad })).toEqual([what]);
});

test('the row with pages holds no link out of sight that takes focus', () => {
  const checks = checkCarousels({ 'nearside-pages': GOOD }, NOTHING);
  expect(Object.entries(checks).flatMap(([what, holds]) => (holds ? [] : [what]))).toEqual([
    'nearside-pages: no link out of sight takes focus',
  ]);
  const tabStops = { links: 5, offScreen: 0, offScreenOnTab: 0 };
  expect(Object.values(checkCarousels({ 'nearside-pages': { ...GOOD, tabStops } }, NOTHING))).not.toContain(false);
});

test('define over its budget fails, and a row that could not be measured fails every check of it', () => {
  expect(failedOf(GOOD, 1_001)).toEqual(['define at most 15 kB']);
  expect(failedOf(undefined)).toHaveLength(5);
});

test('the size of an entry counts what it imports and, apart, what it loads later; each file once', () => {
  const dir = mkdtempSync(join(tmpdir(), 'nearside-size-'));
  const files = {
    'entry.js': `import{a}from"./shared.js";import"./side.js";export const b=()=>import("./later.js");a()`,
    'shared.js': 'export const a=()=>1',
    'side.js': `export*from'./shared.js';`,
    'later.js': `import{a}from"./shared.js";console.log(a())`,
    'other.js': 'console.log("nobody imports this")',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const bytes = (name: keyof typeof files): number => gzipSync(files[name], { level: 9 }).length;
  expect(sizeOfEntry(join(dir, 'entry.js'))).toEqual({
    atOnce: bytes('entry.js') + bytes('shared.js') + bytes('side.js'),
    later: bytes('later.js'),
  });
  expect(() => sizeOfEntry(join(dir, 'missing.js'))).toThrow('npm run build');
  rmSync(dir, { recursive: true });
});

test.each([
  [true, 0],
  [false, 1],
])('bench carousel: a check that is %s exits with %i, and the result is printed', async (holds, exit) => {
  const result = { rows: [], defineBytes: NOTHING, checks: { 'define at most 15 kB': holds } };
  bench.mockResolvedValue(result);
  const printed: object[] = [];
  const io = { print: (object: object) => printed.push(object), progress: () => undefined };
  const command = BENCHES.find(({ name }) => name === 'bench carousel');
  expect(command && (await runCommand(command, ['--row', 'swiper', '--row', 'embla'], io as never))).toBe(exit);
  expect(bench).toHaveBeenLastCalledWith(expect.objectContaining({ rows: ['swiper', 'embla'] }));
  expect(printed).toEqual([result]);
});
