import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchResult } from '../../src/core/event.ts';
import { createRandom } from '../../src/core/random.ts';
import { openLog } from '../log.ts';
import { parseEvent } from '../wire-event.ts';
import { type FuzzedBody, createBodyMaker } from './bodies.ts';
import { type CollectorProcess, startCollector } from './collector-process.ts';
import { type Poster, createPoster } from './poster.ts';

export interface FuzzOptions {
  /** This program's own file, to start the collector with. */
  readonly program: string;
  readonly bodies: number;
  readonly seed: number;
  /** Folder of bodies that are sent first and spoilt further; gets what makes the collector fail. */
  readonly corpus?: string;
  readonly progress: (text: string) => void;
}

export interface FuzzResult {
  readonly bodies: number;
  readonly seed: number;
  /** Answers by HTTP status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly stored: number;
  /** Bodies that got an answer at the second try alone: their connection had been closed after the body before. */
  readonly hungUp: number;
  /** 5xx but 503, no answer, an answer of another shape: the first ten, in words. */
  readonly failures: readonly string[];
  readonly failureCount: number;
  /** Resident memory before the first body, after a tenth of them, and at most from then on, MB. */
  readonly startMb: number;
  readonly warmMb: number;
  readonly peakMb: number;
  readonly checks: Readonly<
    Record<'no failure' | 'no crash' | 'what is stored can be read' | 'memory bounded', boolean>
  >;
}

const CLIENTS = 16;
const MEMORY_EVERY = 500;
const MAX_NAMED = 10;
/** Above what a warm collector has: garbage that is still to be collected, a few bodies of 1 MB among it. */
const MEMORY_SLACK_MB = 150;
const STATUSES = [200, 400, 413, 415, 503];

/** Sends made-up bodies to a running collector, and looks at what it answers, stores and needs. */
export async function benchFuzz({ program, bodies, seed, corpus, progress }: FuzzOptions): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), 'nearside-fuzz-'));
  const db = join(folder, 'log.sqlite');
  const known = corpus === undefined ? [] : readdirSync(corpus).map((name) => readFileSync(join(corpus, name)));
  const collector = await startCollector(program, ['collect', '--db', db, '--port', '0']);
  try {
    const fuzzed = createBodyMaker(createRandom(seed), known);
    const first = known.map((bytes): FuzzedBody => ({ bytes, headers: { 'content-type': 'application/json' } }));
    const next = (): FuzzedBody => first.pop() ?? fuzzed();
    const keep = (body: FuzzedBody): void => (corpus === undefined ? undefined : keepBody(corpus, body));
    const sent = await sendAll(collector, { bodies, next, keep, progress });
    const hasCrashed = collector.ended() !== undefined;
    await collector.stop('SIGTERM');
    const { stored, unreadable } = readStored(db);
    const checks = {
      'no failure': sent.failureCount === 0,
      'no crash': !hasCrashed && collector.ended() === 'ended with 0',
      'what is stored can be read': unreadable === 0 && stored > 0,
      'memory bounded': sent.peakMb <= sent.warmMb + MEMORY_SLACK_MB,
    };
    return { bodies, seed, stored, ...sent, checks };
  } finally {
    await collector.stop('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

interface Sending {
  readonly bodies: number;
  readonly next: () => FuzzedBody;
  readonly keep: (body: FuzzedBody) => void;
  readonly progress: (text: string) => void;
}

async function sendAll(collector: CollectorProcess, { bodies, next, keep, progress }: Sending) {
  const poster = createPoster(collector.url);
  const statuses: Record<string, number> = {};
  const failures: string[] = [];
  const startMb = readMemoryMb(collector.pid);
  let [sent, hungUp, failureCount, warmMb, peakMb] = [0, 0, 0, 0, 0];
  const watchMemory = (): void => {
    const nowMb = readMemoryMb(collector.pid);
    if (sent <= Math.max(bodies / 10, MEMORY_EVERY)) warmMb = Math.max(warmMb, nowMb);
    peakMb = Math.max(peakMb, nowMb);
    progress(`${String(sent)} of ${String(bodies)} bodies`);
  };
  const client = async (): Promise<void> => {
    while (sent < bodies && collector.ended() === undefined) {
      if (++sent % MEMORY_EVERY === 0) watchMemory();
      const body = next();
      const { status, failure, tries } = await send(poster, body);
      if (failure === undefined && tries > 1) hungUp++;
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (failure === undefined) continue;
      failureCount++;
      keep(body);
      if (failures.length < MAX_NAMED) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  poster.close();
  return { statuses, hungUp, failures, failureCount, startMb, warmMb, peakMb };
}

interface Sent {
  readonly status: string;
  readonly tries: number;
  readonly failure?: string;
}

/**
 * The server ends a connection half a second after it has answered a body before its end, as with 413. A client may have
 * begun its next request there by then, and tries it again (RFC 9112, section 9.3.1): no answer twice is a failure.
 */
async function send(poster: Poster, { bytes, headers }: FuzzedBody, tries = 1): Promise<Sent> {
  try {
    const { status, body } = await poster.post(bytes, headers);
    const failure = findWrong(status, body);
    return { status: String(status), tries, ...(failure !== undefined && { failure }) };
  } catch (error) {
    if (tries === 1) return send(poster, { bytes, headers }, 2);
    const failure = `no answer: ${error instanceof Error ? error.message : String(error)}`;
    return { status: 'none', tries, failure };
  }
}

/** What an answer lacks of the documented shape. */
function findWrong(status: number, body: string): string | undefined {
  if (!STATUSES.includes(status)) return `status ${String(status)}: ${body}`;
  const answer = JSON.parse(body) as Partial<BatchResult> & { readonly error?: { readonly code?: unknown } };
  if (status !== 200) return typeof answer.error?.code === 'string' ? undefined : `no error code: ${body}`;
  const isWhole = typeof answer.results === 'object' && Number.isInteger(answer.rejected) && answer.time !== undefined;
  return isWhole ? undefined : `an answer without results: ${body}`;
}

/** `ps` has it on every system that has processes like these. */
const readMemoryMb = (pid: number): number =>
  Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024);

function keepBody(corpus: string, { bytes }: FuzzedBody): void {
  mkdirSync(corpus, { recursive: true });
  writeFileSync(join(corpus, `${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.body`), bytes);
}

function readStored(db: string): { stored: number; unreadable: number } {
  const log = openLog(db);
  let [stored, unreadable] = [0, 0];
  for (const { event } of log.read()) {
    stored++;
    if (parseEvent(event).kind !== 'event') unreadable++;
  }
  log.close();
  return { stored, unreadable };
}
