import { join } from 'node:path';
import { figure, markdownTable, writeSection } from '../training/markdown.ts';
import type { CarouselBenchResult, CarouselRow } from './carousel.ts';
import type { CarouselMeasures } from './carousel-measure.ts';
import type { PageBenchResult, PageFigures, Spread } from './home-page.ts';

const FILE = 'carousel-bench.md';

/** Columns of the table by header. */
const COLUMNS: Readonly<Record<string, (row: CarouselMeasures) => string>> = {
  'CLS 0 s': ({ cls }) => figure(cls['0']),
  '0.8 s': ({ cls }) => figure(cls['800']),
  '3 s': ({ cls }) => figure(cls['3000']),
  axe: ({ axe }) => (axe.length === 0 ? '0' : axe.join(', ')),
  'tab stops': ({ tabStops }) => String(tabStops.links),
  'off screen': ({ tabStops }) => String(tabStops.offScreen),
  'on Tab': ({ tabStops }) => String(tabStops.offScreenOnTab),
  'reduced motion': ({ reducedMotion }) => reducedMotion ?? '-',
  RTL: ({ rtl }) => (rtl === null ? '-' : rtl ? 'works' : 'dead'),
  'kB gzip': ({ gzipBytes }) => (gzipBytes / 1000).toFixed(1),
};

/** Writes the table of `bench carousel` between its markers in `carousel-bench.md` of a folder. */
export const writeCarouselTable = (result: CarouselBenchResult, outDir: string): void =>
  writeSection({ file: join(outDir, FILE), name: 'bench-carousel', text: renderCarouselTable(result) });

export function renderCarouselTable({ rows, defineBytes: { atOnce, later } }: CarouselBenchResult): string {
  const table = markdownTable(['', ...Object.keys(COLUMNS)], rows.map(renderRow));
  return `${table}

\`define\`: ${String(atOnce)} bytes gzip at once, ${String(later)} more of chunks that are loaded when they are wanted.`;
}

function renderRow(row: CarouselRow): string[] {
  const label = [`\`${row.name}\``, ...(row.version === undefined ? [] : [row.version])].join(' ');
  const cells = Object.values(COLUMNS);
  return [label, ...('problem' in row ? cells.map(() => 'not measured') : cells.map((cell) => cell(row)))];
}

/** Writes the table of `bench page` between its markers in `carousel-bench.md` of a folder. */
export const writePageTable = (result: PageBenchResult, outDir: string): void =>
  writeSection({ file: join(outDir, FILE), name: 'bench-page', text: renderPageTable(result) });

const renderPageTable = ({ loads, home, many }: PageBenchResult): string =>
  `Median, least and most of ${String(loads)} loads:\n\n${markdownTable(
    ['', 'LCP ms', 'INP ms', 'CLS', 'long tasks', 'ours'],
    [
      ['home page, with Nearside', ...renderFigures(home.with)],
      ['home page, without', ...renderFigures(home.without)],
      ['500 candidates, slower, with', ...renderFigures(many.with)],
      ['500 candidates, slower, without', ...renderFigures(many.without)],
    ],
  )}`;

const renderFigures = ({ lcpMs, inpMs, cls, longTasks, ourLongTasks }: PageFigures): string[] => [
  ...[spreadText(lcpMs), spreadText(inpMs), spreadText(cls, figure)],
  ...[spreadText(longTasks), spreadText(ourLongTasks)],
];

const spreadText = ({ median, min, max }: Spread, text: (value: number) => string = String): string =>
  `${text(median)} (${text(min)} to ${text(max)})`;
