import { EGRESS_LEVELS, type EgressLevel, type SignalInput, parseSignal } from '../core/signal.ts';
import { isProblem } from '../core/problem.ts';
import type { EventDraft } from '../store/feedback.ts';
import { type MetItem, cleanItem } from './met-items.ts';

/** A signal that has been recorded but may not have been committed. */
export interface JournalEntry {
  /** UUIDv7 of the signal: a commit that did succeed is not repeated. */
  readonly id: string;
  /** With its time. */
  readonly input: SignalInput;
  readonly consent: EgressLevel;
  /** Of the last erasure before it; empty before any. */
  readonly erased: string;
  /** What is left to do for it; absent: to store it and make its event. */
  readonly only?: 'signal' | 'event' | undefined;
  /** What was known of the item: the next page may not know it. */
  readonly item?: MetItem | undefined;
}

/** Some 500 bytes each; a page that records and navigates at once leaves all that it has recorded. */
const MAX_ENTRIES = 2_000;

const prefixOf = (storageName: string): string => `${storageName}:journal:`;
/** Of the ids of events that come with no signal and are on their way too. */
const EVENTS_PREFIX = '~';

/** Events that come with no signal, as a page left them. */
export interface LeftEvents {
  readonly drafts: readonly EventDraft[];
  /** Of the last erasure before them. */
  readonly erased: string;
}

/**
 * Signals on their way to IndexedDB, written synchronously. A click on a link ends the page, and with it a transaction
 * that has not committed (seen in Chromium: each click lost); the next page of the site takes up what is left here.
 */
export class Journal {
  readonly #prefix: string;
  readonly #storage: Storage | null;

  constructor(storageName: string, storage: () => Storage) {
    this.#prefix = prefixOf(storageName);
    this.#storage = attempt(storage) ?? null;
  }

  add(entry: JournalEntry): void {
    this.#write(entry.id, entry);
  }

  /** Answers the id that they lie under. */
  addEvents(events: LeftEvents, uuid: string): string {
    const id = EVENTS_PREFIX + uuid;
    this.#write(id, events);
    return id;
  }

  has(id: string): boolean {
    return typeof attempt(() => this.#storage?.getItem(this.#prefix + id)) === 'string';
  }

  remove(id: string): void {
    attempt(() => this.#storage?.removeItem(this.#prefix + id));
  }

  /**
   * The signals that earlier pages left, oldest first. Unreadable entries, and those beyond the newest 2,000, are removed;
   * events too, where they may not be sent.
   */
  entries({ keepsEvents }: { readonly keepsEvents: boolean }): readonly JournalEntry[] {
    const keys = this.#keys();
    const entries: JournalEntry[] = [];
    for (const key of keys.splice(0, Math.max(0, keys.length - MAX_ENTRIES)))
      this.remove(key.slice(this.#prefix.length));
    for (const key of keys) {
      if (keepsEvents && key[this.#prefix.length] === EVENTS_PREFIX) continue;
      const entry = attempt(() => parseEntry(this.#storage?.getItem(key) ?? ''));
      if (entry) entries.push(entry);
      else this.remove(key.slice(this.#prefix.length));
    }
    return entries;
  }

  /** The events that earlier pages left, oldest first, by id; unreadable ones are removed. */
  events(): ReadonlyMap<string, LeftEvents> {
    const found = new Map<string, LeftEvents>();
    for (const key of this.#keys()) {
      const id = key.slice(this.#prefix.length);
      if (!id.startsWith(EVENTS_PREFIX)) continue;
      const left = attempt(() => JSON.parse(this.#storage?.getItem(key) ?? '') as Partial<LeftEvents> | null);
      if (Array.isArray(left?.drafts)) found.set(id, { drafts: left.drafts, erased: left.erased ?? '' });
      else this.remove(id);
    }
    return found;
  }

  /** Everything, or only events that come with no signal. */
  clear(what: 'all' | 'events' = 'all'): void {
    for (const key of this.#keys()) {
      const id = key.slice(this.#prefix.length);
      if (what === 'all' || id.startsWith(EVENTS_PREFIX)) this.remove(id);
    }
  }

  #write(id: string, content: object): void {
    attempt(() => this.#storage?.setItem(this.#prefix + id, JSON.stringify(content)));
  }

  /** Ids are UUIDv7, so their order is that of time. */
  #keys(): string[] {
    const all = attempt(() => Object.keys(this.#storage ?? {})) ?? [];
    return all.filter((key) => key.startsWith(this.#prefix)).sort();
  }
}

function parseEntry(text: string): JournalEntry | undefined {
  const {
    id,
    input,
    consent,
    only,
    item,
    erased = '',
  } = JSON.parse(text) as Partial<Record<keyof JournalEntry, unknown>>;
  const parsed = parseSignal(input);
  const level = EGRESS_LEVELS.find((known) => known === consent);
  return typeof id !== 'string' || typeof erased !== 'string' || isProblem(parsed) || level === undefined
    ? undefined
    : {
        id,
        input: parsed,
        consent: level,
        erased,
        item: cleanItem(item),
        ...((only === 'signal' || only === 'event') && { only }),
      };
}

/** Local storage may be refused, full or gone at any call; the journal is then just not there. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
