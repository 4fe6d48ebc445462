import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DAY_MS } from '../day.ts';
import { openWriter } from '../log-database.ts';
import { openLog } from '../log.ts';
import { createReport } from '../report/report.ts';
import { type ExperimentWorld, WORLD_SET, WORLD_START, createExperimentRows } from './experiment-log.ts';

export interface ReportBenchOptions {
  /** This program's own file: what is measured runs in a process of its own. */
  readonly program: string;
  readonly events: number;
  readonly seed: number;
  readonly progress: (text: string) => void;
}

export interface ReportFigures {
  readonly events: number;
  readonly units: number;
  /** Of reading the log once and doing nothing. */
  readonly readSeconds: number;
  /** Of the report, which reads it twice. */
  readonly reportSeconds: number;
  /** Of the process, at its most. */
  readonly peakMegabytes: number;
  readonly verdict: string;
}

/** Events of a made visitor, about. */
const EVENTS_OF_UNIT = 27;
const ROWS_AT_ONCE = 20_000;

/** Makes a log of about so many events in a temporary folder and has a report made of it. */
export async function benchReport({ program, events, seed, progress }: ReportBenchOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'nearside-report-'));
  const db = join(folder, 'log.sqlite');
  try {
    const units = Math.ceil(events / EVENTS_OF_UNIT);
    writeRows(db, { seed, units, rate: 0.1, effect: 0.05, days: 14 }, progress);
    progress('the report is made');
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'bench', 'report', '--db', db]);
    const figures = JSON.parse(stdout) as ReportFigures;
    return { seed, logBytes: statSync(db).size, ...figures, ratio: figures.reportSeconds / figures.readSeconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeRows(db: string, world: ExperimentWorld, progress: (text: string) => void): void {
  const database = openWriter(db);
  // what is made again at will need not survive a crash
  database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN');
  const insert = database.prepare(
    'INSERT INTO events (id, client_id, received_at, sent_at, body) VALUES (?, ?, ?, ?, ?)',
  );
  let written = 0;
  for (const { clientId, receivedAt, sentAt = null, event } of createExperimentRows(world)) {
    insert.run(event.id, clientId, receivedAt, sentAt, JSON.stringify(event));
    if (++written % ROWS_AT_ONCE === 0) {
      database.exec('COMMIT; BEGIN');
      progress(`${String(written)} of about ${String(world.units * EVENTS_OF_UNIT)} events written`);
    }
  }
  database.exec('COMMIT');
  database.close();
}

/** Measures a report of a made log in this process. */
export async function measureReport(db: string, stopwatch: () => number): Promise<ReportFigures> {
  const log = openLog(db);
  try {
    const started = stopwatch();
    let events = 0;
    for (const { event } of log.read()) events += Number(event.id !== '');
    const read = stopwatch();
    const sets = [{ declaredAt: WORLD_START - DAY_MS, body: WORLD_SET }];
    const report = await createReport({ log, sets, experiment: 'fresh-first', now: WORLD_START + 60 * DAY_MS });
    return {
      events,
      units: report.units.reduce((sum, { exposed }) => sum + exposed, 0),
      readSeconds: (read - started) / 1000,
      reportSeconds: (stopwatch() - read) / 1000,
      peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
      verdict: report.verdict.sentence,
    };
  } finally {
    log.close();
  }
}
