import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CatalogueItem, SimulatedEvent, SimulatedSlate, Simulation } from './simulate-model.ts';
import { type PolicyValues, PRICED_POLICIES, describeTruth, priceSlate } from './simulate-truth.ts';

/** A site's files, then the truth behind them. */
export const SIMULATION_FILES = [
  'events.csv.gz',
  'items.csv.gz',
  'impressions.csv.gz',
  'truth.json',
  'truth-impressions.csv.gz',
  'truth-slates.csv.gz',
  'truth-visits.csv.gz',
  'truth-tastes.csv.gz',
  'truth-items.csv.gz',
] as const;

export type SimulationFiles = Readonly<Record<(typeof SIMULATION_FILES)[number], Uint8Array>>;

/** The same files as a site's log, plus the truth (docs/simulate.md); byte for byte a function of the simulation. */
export function encodeSimulation(simulation: Simulation, catalogue: readonly CatalogueItem[]): SimulationFiles {
  const { events, slates, truth } = simulation;
  const values = slates.map((slate) => priceSlate(slate, truth.examination));
  return {
    'events.csv.gz': table('session_id,user_id,item_id,event_type,timestamp_ms,price,quantity', eventLines(events)),
    'items.csv.gz': table(
      'item_id,title,category,brand,price',
      catalogue.map(({ id, title, category, brand, price }) => csvLine([id, title, category, brand, price])),
    ),
    'impressions.csv.gz': table(
      'slate_id,session_id,user_id,timestamp_ms,position,item_id,clicked,propensity',
      impressionLines(slates, catalogue),
    ),
    'truth.json': Buffer.from(`${JSON.stringify(describeTruth(simulation, values))}\n`),
    'truth-impressions.csv.gz': table('slate_id,position,p_click', chanceLines(slates)),
    'truth-slates.csv.gz': table(
      `slate_id,events,known_events,seen_until_ms,candidates,scores,p_clicks,${PRICED_POLICIES.join(',')}`,
      slateLines(slates, values, catalogue),
    ),
    ...encodeWorld(simulation, catalogue),
  };
}

function encodeWorld({ truth }: Simulation, catalogue: readonly CatalogueItem[]) {
  const { visits, tastes, shelf, categories, brands } = truth;
  const names = [...categories.map((name) => `category:${name}`), ...brands.map((name) => `brand:${name}`)];
  return {
    'truth-visits.csv.gz': table(
      'session_id,shopper_id,week,intent',
      visits.map(({ sessionId, shopperId, week, intent }) => csvLine([sessionId, shopperId, week, intent])),
    ),
    'truth-tastes.csv.gz': table(
      csvLine(['shopper_id', 'week', ...names]),
      tastes.map(({ shopperId, week, ...taste }) => csvLine([shopperId, week, ...taste.categories, ...taste.brands])),
    ),
    'truth-items.csv.gz': table(
      'item_id,popularity,appears_ms,out_from_ms,out_until_ms',
      shelf.map(({ appearsAt, outFrom, outUntil }, i) =>
        csvLine([catalogue[i].id, catalogue[i].popularity, appearsAt, outFrom ?? '', outUntil ?? '']),
      ),
    ),
  };
}

export function writeSimulation(files: SimulationFiles, outDir: string): void {
  mkdirSync(outDir, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(outDir, name), bytes);
}

function* eventLines(events: readonly SimulatedEvent[]): Iterable<string> {
  for (const { sessionId, userId, item, kind, at, quantity } of events) {
    yield csvLine([sessionId, userId, item.id, kind, at, item.price, quantity ?? '']);
  }
}

function* impressionLines(slates: readonly SimulatedSlate[], catalogue: readonly CatalogueItem[]): Iterable<string> {
  for (const { slateId, sessionId, userId, at, ...slate } of slates) {
    for (const [position, place] of slate.order.entries()) {
      const [item, clicked] = [catalogue[slate.candidates[place]], slate.clicked[position] ? 1 : 0];
      const propensity = slate.propensities[position].toPrecision(9);
      yield csvLine([slateId, sessionId, userId, at, position, item.id, clicked, propensity]);
    }
  }
}

function* chanceLines(slates: readonly SimulatedSlate[]): Iterable<string> {
  for (const { slateId, order, clickChances } of slates) {
    for (const [position, place] of order.entries()) yield csvLine([slateId, position, clickChances[place]]);
  }
}

/** Lists are separated by spaces; the values are expected clicks in this slate. */
function* slateLines(
  slates: readonly SimulatedSlate[],
  values: readonly PolicyValues[],
  catalogue: readonly CatalogueItem[],
): Iterable<string> {
  for (const [i, { slateId, events, knownEvents, seenUntil, ...slate }] of slates.entries()) {
    const ids = slate.candidates.map((item) => catalogue[item].id);
    const lists = [ids, slate.scores, slate.clickChances].map((list) => list.join(' '));
    const sums = PRICED_POLICIES.map((policy) => values[i][policy].reduce((sum, value) => sum + value, 0).toFixed(8));
    yield csvLine([slateId, events, knownEvents, seenUntil ?? '', ...lists, ...sums]);
  }
}

const csvLine = (fields: readonly (string | number)[]): string =>
  fields
    .map((field) => (/[",\r\n]/.test(String(field)) ? `"${String(field).replaceAll('"', '""')}"` : field))
    .join(',');

const LINES_PER_CHUNK = 50_000;

function table(header: string, lines: Iterable<string>): Uint8Array {
  const chunks: Buffer[] = [];
  let chunk = [header];
  // in pieces, because one text holds at most half a gigabyte, and the lines at once even more
  const close = (): void => {
    if (chunk.length > 0) chunks.push(Buffer.from(`${chunk.join('\n')}\n`));
    chunk = [];
  };
  for (const line of lines) {
    chunk.push(line);
    if (chunk.length === LINES_PER_CHUNK) close();
  }
  close();
  const bytes = gzipSync(Buffer.concat(chunks), { level: 6 });
  // the header names the operating system that wrote it; 255 is "unknown" (RFC 1952), the same everywhere
  bytes[9] = 255;
  return bytes;
}
