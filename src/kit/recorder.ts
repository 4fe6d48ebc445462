import type { AttributionWindows } from '../core/attribution.ts';
import { lowerLevel } from '../core/consent.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import { type Signal, type SignalInput, parseSignal } from '../core/signal.ts';
import { type CommittedSignal, commitSignal } from '../store/commit-signal.ts';
import { eventKindOf } from '../store/feedback.ts';
import type { QueuedEvents } from '../store/outbox-state.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { createUuid } from '../core/uuid.ts';
import type { Consents } from './consents.ts';
import type { Held } from './held.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { MetItems } from './met-items.ts';
import type { Settings } from './settings.ts';

export interface RecorderOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  readonly met: MetItems;
  readonly journal: Journal;
  readonly held: Held;
  /** As the bundle has them that is there by now. */
  readonly windows: () => AttributionWindows;
  /** Told of each signal that has been stored. */
  readonly onStored: (signal: Signal) => void;
  readonly onQueued: (queued: QueuedEvents) => void;
}

/** What is left to do for a signal. */
interface Act {
  readonly entry: Omit<JournalEntry, 'consent'>;
  readonly keeps: boolean;
  readonly tells: boolean;
}

interface Committed extends CommittedSignal {
  readonly isStored: boolean;
}

/** Checks what the page hands in and commits it. */
export class Recorder {
  readonly #options: RecorderOptions;

  /** The events that came with what earlier pages recorded and could not commit; settles before the first commit. */
  readonly recovered: Promise<readonly QueuedEvents[]>;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const { consents, egress } = options.settings;
    const keepsEvents = egress !== 'none' || consents.awaits('measurement');
    // while an answer is awaited, it is for a later page to take them up
    const left = consents.awaits('personalisation') ? [] : options.journal.entries({ keepsEvents });
    this.recovered = this.#recover(left);
  }

  /**
   * Commits one signal at `at`, or at its own time. `signal_invalid`, `storage_failed`, `consent_pending` or
   * `consent_denied`, which may have made an event, or `aborted` where everything has been erased meanwhile.
   */
  async record(given: SignalInput): Promise<Signal | Problem> {
    const { settings, met } = this.#options;
    const at = settings.clock();
    const parsed = parseSignal(given);
    if (isProblem(parsed)) return parsed;
    // a session of the site's own is for imports
    const input = { at, ...parsed };
    delete input.sessionId;
    const { stamp: erased } = settings.erasures;
    const entry = { id: createUuid(settings), input, item: met.find(input.itemId), erased };
    return this.#act({ entry, keeps: true, tells: eventKindOf(input) !== null });
  }

  async #recover(entries: readonly JournalEntry[]): Promise<readonly QueuedEvents[]> {
    const found: { readonly entry: JournalEntry; readonly queued: QueuedEvents }[] = [];
    for (const entry of entries) {
      const committed = await this.#commit(entry);
      if (!isProblem(committed) && committed?.queued) found.push({ entry, queued: committed.queued });
    }
    // many take a while
    return found.flatMap(({ entry, queued }) => (this.#isErased(entry) ? [] : [queued]));
  }

  /** Does what is agreed to now, and holds in memory what an answer is awaited for. */
  async #act({ entry, ...act }: Act): Promise<Signal | Problem> {
    const { settings, journal, held, onStored, onQueued } = this.#options;
    const { consents, egress } = settings;
    const left = {
      keeps: act.keeps && consents.awaits('personalisation'),
      tells: act.tells && consents.awaits('measurement'),
    };
    if (left.keeps || left.tells) held.add(() => this.#act({ entry, ...left }));
    const keeps = act.keeps && consents.isPersonal;
    const tells = act.tells && consents.tells;
    if (!keeps && !tells) return refusalOf(consents);
    const only = keeps ? (act.tells ? undefined : ('signal' as const)) : ('event' as const);
    // what has waited for an answer is recorded under that answer
    const draft = { ...entry, only, consent: egress };
    // before the first await: the page may end any moment
    journal.add(draft);
    await this.recovered;
    const committed = await this.#commit(draft);
    if (this.#isErased(entry)) return ERASED;
    if (isProblem(committed)) return committed;
    if (committed?.queued?.events.length) onQueued(committed.queued);
    if (!committed?.isStored) return refusalOf(consents);
    if (committed.added) onStored(committed.signal);
    return committed.signal;
  }

  #isErased({ erased }: Pick<JournalEntry, 'erased'>): boolean {
    return erased !== this.#options.settings.erasures.stamp;
  }

  /** Undefined where consent has been withdrawn since, or everything erased, and nothing is left to do. */
  async #commit(entry: JournalEntry): Promise<Committed | Problem | undefined> {
    const { settings, opened, journal, windows } = this.#options;
    try {
      const { storage } = await opened;
      // from here to the transaction nothing is awaited: a withdrawal comes before all of this or after it
      const isStored = entry.only !== 'event' && settings.consents.isPersonal;
      const only = isStored ? entry.only : 'event';
      const consent = lowerLevel(entry.consent, settings.egress);
      const { unitId } = settings;
      const isNothing = this.#isErased(entry) || (!isStored && (consent === 'none' || entry.only === 'signal'));
      const committed = isNothing
        ? undefined
        : {
            ...(await commitSignal(storage, { ...entry, only, consent, unitId, windows: windows() }, settings)),
            isStored,
          };
      journal.remove(entry.id);
      return committed;
    } catch (error) {
      if (this.#isErased(entry)) journal.remove(entry.id);
      // it stays in the journal for the next page: asking the caller to try again would store it twice
      return storageFailed('the signal', error);
    }
  }
}

export const ERASED = createProblem('aborted', 'everything was erased while the signal was on its way');

export const storageFailed = (what: string, error: unknown): Problem =>
  createProblem('storage_failed', `${what} could not be stored: ${String(error)}`);

/** Why no signal may be stored now. */
export const refusalOf = (consents: Consents): Problem =>
  consents.awaits('personalisation')
    ? createProblem('consent_pending', 'the signal is not stored before the visitor agrees to personalisation')
    : createProblem('consent_denied', 'the signal is not stored: the visitor has not agreed to personalisation');
