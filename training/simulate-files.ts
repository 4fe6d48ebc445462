import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CatalogueItem, SimulatedEvent, Simulation } from './simulate.ts';

export interface SimulationFiles {
  readonly 'events.csv.gz': Uint8Array;
  readonly 'items.csv.gz': Uint8Array;
  readonly 'truth.json': Uint8Array;
}

const EVENT_COLUMNS = 'session_id,user_id,item_id,event_type,timestamp_ms,price,quantity';
const ITEM_COLUMNS = 'item_id,title,category,brand,price';

/** The same files as a site's log, plus the truth; byte for byte a function of the simulation. */
export function encodeSimulation(simulation: Simulation, catalogue: readonly CatalogueItem[]): SimulationFiles {
  return {
    'events.csv.gz': gzip([EVENT_COLUMNS, ...simulation.events.map(eventLine)]),
    'items.csv.gz': gzip([ITEM_COLUMNS, ...catalogue.map(itemLine)]),
    'truth.json': Buffer.from(`${JSON.stringify(simulation.truth)}\n`),
  };
}

export function writeSimulation(files: SimulationFiles, outDir: string): void {
  mkdirSync(outDir, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(outDir, name), bytes as Uint8Array);
}

const eventLine = ({ sessionId, userId, item, kind, at, quantity }: SimulatedEvent): string =>
  csvLine([sessionId, userId, item.id, kind, at, item.price, quantity ?? '']);

const itemLine = ({ id, title, category, brand, price }: CatalogueItem): string =>
  csvLine([id, title, category, brand, price]);

const csvLine = (fields: readonly (string | number)[]): string =>
  fields
    .map((field) => (/[",\r\n]/.test(String(field)) ? `"${String(field).replaceAll('"', '""')}"` : field))
    .join(',');

function gzip(lines: readonly string[]): Uint8Array {
  const bytes = gzipSync(`${lines.join('\n')}\n`, { level: 9 });
  // the header names the operating system that wrote it; 255 is "unknown" (RFC 1952), the same everywhere
  bytes[9] = 255;
  return bytes;
}
