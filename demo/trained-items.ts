import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BundleItems, readItems } from '../server/index.ts';

/** What the model bundle says of the items. */
export interface TrainedItems {
  /** vec, nbrs, popularity, ... by item id. */
  readonly items: BundleItems;
  /** Epoch ms of the end of the log it was trained on; without a manifest that says so, when its newest item came. */
  readonly logEnd: number | undefined;
}

/** Reads the bundle's `items.ndjson`; empty where there is no bundle yet: the shop then serves its plain catalogue. */
export function readTrainedItems(bundleDir: string): TrainedItems {
  const items = readItems(readText(join(bundleDir, 'items.ndjson')) ?? '');
  return { items, logEnd: readLogEnd(join(bundleDir, 'manifest.json')) ?? newestOf([...items.values()]) };
}

function readLogEnd(manifestFile: string): number | undefined {
  const text = readText(manifestFile);
  if (text === undefined) return undefined;
  const { trainingWindow } = parseObject(text) as { trainingWindow?: { to?: unknown } | null };
  const end = Date.parse(String(trainingWindow?.to));
  return Number.isNaN(end) ? undefined : end;
}

function newestOf(items: readonly Readonly<Record<string, unknown>>[]): number | undefined {
  const times = items.map((item) => item['publishedAt']).filter((time) => typeof time === 'number');
  return times.length === 0 ? undefined : Math.max(...times);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A defect of the bundle is the device's to name; the shop serves what it can read. */
function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
