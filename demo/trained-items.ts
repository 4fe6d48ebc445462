import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the model bundle says of the items. */
export interface TrainedItems {
  /** vec, nbrs, popularity, ... by item id. */
  readonly items: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Epoch ms of the end of the log it was trained on; without a manifest that says so, when its newest item came. */
  readonly logEnd: number | undefined;
}

/** Reads the bundle's `items.ndjson`; empty where there is no bundle yet: the shop then serves its plain catalogue. */
export function readTrainedItems(bundleDir: string): TrainedItems {
  const items = new Map<string, Record<string, unknown>>();
  const file = join(bundleDir, 'items.ndjson');
  (readText(file) ?? '').split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const { id, ...fields } = parseObject(line, `${file}:${String(i + 1)}`);
    if (typeof id === 'string') items.set(id, fields);
  });
  return { items, logEnd: readLogEnd(join(bundleDir, 'manifest.json')) ?? newestOf([...items.values()]) };
}

function readLogEnd(manifestFile: string): number | undefined {
  const text = readText(manifestFile);
  if (text === undefined) return undefined;
  const { trainingWindow } = parseObject(text, manifestFile) as { trainingWindow?: { to?: unknown } | null };
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
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseObject(text: string, place: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${place}: not JSON`);
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new Error(`${place}: not a JSON object`);
}
