import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchResult, EventBatch } from '../../src/core/event.ts';
import { createRandom } from '../../src/core/random.ts';
import { openLog } from '../log.ts';
import { startCollector } from './collector-process.ts';
import { createBatchMaker } from './event-maker.ts';
import { createPoster } from './poster.ts';

export interface CrashOptions {
  /** This program's own file, to start the collector with. */
  readonly program: string;
  readonly cycles: number;
  readonly seed: number;
  readonly progress: (text: string) => void;
}

export interface CrashResult {
  readonly cycles: number;
  readonly seed: number;
  /** Events whose `ok` or `duplicate` had arrived. */
  readonly acked: number;
  readonly stored: number;
  /** Batches sent again because the collector died over them. */
  readonly repeatedBatches: number;
  /** Acked, yet not stored. */
  readonly lost: number;
  /** Ids answered `ok`, which says that they were stored, more than once. */
  readonly doubled: number;
  readonly checks: { readonly 'nothing lost': boolean; readonly 'nothing doubled': boolean };
}

const CLIENTS = 8;
const MAX_EVENTS = 20;
/** The kill comes after 1 to so many answers of a life. */
const MAX_ANSWERS = 60;

/**
 * Kills a collector under load again and again, starts it over the same file, and sends what was not acknowledged again,
 * as a device would, beside one batch of each life that was: of that every event must be known. In the end every event
 * that was acknowledged must be there.
 */
export async function benchCrash({ program, cycles, seed, progress }: CrashOptions): Promise<CrashResult> {
  const folder = mkdtempSync(join(tmpdir(), 'nearside-crash-'));
  const db = join(folder, 'log.sqlite');
  const random = createRandom(seed);
  const make = createBatchMaker(random);
  const sender = createSender(() => make(1 + Math.floor(random() * MAX_EVENTS)));
  try {
    for (let cycle = 1; cycle <= cycles; cycle++) {
      const collector = await startCollector(program, ['collect', '--db', db, '--port', '0']);
      await sender.sendUntilDead(collector.url, 1 + Math.floor(random() * MAX_ANSWERS), () => {
        void collector.stop('SIGKILL');
      });
      await collector.stop('SIGKILL');
      progress(`${String(cycle)} of ${String(cycles)} cycles`);
    }
    const { acked, doubled, repeatedBatches } = sender;
    const { stored, lost } = countStored(db, acked);
    const checks = { 'nothing lost': lost === 0, 'nothing doubled': doubled.size === 0 };
    return { cycles, seed, acked: acked.size, stored, repeatedBatches, lost, doubled: doubled.size, checks };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Sends batches until the collector is gone; what then waits for an answer comes first the next time. */
function createSender(make: () => EventBatch) {
  const { acked, doubled, note } = createNotes();
  let answered: EventBatch | undefined;
  let unanswered: EventBatch[] = [];
  let repeatedBatches = 0;
  const sendUntilDead = async (url: string, maxAnswers: number, kill: () => void): Promise<void> => {
    const poster = createPoster(url);
    repeatedBatches += unanswered.length;
    const waiting = [...unanswered, ...(answered ? [answered] : [])];
    unanswered = [];
    let answers = 0;
    const client = async (): Promise<void> => {
      for (;;) {
        const batch = waiting.pop() ?? make();
        try {
          const { status, body } = await poster.post(Buffer.from(JSON.stringify(batch)));
          if (status !== 200) throw new Error(`the collector answered ${String(status)}: ${body}`);
          note(JSON.parse(body) as BatchResult);
          answered = batch;
        } catch (error) {
          unanswered.push(batch);
          if (error instanceof Error && 'code' in error) return;
          throw error;
        }
        if (++answers === maxAnswers) kill();
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    unanswered.push(...waiting);
    poster.close();
  };
  return {
    acked,
    doubled,
    sendUntilDead,
    get repeatedBatches() {
      return repeatedBatches;
    },
  };
}

/** Of answers: ids that were acknowledged, and those said to be stored more than once. */
function createNotes() {
  const [acked, stored, doubled] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const note = ({ results }: BatchResult): void => {
    for (const [id, { status }] of Object.entries(results)) {
      if (status === 'ok' || status === 'duplicate') acked.add(id);
      if (status === 'ok') (stored.has(id) ? doubled : stored).add(id);
    }
  };
  return { acked, doubled, note };
}

function countStored(db: string, acked: ReadonlySet<string>) {
  const log = openLog(db);
  const ids = new Set<string>();
  for (const { event } of log.read()) ids.add(event.id);
  log.close();
  return { stored: ids.size, lost: [...acked].filter((id) => !ids.has(id)).length };
}
