import type { Adaptation } from '../core/adaptation.ts';
import { Conduct } from '../core/conduct.ts';
import { KnownItemTable } from '../core/known-items.ts';
import { itemHash } from '../core/packed-items.ts';
import type { Signal } from '../core/signal.ts';
import type { NamedSignal } from '../core/reason.ts';
import { INTEREST_KINDS, Visitor } from '../core/visitor.ts';
import type { StoredItem, Visit } from './schema.ts';
import { type Storage, type Transaction, VISIT_KEY } from './storage.ts';
import { sessionAfter } from './visit.ts';

interface News {
  readonly signals: readonly Signal[];
  readonly items: readonly StoredItem[];
  readonly visit: Visit | undefined;
}

export interface ReaderOptions {
  /** Makes what learns of adaptation, where that is wanted: most pages never fetch it. */
  readonly createAdaptation?: (() => Adaptation) | undefined;
  /** The visitor as before that signal: for the reasons of a slate that was ranked then. Default: every signal. */
  readonly beforeSeq?: number;
  /** Sources (`via`) whose signals rank nothing; rules count them. */
  readonly without?: readonly string[];
}

/** The stored visitor as features need one, kept up to date by reading only what is new. For worker and page alike. */
export class VisitorReader {
  visitor = new Visitor<NamedSignal>();
  known = new KnownItemTable();
  /** What rules ask about. */
  conduct = new Conduct();
  /** Of what was stored since the visitor's last reset; absent where it is not wanted. */
  adaptation: Adaptation | undefined;
  /** Epoch ms of the newest interest (views, clicks and the like, not impressions); null where there is none. */
  newestInterestAt: number | null = null;
  /** As of the same transaction as the signals: a session that began since would have been folded away. */
  visit: Visit | undefined;
  readonly #storage: Storage;
  readonly #options: ReaderOptions;
  /** The same visitor without some sources, by their names. */
  readonly #others = new Map<string, VisitorReader>();
  #epoch = '';
  #nextSeq = 1;
  #last: Promise<void> = Promise.resolve();

  constructor(storage: Storage, options: ReaderOptions = {}) {
    this.#storage = storage;
    this.#options = options;
    this.adaptation = options.createAdaptation?.();
  }

  /** The reader of this visitor without the signals of these sources; itself where there are none. */
  without(via: readonly string[] = []): VisitorReader {
    const key = via.join(' ');
    if (key === '') return this;
    const other = this.#others.get(key) ?? new VisitorReader(this.#storage, { ...this.#options, without: via });
    this.#others.set(key, other);
    return other;
  }

  /** Reads what has been stored since the last call. Rejects where storage fails; the next call tries again. */
  update(): Promise<void> {
    const update = this.#last.then(() => this.#update());
    this.#last = update.catch(() => undefined);
    return update;
  }

  async #update(): Promise<void> {
    const { signals, items, visit } = await this.#storage.transact({
      tables: ['state', 'signals', 'items'],
      mode: 'readonly',
      run: (transaction) => this.#read(transaction),
    });
    this.visit = visit;
    items.forEach((item) => this.known.add(item));
    signals.forEach((signal) => this.#add(signal));
    this.#nextSeq = visit?.nextSeq ?? 1;
  }

  async #read(transaction: Transaction): Promise<News> {
    const visit = await transaction.get('state', VISIT_KEY);
    if (visit?.epoch !== this.#epoch) this.#reset(visit?.epoch ?? '');
    if (visit === undefined || visit.nextSeq === this.#nextSeq) return { signals: [], items: [], visit };
    let signals = await this.#counted(transaction, this.#nextSeq);
    const session = this.#options.beforeSeq !== undefined ? sessionAfter(signals) : visit.session;
    const running = session?.sessionId;
    if (this.#nextSeq > 1 && signals.some(({ sessionId }) => sessionId !== running)) {
      // history came in after what followed it, and the visitor takes one session after the other
      this.#reset(visit.epoch);
      signals = await this.#counted(transaction);
    }
    signals = inSessionOrder(signals, running);
    const ids = new Set(signals.flatMap(({ itemId }) => itemId ?? []));
    const items = await Promise.all([...ids].map((id) => transaction.get('items', id)));
    return { signals, items: items.filter((item) => item !== undefined), visit: { ...visit, session } };
  }

  async #counted(transaction: Transaction, from?: number): Promise<Signal[]> {
    const signals = await transaction.all('signals', from);
    const { beforeSeq = Infinity } = this.#options;
    return signals.filter(({ seq }) => seq < beforeSeq);
  }

  #add({ seq, at, sessionId, kind, itemId = '', dwellMs = 0, source, ignored, via }: Signal): void {
    const { without } = this.#options;
    const item = itemId === '' ? 0 : itemHash(itemId);
    // rules hold whatever the visitor takes out of ranking: what was dismissed does not come back with a reason
    this.conduct.add({ at, kind, item });
    if (ignored || (via !== undefined && without?.includes(via))) return;
    if (seq >= (this.visit?.adaptsFrom ?? 1)) this.adaptation?.add({ at, sessionId, kind, item });
    this.visitor.add({ seq, at, sessionId, kind, itemId, item, dwellMs, confidence: source.confidence });
    if (INTEREST_KINDS.has(kind)) this.newestInterestAt = Math.max(this.newestInterestAt ?? at, at);
  }

  #reset(epoch: string): void {
    this.visitor = new Visitor<NamedSignal>();
    this.known = new KnownItemTable();
    this.conduct = new Conduct();
    this.adaptation = this.#options.createAdaptation?.();
    this.newestInterestAt = null;
    this.#epoch = epoch;
    this.#nextSeq = 1;
  }
}

/** Session by session, by their first signal, the running one last: sessions of several devices may overlap in time. */
function inSessionOrder(signals: readonly Signal[], running: string | undefined): Signal[] {
  const sorted = [...signals].sort((a, b) => a.at - b.at || a.seq - b.seq);
  const sessions = new Map<string, Signal[]>();
  for (const signal of sorted) {
    const session = sessions.get(signal.sessionId);
    if (session === undefined) sessions.set(signal.sessionId, [signal]);
    else session.push(signal);
  }
  const last = running === undefined ? undefined : sessions.get(running);
  if (running !== undefined) sessions.delete(running);
  return [...[...sessions.values()].flat(), ...(last ?? [])];
}
