import type { Candidate } from '../src/core/candidate.ts';
import { parseSafeUrl } from './safe-url.ts';

/** Marks a list that the element made itself; lists without it came from the server and are never removed. */
export const MADE_LIST = 'data-rec-made';

/** The light-DOM list for candidates that came without links. Text is bound as text, unsafe URLs are dropped. */
export function createItemList(candidates: readonly Candidate[], language: string): HTMLOListElement {
  const list = document.createElement('ol');
  list.setAttribute(MADE_LIST, '');
  list.append(...candidates.map((candidate) => createItem(candidate, language)));
  return list;
}

function createItem(candidate: Candidate, language: string): HTMLLIElement {
  const item = document.createElement('li');
  item.dataset['itemId'] = candidate.id;
  const link = document.createElement('a');
  const url = parseSafeUrl(candidate.url, document.baseURI);
  if (url !== undefined) link.href = url;
  const title = typeof candidate.title === 'string' ? candidate.title : candidate.id;
  link.append(createImage(candidate.image), createText('rec-title', title));
  link.append(createText('rec-price', formatPrice(candidate.price, language)));
  item.append(link);
  return item;
}

function createImage(source: unknown): HTMLElement {
  const url = parseSafeUrl(source, document.baseURI);
  // An empty box of the same size keeps a card with no picture as high as its neighbours.
  if (url === undefined) return createText('rec-image', '');
  const image = document.createElement('img');
  image.className = 'rec-image';
  // The title beside it says the same; a second reading of it would only be noise.
  image.alt = '';
  image.decoding = 'async';
  image.loading = 'lazy';
  image.src = url;
  return image;
}

function createText(className: string, text: string): HTMLSpanElement {
  const span = document.createElement('span');
  span.className = className;
  span.textContent = text;
  return span;
}

/** Empty where the price is not one; without a language, in the browser's. */
function formatPrice(price: unknown, language: string): string {
  const { amount, currency } = (price ?? {}) as { amount?: unknown; currency?: unknown };
  if (typeof amount !== 'number' || !Number.isFinite(amount) || typeof currency !== 'string') return '';
  try {
    return new Intl.NumberFormat(language || undefined, { style: 'currency', currency }).format(amount);
  } catch {
    return '';
  }
}
