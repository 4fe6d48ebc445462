import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { quote } from './duck.ts';
import type { Tombstone } from './erase.ts';

/** Readers of Hive folders leave out names that begin so. */
const STATE_FILE = '_nearside.json';
const VERSION = 1;
const PART = 'part-0.parquet';

/** What an archive remembers beside its rows. */
export interface ArchiveState {
  readonly tombstones: readonly Tombstone[];
  /** Up to where each stream is archived, by its name. */
  readonly streams: Readonly<Record<string, number>>;
}

/** Reads what an archive remembers. Throws where the folder is none. */
export function readArchiveState(folder: string): ArchiveState {
  const file = join(folder, STATE_FILE);
  if (!existsSync(file)) throw new Error(`${folder} is no archive: it has no ${STATE_FILE}`);
  const { version, tombstones, streams } = JSON.parse(readFileSync(file, 'utf8')) as ArchiveState & { version: number };
  if (version !== VERSION) throw new Error(`${file}: version ${String(version)} is not one this version knows`);
  return { tombstones, streams };
}

/** The same for a folder that is to become an archive. Throws where it holds anything else. */
export function prepareArchive(folder: string): ArchiveState {
  mkdirSync(folder, { recursive: true });
  if (existsSync(join(folder, STATE_FILE))) return readArchiveState(folder);
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is neither empty nor an archive`);
  const state = { tombstones: [], streams: {} };
  saveArchiveState(folder, state);
  return state;
}

export function saveArchiveState(folder: string, state: ArchiveState): void {
  const next = join(folder, `${STATE_FILE}.next`);
  writeFileSync(next, `${JSON.stringify({ version: VERSION, ...state })}\n`);
  putInPlace(next, join(folder, STATE_FILE));
}

/** The days of an archive in their order, such as 2026-01-31. */
export const listDays = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /^day=\d{4,}-\d\d-\d\d$/.test(name) && existsSync(join(folder, name, PART)))
    .map((name) => name.slice('day='.length))
    .sort();

export const dayFile = (folder: string, day: string): string => join(folder, `day=${day}`, PART);

/** Rows of some days as SQL reads them. DuckDB takes names for patterns, so what is special in one is escaped. */
export const parquetOf = (folder: string, days: readonly string[], options = ''): string =>
  `read_parquet([${days.map((day) => quote(dayFile(folder, day).replace(/[*?[]/g, '[$&]'))).join()}], hive_partitioning = false${options})`;

/** Readers find the old file or the new one, whole, at any moment, and after a power cut. */
export function putInPlace(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  syncToDisk(from);
  renameSync(from, to);
  syncToDisk(dirname(to));
}

export function removeDay(folder: string, day: string): void {
  const file = dayFile(folder, day);
  rmSync(file);
  const rest = readdirSync(dirname(file));
  if (rest.length === 0) rmdirSync(dirname(file));
  syncToDisk(folder);
}

function syncToDisk(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
