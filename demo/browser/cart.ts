/** What a product page hands to the cart: enough for a line to show itself. */
export interface CartProduct {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly image: string;
  readonly price: { readonly amount: number; readonly currency: string };
  /** How many there are to buy. */
  readonly stock?: number;
}

export interface CartLine extends CartProduct {
  readonly quantity: number;
}

/** What was bought in this tab. */
export interface Order {
  readonly number: string;
  /** Epoch ms. */
  readonly at: number;
  readonly lines: readonly CartLine[];
}

const KEY = 'nearside-demo:cart';
const ORDER_KEY = 'nearside-demo:order';
const MOST = 99;

/** The lines in the order they were added; empty where storage holds none or something else. */
export function readCart(storage: Storage): readonly CartLine[] {
  const lines = readJson(storage, KEY);
  return Array.isArray(lines) ? lines.filter(isLine) : [];
}

/** How many of a product a cart may hold. */
export const mostOf = ({ stock = MOST }: CartProduct): number => Math.max(1, Math.min(stock, MOST));

/** One more of it, as far as there are; false where there are no more. */
export function addToCart(storage: Storage, product: CartProduct): boolean {
  const lines = readCart(storage);
  const known = lines.find(({ id }) => id === product.id);
  if (known === undefined) write(storage, [...lines, createLine(product)]);
  return known === undefined || setQuantity(storage, product.id, known.quantity + 1) > known.quantity;
}

/** As many of a line as are asked for and can be had, at least 1; returns how many that are, 0 without such a line. */
export function setQuantity(storage: Storage, id: string, quantity: number): number {
  const lines = readCart(storage);
  const line = lines.find((one) => one.id === id);
  if (line === undefined) return 0;
  const allowed = Math.max(1, Math.min(Math.round(quantity) || 1, mostOf(line)));
  write(
    storage,
    lines.map((one) => (one === line ? { ...line, quantity: allowed } : one)),
  );
  return allowed;
}

/** Only what a line shows: a product may come with more, such as its vector. */
const createLine = ({ id, title, url, image, price, stock }: CartProduct): CartLine => ({
  ...{ id, title, url, image, price },
  ...(stock === undefined ? {} : { stock }),
  quantity: 1,
});

export function removeFromCart(storage: Storage, id: string): void {
  write(
    storage,
    readCart(storage).filter((line) => line.id !== id),
  );
}

export const clearCart = (storage: Storage): void => write(storage, []);

export const countItems = (lines: readonly CartLine[]): number => lines.reduce((sum, line) => sum + line.quantity, 0);

/** In the cart's one currency. */
export const totalOf = (lines: readonly CartLine[]): number =>
  lines.reduce((sum, { price, quantity }) => sum + price.amount * quantity, 0);

/** Remembers, for this tab, what was bought last. */
export const keepOrder = (storage: Storage, order: Order): void => storage.setItem(ORDER_KEY, JSON.stringify(order));

export function readOrder(storage: Storage): Order | undefined {
  const order = readJson(storage, ORDER_KEY) as Partial<Order> | null;
  const { number, at, lines } = order ?? {};
  if (typeof number !== 'string' || !Number.isFinite(at) || !Array.isArray(lines)) return undefined;
  return { number, at: Number(at), lines: lines.filter(isLine) };
}

export const hasOrder = (storage: Storage): boolean => readOrder(storage) !== undefined;

/** Null where there is nothing, or no JSON. */
function readJson(storage: Storage, key: string): unknown {
  try {
    return JSON.parse(storage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

const write = (storage: Storage, lines: readonly CartLine[]): void => storage.setItem(KEY, JSON.stringify(lines));

function isLine(input: unknown): input is CartLine {
  if (typeof input !== 'object' || input === null) return false;
  const { id, title, quantity, price } = input as Partial<CartLine>;
  return typeof id === 'string' && typeof title === 'string' && Number(quantity) > 0 && Number.isFinite(price?.amount);
}
