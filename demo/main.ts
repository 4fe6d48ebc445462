import { fileURLToPath } from 'node:url';
import { createApp } from '../collector/app.ts';
import { type EventLog, createLog } from '../collector/log.ts';
import { declareExperiments, readDeclaredSets } from '../collector/report/declared-sets.ts';
import { type ReportDesk, openReportDesk } from '../collector/report-desk.ts';
import { serveApp } from '../collector/serve.ts';
import experiments from './experiments.json' with { type: 'json' };
import { createShop } from './server.ts';

const DEFAULT_PORT = 4173;
const DEFAULT_DB = 'var/nearside.sqlite';
const USAGE_ERROR = 2;

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Shop and collector on one port, until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const port = parsePort(process.env['PORT']);
  const host = process.env['HOST'] || '127.0.0.1';
  if (port === undefined) return fail(`PORT must be 0 to 65535, got "${process.env['PORT'] ?? ''}"`);
  const db = process.env['DB'] || DEFAULT_DB;
  const log = openLog(db);
  if (typeof log === 'string') return fail(log);
  const desk = openReportDesk(db);
  const shop = openShop(log, db, desk);
  const server = await serveApp(shop, { port, host }).catch((error: unknown) => explain(error, port));
  if (typeof server === 'string') {
    log.close();
    return fail(server);
  }
  process.stdout.write(`Nearside demo: ${server.url}/\nReports of its experiments: ${server.url}/reports\n`);
  let stopping = false;
  const stop = (): void => {
    // Ctrl-C comes twice under npm: from the terminal and from npm; the second must not cut the first off
    if (stopping) return;
    stopping = true;
    void Promise.all([server.close(), desk.close()]).then(() => {
      log.close();
      process.exit(0);
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function openShop(log: EventLog, db: string, desk: ReportDesk): ReturnType<typeof createShop> {
  declareExperiments(db, experiments, Date.now());
  return createShop({
    collectorApp: createApp({ log, clock: Date.now, experiments: readDeclaredSets(db), reports: { desk } }),
    distDir: fromHere('../dist/'),
    bundleDir: fromHere('bundle/'),
    largeBundleDir: fromHere('bundle-large/'),
    scriptsDir: fromHere('../build/tsc/demo/browser/'),
    clock: Date.now,
  });
}

function openLog(file: string): ReturnType<typeof createLog> | string {
  try {
    return createLog(file);
  } catch (error) {
    return `cannot open the database ${file}: ${messageOf(error)}`;
  }
}

function explain(error: unknown, port: number): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `port ${String(port)} is taken; choose another: PORT=${String(port + 1)} npm start`;
  return `cannot listen on port ${String(port)}: ${messageOf(error)}`;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : undefined;
}

function fail(message: string): void {
  process.stderr.write(`Nearside demo: ${message}\n`);
  process.exitCode = USAGE_ERROR;
}

await main();
