import { readFileSync } from 'node:fs';
import type { AppOptions, RequestReport, RunningServer, WriteKeys } from '../collector/index.ts';
import { type Values, defineCommand } from './command.ts';
import { FORWARD_OPTIONS, startForwarding } from './forwarding.ts';
import { readExperiments } from './experiments.ts';
import { parseInteger } from './integer.ts';
import type { Io } from './io.ts';
import { readReportToken } from './report-token.ts';
import { untilStopped } from './until-stopped.ts';
import { UsageError } from './usage-error.ts';

/** A client's burst, in seconds of its rate. */
const BURST_SECONDS = 10;
const RETAIN_EVERY_MS = 3_600_000;

const OPTIONS = {
  db: { type: 'string', value: 'FILE', required: true, help: 'SQLite database, made where there is none' },
  port: { type: 'string', value: 'N', required: true, help: '0 to 65535; 0 takes any free port' },
  host: { type: 'string', value: 'H', default: '127.0.0.1', help: 'address to listen on' },
  'allow-origin': {
    type: 'string',
    value: 'ORIGIN',
    multiple: true,
    help: 'another origin whose pages may post, such as https://shop.example',
  },
  keys: {
    type: 'string',
    value: 'FILE',
    help: 'JSON with write keys and their origins: only batches with one are taken',
  },
  experiments: {
    type: 'string',
    value: 'FILE',
    help: 'JSON of the experiments: declares them, and has /metrics count exposures to an arm that is not the unit’s',
  },
  'report-token-file': {
    type: 'string',
    value: 'FILE',
    help: 'holds the password of /reports, which are shown with it alone; without it there are none',
  },
  rate: { type: 'string', value: 'N', help: 'batches a second of one client address, 10 times as many at once' },
  'trust-proxy': { type: 'boolean', help: "the client's address is the last of X-Forwarded-For" },
  'max-connections': { type: 'string', value: 'N', default: '1000', help: 'open at once' },
  'retain-days': { type: 'string', value: 'N', help: 'delete what is older, every hour' },
  ...FORWARD_OPTIONS,
  log: {
    type: 'string',
    value: 'failures|requests',
    default: 'failures',
    help: 'what is written to stderr, a JSON object a line, nothing of any content',
  },
} as const;

export const collectCommand = defineCommand({
  name: 'collect',
  summary: 'Run the collector alone and print its URL once it listens; SIGINT or SIGTERM stops it',
  options: OPTIONS,
  run: async (values, io) => {
    const { db, host } = values;
    const settings = readSettings(values);
    const token = readReportToken(values['report-token-file']);
    const keys = values.keys === undefined ? undefined : await readKeys(values.keys);
    const set = values.experiments === undefined ? undefined : await readSet(values.experiments);
    const { createApp, createLog, declareExperiments, isOrigin, openReportDesk, readDeclaredSets, serveApp } =
      await import('../collector/index.ts');
    const wrong = values['allow-origin'].find((origin): boolean => !isOrigin(origin));
    if (wrong !== undefined)
      throw new UsageError(`--allow-origin must be an origin such as https://shop.example, got "${wrong}"`);
    const log = createLog(db);
    const forwarding = await startForwarding(values, (line) => writeLine(io, line)).catch((error: unknown) => {
      log.close();
      throw error;
    });
    const reports = token === undefined ? undefined : { desk: openReportDesk(db), token };
    try {
      const reporter = createReporter(io, values.log);
      if (set) declareExperiments(db, set.body, Date.now());
      const experiments = readDeclaredSets(db);
      const app = createApp({
        ...settings.app,
        ...(keys && { keys }),
        ...(reports && { reports }),
        experiments,
        ...reporter,
        ...forwarding.join(log),
      });
      const { port, maxConnections } = settings;
      const server = await serveApp(app, { port, host, limits: { maxConnections } }).catch((error: Error) => {
        throw new UsageError(`cannot listen on port ${String(port)} of ${host}: ${error.message}`);
      });
      await runUntilStopped(server, { io, ...settings, db });
    } finally {
      await reports?.desk.close();
      await forwarding.close();
      log.close();
    }
  },
});

function readSettings(values: Values<typeof OPTIONS>) {
  const { 'allow-origin': allowedOrigins, rate, 'retain-days': retainDays, log } = values;
  if (log !== 'failures' && log !== 'requests')
    throw new UsageError(`--log must be failures or requests, got "${log}"`);
  const ratePerSecond = rate === undefined ? undefined : parseInteger(rate, { flag: 'rate', min: 1 });
  const app: Omit<AppOptions, 'log'> = {
    ...{ allowedOrigins, trustProxy: values['trust-proxy'] },
    ...(ratePerSecond && { rateLimit: { ratePerSecond, burst: ratePerSecond * BURST_SECONDS } }),
  };
  const days = { flag: 'retain-days', min: 1, max: 36_500 };
  return {
    app,
    port: parseInteger(values.port, { flag: 'port', max: 65535 }),
    maxConnections: parseInteger(values['max-connections'], { flag: 'max-connections', min: 1 }),
    ...(retainDays !== undefined && { retainDays: parseInteger(retainDays, days) }),
  };
}

/** Throws a UsageError that names what pages or reports could not read. */
async function readSet(file: string) {
  const read = await readExperiments(file);
  const [wrong] = read.findings;
  if (wrong) throw new UsageError(`--experiments ${file}: ${wrong.message}`);
  return read;
}

async function readKeys(file: string): Promise<WriteKeys> {
  const { parseWriteKeys } = await import('../collector/index.ts');
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--keys ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const keys = parseWriteKeys(value);
  if ('kind' in keys) throw new UsageError(`--keys ${file}: ${keys.message}`);
  return keys;
}

const writeLine = (io: Io, line: object): void => io.warn(JSON.stringify({ time: new Date().toISOString(), ...line }));

function createReporter(io: Io, log: string): Pick<AppOptions, 'onStoreError' | 'onRequest'> {
  const isWorthIt = ({ status }: RequestReport): boolean => log === 'requests' || status >= 500;
  return {
    onStoreError: (message) => writeLine(io, { level: 'error', event: 'store_failed', message }),
    onRequest: (report) => {
      const durationMs = Number(report.durationMs.toFixed(1));
      if (isWorthIt(report))
        writeLine(io, { level: report.status < 500 ? 'info' : 'error', event: 'request', ...report, durationMs });
    },
  };
}

interface Run {
  readonly io: Io;
  readonly db: string;
  readonly retainDays?: number;
}

async function runUntilStopped(server: RunningServer, { io, db, retainDays }: Run): Promise<void> {
  const stopped = untilStopped();
  const endRetention = retainDays === undefined ? undefined : await startRetention(db, retainDays, io);
  io.print({ url: server.url });
  await stopped;
  await server.close();
  await endRetention?.();
}

/** Now and every hour. Returns what ends it. */
async function startRetention(db: string, days: number, io: Io): Promise<() => Promise<void>> {
  const { retainLog } = await import('../collector/index.ts');
  const ending = new AbortController();
  let last = Promise.resolve();
  const retain = (): void => {
    last = retainLog(db, { days, now: Date.now(), signal: ending.signal }).then(
      ({ unforwarded }) => {
        if (unforwarded !== undefined) writeLine(io, { level: 'warning', event: 'retain_waits', unforwarded });
      },
      (error: Error) => writeLine(io, { level: 'error', event: 'retain_failed', message: error.message }),
    );
  };
  retain();
  const timer = setInterval(retain, RETAIN_EVERY_MS);
  return () => {
    clearInterval(timer);
    ending.abort();
    return last;
  };
}
