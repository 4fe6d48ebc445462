import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { InputError } from '../training/input-error.ts';
import { launchBrowser } from './browser.ts';
import { checkCarousels } from './carousel-checks.ts';
import { type CarouselMeasures, measureCarousel } from './carousel-measure.ts';
import { type EntrySize, sizeOfEntry } from './entry-size.ts';
import { CONTROLS, NEARSIDE } from './own-carousels.ts';
import { CAROUSEL_PEERS, installPeers, peerVersion } from './peer-modules.ts';
import type { Carousel } from './peers/carousels/carousel.ts';
import { PEER_CAROUSELS } from './peers/carousels/index.ts';

export interface CarouselBenchOptions {
  /** Names of rows; empty for all. */
  readonly rows: readonly string[];
  readonly progress: (text: string) => void;
}

/** A row that was measured, or why it was not. */
export type CarouselRow = { readonly name: string; readonly version?: string } & (
  CarouselMeasures | { readonly problem: string }
);

export interface CarouselBenchResult {
  readonly rows: readonly CarouselRow[];
  /** gzip bytes of the entry `define`. */
  readonly defineBytes: EntrySize;
  readonly checks: Readonly<Record<string, boolean>>;
}

const define = fileURLToPath(new URL('../dist/define.js', import.meta.url));

/**
 * Measures the rows one after the other. A peer that cannot be installed or measured is a row that says so. Throws
 * `InputError` where there is no browser, no row of a name, or nothing built.
 */
export async function benchCarousel({ rows, progress }: CarouselBenchOptions): Promise<CarouselBenchResult> {
  const chosen = pick([...NEARSIDE, ...PEER_CAROUSELS, ...CONTROLS], rows);
  const defineBytes = sizeOfEntry(define);
  const missing = await findMissing(chosen, progress);
  const browser = await launchBrowser();
  const measured: CarouselRow[] = [];
  try {
    for (const carousel of chosen) {
      progress(`${carousel.name}, ${String(measured.length + 1)} of ${String(chosen.length)}`);
      measured.push(await measureRow(browser, carousel, missing.get(carousel.name)));
    }
  } finally {
    await browser.close();
  }
  const ours = measured.filter(({ name }) => NEARSIDE.some((one) => one.name === name));
  const byName = ours.map((row) => [row.name, 'problem' in row ? undefined : row] as const);
  return { rows: measured, defineBytes, checks: checkCarousels(Object.fromEntries(byName), defineBytes) };
}

async function measureRow(browser: Browser, carousel: Carousel, missing?: string): Promise<CarouselRow> {
  const { name, packageName } = carousel;
  const version = packageName === undefined ? undefined : peerVersion(CAROUSEL_PEERS, packageName);
  const known = { name, ...(version !== undefined && { version }) };
  if (missing !== undefined) return { ...known, problem: missing };
  try {
    return { ...known, ...(await measureCarousel(browser, carousel)) };
  } catch (error) {
    return { ...known, problem: messageOf(error) };
  }
}

/** Installs what the rows need; by name of the row, why one cannot be measured. */
async function findMissing(rows: readonly Carousel[], progress: (text: string) => void): Promise<Map<string, string>> {
  const peers = rows.filter(({ packageName }) => packageName !== undefined);
  if (peers.length === 0) return new Map();
  try {
    await installPeers(CAROUSEL_PEERS, progress);
    return new Map();
  } catch (error) {
    progress(messageOf(error));
    return new Map(peers.map(({ name }) => [name, messageOf(error)]));
  }
}

/** Those of the names, in the order of the list. */
function pick(all: readonly Carousel[], names: readonly string[]): readonly Carousel[] {
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    throw new InputError(`there is no row "${unknown}"; rows are ${all.map(({ name }) => name).join(', ')}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
