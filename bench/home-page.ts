import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startDemo } from './demo-server.ts';
import { type HomeVisit, visitHome } from './home-visit.ts';
import { type LoadedPage, type LongTask, countOurs, nameLongTasks } from './long-tasks.ts';

export interface PageBenchOptions {
  /** Of each page, with Nearside and without. */
  readonly loads: number;
  readonly progress: (text: string) => void;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface PageFigures {
  readonly lcpMs: Spread;
  readonly inpMs: Spread;
  readonly cls: Spread;
  /** In a load; of these, those in which a script of ours took longest. */
  readonly longTasks: Spread;
  readonly ourLongTasks: Spread;
  /** The long tasks of all loads by name, the longest first. */
  readonly named: readonly LongTask[];
}

interface Compared {
  readonly with: PageFigures;
  readonly without: PageFigures;
}

export interface PageBenchResult {
  readonly loads: number;
  /** As the shop is. */
  readonly home: Compared;
  /** With 500 candidates in two carousels, on a main thread that is four times slower. */
  readonly many: Compared;
  readonly checks: Readonly<Record<string, boolean>>;
}

const MANY = { candidates: 500, slowdown: 4 };

/** Loads the demo's home page with Nearside's scripts and without, in turn. Throws `InputError` where there is no browser or demo. */
export async function benchPage({ loads, progress }: PageBenchOptions): Promise<PageBenchResult> {
  const browser = await launchBrowser();
  const demo = await startDemo();
  try {
    const subject = { browser, url: demo.url, loads, progress };
    const home = await compare(subject, 'home page', { slowdown: 1 });
    const many = await compare(subject, '500 candidates, a quarter of the speed', MANY);
    return { loads, home, many, checks: { 'no long task of ours': many.with.ourLongTasks.median === 0 } };
  } finally {
    await demo.close();
    await browser.close();
  }
}

interface Subject extends PageBenchOptions {
  readonly browser: Browser;
  readonly url: string;
}

async function compare(
  { browser, url, loads, progress }: Subject,
  what: string,
  how: Omit<HomeVisit, 'nearside'>,
): Promise<Compared> {
  const [ours, bare]: [LoadedPage[], LoadedPage[]] = [[], []];
  for (let i = 0; i < loads; i++) {
    progress(`${what}: load ${String(i + 1)} of ${String(loads)}`);
    ours.push(await visitHome(browser, url, { ...how, nearside: true }));
    bare.push(await visitHome(browser, url, { ...how, nearside: false }));
  }
  return { with: sumUp(ours), without: sumUp(bare) };
}

function sumUp(loads: readonly LoadedPage[]): PageFigures {
  const of = (figure: (load: LoadedPage) => number | null, digits = 0): Spread =>
    spread(
      loads.map((load) => figure(load) ?? Number.NaN),
      digits,
    );
  return {
    lcpMs: of(({ lcpMs }) => lcpMs),
    inpMs: of(({ inpMs }) => inpMs),
    cls: of(({ cls }) => cls, 4),
    longTasks: of(({ tasks }) => tasks.length),
    ourLongTasks: of(countOurs),
    named: nameLongTasks(loads),
  };
}

function spread(values: readonly number[], digits: number): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return Number(((low + high) / 2).toFixed(digits));
  };
  return { median: at(0.5), min: at(0), max: at(1) };
}
