/** What a product page hands to the cart: enough for a line to show itself. */
export interface CartProduct {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly image: string;
  readonly price: { readonly amount: number; readonly currency: string };
}

export interface CartLine extends CartProduct {
  readonly quantity: number;
}

const KEY = 'nearside-demo:cart';
const ORDER_KEY = 'nearside-demo:order';

/** The lines in the order they were added; empty where storage holds none or something else. */
export function readCart(storage: Storage): readonly CartLine[] {
  try {
    const lines: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(lines) ? lines.filter(isLine) : [];
  } catch {
    return [];
  }
}

export function addToCart(storage: Storage, product: CartProduct): void {
  const lines = readCart(storage);
  const known = lines.some(({ id }) => id === product.id);
  const added = lines.map((line) => (line.id === product.id ? { ...line, quantity: line.quantity + 1 } : line));
  write(storage, known ? added : [...lines, createLine(product)]);
}

/** Only what a line shows: a product may come with more, such as its vector. */
const createLine = ({ id, title, url, image, price }: CartProduct): CartLine => ({
  ...{ id, title, url, image, price },
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

/** Remembers, for this tab, that something was bought. */
export const keepOrder = (storage: Storage): void => storage.setItem(ORDER_KEY, 'placed');

export const hasOrder = (storage: Storage): boolean => storage.getItem(ORDER_KEY) !== null;

const write = (storage: Storage, lines: readonly CartLine[]): void => storage.setItem(KEY, JSON.stringify(lines));

function isLine(input: unknown): input is CartLine {
  if (typeof input !== 'object' || input === null) return false;
  const { id, title, quantity, price } = input as Partial<CartLine>;
  return typeof id === 'string' && typeof title === 'string' && Number(quantity) > 0 && Number.isFinite(price?.amount);
}
