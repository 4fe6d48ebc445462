import type { Candidate } from '../src/core/candidate.ts';
import { isRecord } from '../src/core/guards.ts';
import { type Money, parseMoney } from '../src/core/money.ts';
import type { SignalInput, SignalKind } from '../src/core/signal.ts';
import { looseNumber, looseText } from './loose-value.ts';
import { type ParsedCall, ignored } from './tracking-call.ts';

/** As many as GA4 takes in an event. */
const MAX_LINES = 200;

/** What a convention calls the fields of a product. */
export interface ProductNames {
  /** The first of these that is given. */
  readonly ids: readonly string[];
  readonly category: string;
  readonly brand: string;
  /** Of one unit. */
  readonly price: string;
  readonly quantity: string;
  readonly currency: string;
  /** Of the whole line, where the convention has that. */
  readonly total?: string;
}

export interface ProductEvent {
  readonly via: string;
  /** By the site's name, for messages. */
  readonly event: string;
  readonly kind: Exclude<SignalKind, 'search'>;
  readonly names: ProductNames;
  readonly products: unknown;
  /** For products that name none of their own. */
  readonly currency?: unknown;
  readonly keys?: readonly string[];
}

/** One signal a product. */
export function readProducts(given: ProductEvent): ParsedCall {
  const { via, event, names, keys = [] } = given;
  const products: readonly unknown[] = Array.isArray(given.products) ? given.products : [];
  const lines = products.slice(0, MAX_LINES);
  const read = lines.flatMap((product) => readLine(product, given) ?? []);
  const wanted = names.ids.join(' or ');
  if (read.length === 0) return ignored(`${via}: "${event}" without an item's ${wanted}`);
  const left =
    read.length < lines.length
      ? `lines without ${wanted}`
      : products.length > MAX_LINES
        ? `lines beyond the first ${String(MAX_LINES)}`
        : null;
  return {
    ...{ signals: read.map(({ signal }) => signal), items: read.map(({ item }) => item), keys },
    ...(left !== null && { problem: ignored(`${via}: "${event}", its ${left}`) }),
  };
}

/** A search, where the call says for what. */
export function readSearch(via: string, query: unknown, keys: readonly string[] = []): ParsedCall {
  const text = looseText(query);
  if (text === undefined) return ignored(`${via}: a search without its text`);
  return { signals: [{ kind: 'search', query: text, via }], items: [], keys };
}

function readLine(
  product: unknown,
  { via, kind, names, currency }: ProductEvent,
): { signal: SignalInput; item: Candidate } | undefined {
  if (!isRecord(product)) return undefined;
  const itemId = names.ids.map((name) => looseText(product[name])).find((id) => id !== undefined);
  if (itemId === undefined) return undefined;
  const code = product[names.currency] ?? currency;
  const unit = looseNumber(product[names.price]);
  const quantity = looseNumber(product[names.quantity]);
  const total = names.total === undefined ? undefined : looseNumber(product[names.total]);
  const price = moneyOf(unit, code);
  const value = moneyOf(total ?? (unit === undefined ? undefined : unit * (quantity ?? 1)), code);
  const category = looseText(product[names.category]);
  const brand = looseText(product[names.brand]);
  return {
    signal: {
      ...{ kind, itemId, via },
      ...((kind === 'add_to_cart' || kind === 'purchase') && quantity !== undefined && { quantity }),
      ...(kind === 'purchase' && value && { value }),
    },
    item: {
      id: itemId,
      ...(category !== undefined && { category }),
      ...(brand !== undefined && { brand }),
      ...(price && { price }),
    },
  };
}

/** To a hundredth of a cent: 3 times 10.10 is 30.30. */
const moneyOf = (amount: number | undefined, code: unknown): Money | undefined =>
  parseMoney({
    amount: amount && Math.round(amount * 1e4) / 1e4,
    currency: typeof code === 'string' ? code.toUpperCase() : undefined,
  });
