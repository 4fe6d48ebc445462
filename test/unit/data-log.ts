import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readCheckedLog } from '../../training/checked-log.ts';
import { type DataFinding, DataRefusedError, type FindingCode } from '../../training/data-finding.ts';
import { createNeutralCatalogue } from '../../training/simulate-catalogue.ts';
import { SIMULATION_END_MS } from '../../training/simulate-model.ts';
import { type CatalogueItem, type SimulatedEvent, simulate } from '../../training/simulate.ts';

/** One row of `events.csv.gz` or `items.csv.gz`, by column. */
export type Row = Readonly<Record<string, string | number>>;

export interface TestLog {
  readonly events: readonly Row[];
  readonly items: readonly Row[];
}

export function createTestLog(catalogue: readonly CatalogueItem[], options: { visits: number; seed: number }): TestLog {
  const { events } = simulate({ catalogue, ...options });
  return {
    events: events.map(eventRow),
    items: catalogue.map(({ id, title, category, brand, price }) => ({ item_id: id, title, category, brand, price })),
  };
}

const eventRow = ({ sessionId, userId, item, kind, at }: SimulatedEvent): Row => ({
  session_id: sessionId,
  user_id: userId,
  item_id: item.id,
  event_type: kind,
  timestamp_ms: at,
});

/** Its rows from one moment to another, whole sessions. */
export function between({ events, items }: TestLog, from: number, to: number): TestLog {
  const starts = new Map<string, number>();
  for (const { session_id: id, timestamp_ms: at } of events) {
    starts.set(String(id), Math.min(starts.get(String(id)) ?? Infinity, Number(at)));
  }
  const isIn = ({ session_id: id }: Row): boolean => {
    const start = starts.get(String(id)) ?? 0;
    return start >= from && start < to;
  };
  return { events: events.filter(isIn), items };
}

const root = mkdtempSync(join(tmpdir(), 'nearside-data-'));

/** Writes a log; files and folders lie under one temporary folder. */
export function writeLog({ events, items }: TestLog): string {
  const folder = mkdtempSync(join(root, 'log-'));
  const put = (name: string, rows: readonly Row[]): void => {
    const lines = [Object.keys(rows[0] ?? {}).join(','), ...rows.map((row) => Object.values(row).join(',')), ''];
    writeFileSync(join(folder, name), gzipSync(lines.join('\n')));
  };
  put('events.csv.gz', events);
  put('items.csv.gz', items);
  return folder;
}

/** Writes a manifest with only a profile. */
export function writeManifest(dataProfile: object | undefined): string {
  const file = join(mkdtempSync(join(root, 'manifest-')), 'manifest.json');
  writeFileSync(file, JSON.stringify({ dataProfile }));
  return file;
}

export const testFolder = root;

export const DAY = 86_400_000;
export const WEEK = 7 * DAY;
export const ignore = (): undefined => undefined;

/** 60 days of a shop. */
export const whole = createTestLog(createNeutralCatalogue(120, 1), { visits: 1500, seed: 1 });

/** A manifest with the profile of all but the last week of `whole`. */
export async function createPrevious(): Promise<string> {
  const dataDir = writeLog(between(whole, 0, SIMULATION_END_MS - WEEK));
  const { profileBefore } = await readCheckedLog({ dataDir, warn: ignore });
  return writeManifest(profileBefore(Infinity));
}

export const mapEvents = ({ events, items }: TestLog, map: (row: Row, i: number) => Row): TestLog => ({
  events: events.map(map),
  items,
});
export const mapItems = ({ events, items }: TestLog, map: (row: Row, i: number) => Row): TestLog => ({
  events,
  items: items.map(map),
});

/** Whether a row of `whole` lies in its last week. */
export const isFresh = ({ timestamp_ms: at }: Row): boolean => Number(at) >= SIMULATION_END_MS - WEEK;

/** Findings of a log, refused or not, with what was read. */
export async function check(log: TestLog, options: { previous?: string; accept?: readonly FindingCode[] } = {}) {
  try {
    const read = await readCheckedLog({ dataDir: writeLog(log), warn: ignore, ...options });
    return { findings: read.findings, log: read.log };
  } catch (error) {
    if (!(error instanceof DataRefusedError)) throw error;
    return { findings: error.findings, log: undefined };
  }
}

export const codes = (findings: readonly DataFinding[]): string[] =>
  findings.map(({ code, action }) => `${action} ${code}`);
