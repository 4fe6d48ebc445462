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
    const ids = this.#ids();
    ids.splice(0, Math.max(0, ids.length - MAX_ENTRIES)).forEach((id) => this.remove(id));
    const wanted = ids.filter((id) => !keepsEvents || !isOfEvents(id));
    return [...this.#readAll(wanted, parseEntry).values()];
  }

  /** The events that earlier pages left, oldest first, by id; unreadable ones are removed. */
  events(): ReadonlyMap<string, LeftEvents> {
    return this.#readAll(this.#ids().filter(isOfEvents), parseLeft);
  }

  /** Everything, or only signals, or only events that come with none. */
  clear(what: 'all' | 'signals' | 'events' = 'all'): void {
    for (const id of this.#ids()) if (what === 'all' || isOfEvents(id) === (what === 'events')) this.remove(id);
  }

  #write(id: string, content: object): void {
    attempt(() => this.#storage?.setItem(this.#prefix + id, JSON.stringify(content)));
  }

  #readAll<T>(ids: readonly string[], parse: (value: unknown) => T | undefined): Map<string, T> {
    const found = new Map<string, T>();
    for (const id of ids) {
      const value = attempt(() => parse(JSON.parse(this.#storage?.getItem(this.#prefix + id) ?? '')));
      if (value === undefined) this.remove(id);
      else found.set(id, value);
    }
    return found;
  }

  /** They are UUIDv7, so their order is that of time. */
  #ids(): string[] {
    const all = attempt(() => Object.keys(this.#storage ?? {})) ?? [];
    const prefix = this.#prefix;
    return all.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : [])).sort();
  }
}

const isOfEvents = (id: string): boolean => id.startsWith(EVENTS_PREFIX);

function parseLeft(value: unknown): LeftEvents | undefined {
  const { drafts, erased = '' } = value as Partial<LeftEvents>;
  return Array.isArray(drafts) ? { drafts, erased } : undefined;
}

function parseEntry(value: unknown): JournalEntry | undefined {
  const { id, input, consent, only, item, erased = '' } = value as Partial<Record<keyof JournalEntry, unknown>>;
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
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
