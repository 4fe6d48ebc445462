import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderCarouselTable, writePageTable } from '../../bench/bench-tables.ts';
import type { CarouselRow } from '../../bench/carousel.ts';
import type { PageFigures } from '../../bench/home-page.ts';
import { CONTROLS, NEARSIDE } from '../../bench/own-carousels.ts';
import { PEER_CAROUSELS } from '../../bench/peers/carousels/index.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const doc = read('docs/carousel-bench.md');

const MEASURED = {
  cls: { 0: 0, 800: 0.2362, 3000: 0.5 },
  axe: ['image-alt', 'list'],
  tabStops: { links: 20, offScreen: 15, offScreenOnTab: 3 },
  reducedMotion: 'animates',
  rtl: false,
  gzipBytes: 13_217,
} as const;
const cellsOf = (line: string): string[] => line.split('|').map((cell) => cell.trim());
const table = (rows: readonly CarouselRow[]): string[][] =>
  renderCarouselTable({ rows, defineBytes: { atOnce: 12_174, later: 300 }, checks: {} })
    .split('\n')
    .map(cellsOf);

test('a row shows every figure; one that was not measured shows none', () => {
  const [, , row, missing] = table([
    { name: 'swiper', version: '14.4.0', ...MEASURED },
    { name: 'embla', problem: 'not installed' },
  ]);
  expect(row.slice(1, -1)).toEqual([
    ...['`swiper` 14.4.0', '.0000', '.2362', '.5000', 'image-alt, list', '20', '15', '3', 'animates', 'dead', '13.2'],
  ]);
  expect(missing.slice(1, 4)).toEqual(['`embla`', 'not measured', 'not measured']);
});

test('the table in the docs has the columns and rows of the command, with the pinned versions', () => {
  const pinned = JSON.parse(read('bench/peers/carousels/package.json')) as { dependencies: Record<string, string> };
  const rows = [...NEARSIDE, ...PEER_CAROUSELS, ...CONTROLS].map(({ name, packageName }) => ({
    ...{ name, ...(packageName !== undefined && { version: pinned.dependencies[packageName] }) },
    ...MEASURED,
  }));
  const [, section = ''] = /<!-- bench-carousel:begin -->([^]*?)<!-- bench-carousel:end -->/.exec(doc) ?? [];
  const [header, , ...shown] = section.trim().split('\n').map(cellsOf);
  const [expectedHeader, , ...expected] = table(rows);
  expect(header).toEqual(expectedHeader);
  const label = ([, name]: string[]): string => name;
  expect(shown.slice(0, rows.length).map(label)).toEqual(expected.slice(0, rows.length).map(label));
});

test('the table of the page has both pages with Nearside and without', () => {
  const spread = (median: number) => ({ median, min: 0, max: 9 });
  const figures = (ms: number): PageFigures => ({
    ...{ lcpMs: spread(ms), inpMs: spread(2), cls: spread(0.5), longTasks: spread(3), ourLongTasks: spread(1) },
    named: [],
  });
  const dir = mkdtempSync(join(tmpdir(), 'nearside-table-'));
  const [home, many] = [
    { with: figures(10), without: figures(11) },
    { with: figures(12), without: figures(13) },
  ];
  writePageTable({ loads: 7, home, many, checks: {} }, dir);
  const lines = readFileSync(join(dir, 'carousel-bench.md'), 'utf8').split('\n').map(cellsOf);
  rmSync(dir, { recursive: true });
  const rows = lines.filter((cells) => cells.length > 5).slice(2);
  expect(rows.map(([, name, lcp]) => [name, lcp])).toEqual([
    ['home page, with Nearside', '10 (0 to 9)'],
    ['home page, without', '11 (0 to 9)'],
    ['500 candidates, slower, with', '12 (0 to 9)'],
    ['500 candidates, slower, without', '13 (0 to 9)'],
  ]);
  expect(rows[0].slice(3, -1)).toEqual(['2 (0 to 9)', '.5000 (.0000 to 9.0000)', '3 (0 to 9)', '1 (0 to 9)']);
  expect(doc).toContain('<!-- bench-page:begin -->');
});
