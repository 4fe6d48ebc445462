import { KnownItemTable } from '../core/known-items.ts';
import { itemHash } from '../core/packed-items.ts';
import type { Signal } from '../core/signal.ts';
import { INTEREST_KINDS, Visitor } from '../core/visitor.ts';
import type { StoredItem } from './schema.ts';
import { type Storage, type Transaction, VISIT_KEY } from './storage.ts';

interface News {
  readonly signals: readonly Signal[];
  readonly items: readonly StoredItem[];
  readonly nextSeq: number;
}

/** The stored visitor as features need one, kept up to date by reading only what is new. For worker and page alike. */
export class VisitorReader {
  visitor = new Visitor();
  known = new KnownItemTable();
  /** Epoch ms of the newest interest (views, clicks and the like, not impressions); null where there is none. */
  newestInterestAt: number | null = null;
  readonly #storage: Storage;
  #epoch = '';
  #nextSeq = 1;
  #newestAt = Number.NEGATIVE_INFINITY;
  #last: Promise<void> = Promise.resolve();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Reads what has been stored since the last call. Rejects where storage fails; the next call tries again. */
  update(): Promise<void> {
    const update = this.#last.then(() => this.#update());
    this.#last = update.catch(() => undefined);
    return update;
  }

  async #update(): Promise<void> {
    const { signals, items, nextSeq } = await this.#storage.transact({
      tables: ['state', 'signals', 'items'],
      mode: 'readonly',
      run: (transaction) => this.#read(transaction),
    });
    this.#nextSeq = nextSeq;
    items.forEach((item) => this.known.add(item));
    signals.forEach((signal) => this.#add(signal));
  }

  async #read(transaction: Transaction): Promise<News> {
    const visit = await transaction.get('state', VISIT_KEY);
    if (visit?.epoch !== this.#epoch) this.#reset(visit?.epoch ?? '');
    const nextSeq = visit?.nextSeq ?? 1;
    if (visit === undefined || nextSeq === this.#nextSeq) return { signals: [], items: [], nextSeq };
    let signals = inTimeOrder(await transaction.all('signals', this.#nextSeq));
    if (signals.some(({ at }) => at < this.#newestAt)) {
      // history came in later than what followed it, and the visitor takes signals in time order only
      this.#reset(visit.epoch);
      signals = inTimeOrder(await transaction.all('signals'));
    }
    const ids = new Set(signals.flatMap(({ itemId }) => itemId ?? []));
    const items = await Promise.all([...ids].map((id) => transaction.get('items', id)));
    return { signals, items: items.filter((item) => item !== undefined), nextSeq };
  }

  #add({ at, sessionId, kind, itemId, dwellMs = 0, source }: Signal): void {
    const item = itemId === undefined ? 0 : itemHash(itemId);
    this.visitor.add({ at, sessionId, kind, item, dwellMs, confidence: source.confidence });
    this.#newestAt = Math.max(this.#newestAt, at);
    if (INTEREST_KINDS.has(kind)) this.newestInterestAt = at;
  }

  #reset(epoch: string): void {
    this.visitor = new Visitor();
    this.known = new KnownItemTable();
    this.newestInterestAt = null;
    this.#epoch = epoch;
    this.#nextSeq = 1;
    this.#newestAt = Number.NEGATIVE_INFINITY;
  }
}

const inTimeOrder = (signals: readonly Signal[]): Signal[] => [...signals].sort((a, b) => a.at - b.at || a.seq - b.seq);
