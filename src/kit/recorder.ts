import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import { type Signal, type SignalInput, parseSignal } from '../core/signal.ts';
import { type CommittedSignal, commitSignal } from '../store/commit-signal.ts';
import { importSignals } from '../store/import-signals.ts';
import type { QueuedEvents } from '../store/outbox-state.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { createUuid } from '../core/uuid.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { MetItems } from './met-items.ts';
import type { Settings } from './settings.ts';
import type { ImportResult } from './types.ts';

export interface RecorderOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  readonly met: MetItems;
  readonly journal: Journal;
}

/** Checks what the page hands in and commits it. */
export class Recorder {
  readonly #options: RecorderOptions;

  /** The events that came with what earlier pages recorded and could not commit; settles before the first commit. */
  readonly recovered: Promise<readonly QueuedEvents[]>;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.recovered = this.#recover(options.journal.entries(options.settings));
  }

  /** Commits one signal at `at`, or at its own time. `signal_invalid` or `storage_failed`. */
  async record(given: SignalInput): Promise<CommittedSignal | Problem> {
    const { settings, met, journal } = this.#options;
    const at = settings.clock();
    const parsed = parseSignal(given);
    if (isProblem(parsed)) return parsed;
    // a session of the site's own is for imports
    const input = { at, ...parsed };
    delete input.sessionId;
    const entry = { id: createUuid(settings), input, consent: settings.egress, item: met.find(input.itemId) };
    // before the first await: the page may end any moment
    journal.add(entry);
    await this.recovered;
    return this.#commit(entry);
  }

  async import(given: readonly SignalInput[]): Promise<ImportResult> {
    const { settings, opened, met } = this.#options;
    if (!Array.isArray(given)) {
      return { imported: 0, problems: [createProblem('signal_invalid', 'signals not imported: it takes an array')] };
    }
    const problems: Problem[] = [];
    const inputs: (SignalInput & Pick<Signal, 'at'>)[] = [];
    for (const entry of given as readonly unknown[]) {
      const parsed = parseSignal(entry);
      if (isProblem(parsed)) problems.push(parsed);
      else if (parsed.at === undefined) {
        problems.push(createProblem('signal_invalid', 'signal not imported: it needs its time "at"'));
      } else inputs.push({ ...parsed, at: parsed.at });
    }
    inputs.sort((a, b) => a.at - b.at);
    const draft = { inputs, itemOf: (itemId: string) => met.find(itemId), consent: settings.egress };
    try {
      return { imported: await importSignals((await opened).storage, draft, settings), problems };
    } catch (error) {
      return { imported: 0, problems: [...problems, failed('the import', error)] };
    }
  }

  async #recover(entries: readonly JournalEntry[]): Promise<readonly QueuedEvents[]> {
    const queued: QueuedEvents[] = [];
    for (const entry of entries) {
      // consent may have been withdrawn since
      const consent = this.#options.settings.egress === 'none' ? 'none' : entry.consent;
      const committed = await this.#commit({ ...entry, consent });
      if (!isProblem(committed) && committed.queued) queued.push(committed.queued);
    }
    return queued;
  }

  async #commit(entry: JournalEntry): Promise<CommittedSignal | Problem> {
    const { settings, opened, journal } = this.#options;
    try {
      const { storage } = await opened;
      const committed = await commitSignal(storage, { ...entry, unitId: settings.unitId }, settings);
      journal.remove(entry.id);
      return committed;
    } catch (error) {
      // it stays in the journal for the next page: asking the caller to try again would store it twice
      return failed('the signal', error);
    }
  }
}

const failed = (what: string, error: unknown): Problem =>
  createProblem('storage_failed', `${what} could not be stored: ${String(error)}`);
