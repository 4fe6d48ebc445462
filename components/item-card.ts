import type { Candidate } from '../src/core/candidate.ts';
import { MADE_LIST } from './item-list.ts';
import { parseSafeUrl } from './safe-url.ts';

/** How a site wants its cards; without either the element makes its own. */
export interface CardOptions {
  /** Makes the content of a card. What throws or makes nothing leaves the element's own. */
  readonly renderItem: ((candidate: Candidate) => Node | string) | null;
  readonly template: HTMLTemplateElement | null;
  /** Of prices; empty for the browser's. */
  readonly language: string;
}

/** The light-DOM list for candidates that came without links. Text is bound as text, unsafe URLs are dropped. */
export function createItemList(
  candidates: readonly Candidate[],
  { renderItem, template, language }: CardOptions,
): HTMLOListElement {
  const list = document.createElement('ol');
  list.setAttribute(MADE_LIST, '');
  const createContent = (candidate: Candidate): Node | string => {
    try {
      const made = renderItem?.(candidate);
      if (made) return made;
    } catch (error) {
      reportError(error);
    }
    return template ? fillTemplate(template, candidate, language) : createLink(candidate, language);
  };
  const items = candidates.map((candidate) => {
    const item = document.createElement('li');
    item.dataset['itemId'] = candidate.id;
    item.append(createContent(candidate));
    return item;
  });
  list.append(...items);
  return list;
}

/**
 * A copy of a site's template: `data-rec-text="title"` binds a field as text, a price in the page's language;
 * `data-rec-href` and `data-rec-src` bind one that is a safe URL, and leave the attribute out where it is not.
 */
function fillTemplate({ content }: HTMLTemplateElement, candidate: Candidate, language: string): Node {
  const copy = document.importNode(content, true);
  const bind = (name: string, set: (element: Element, value: unknown) => void): void =>
    copy.querySelectorAll(`[data-rec-${name}]`).forEach((element) => {
      set(element, candidate[element.getAttribute(`data-rec-${name}`) ?? '']);
    });
  bind('text', (element, value) => {
    element.textContent =
      typeof value === 'string' || typeof value === 'number' ? String(value) : formatPrice(value, language);
  });
  for (const name of ['href', 'src'])
    bind(name, (element, value) => {
      const url = parseSafeUrl(value, document.baseURI);
      if (url !== undefined) element.setAttribute(name, url);
    });
  return copy;
}

function createLink(candidate: Candidate, language: string): Node {
  const link = document.createElement('a');
  const url = parseSafeUrl(candidate.url, document.baseURI);
  if (url !== undefined) link.href = url;
  const title = typeof candidate.title === 'string' ? candidate.title : candidate.id;
  link.append(createImage(candidate.image), createText('rec-title', title));
  link.append(createText('rec-price', formatPrice(candidate.price, language)));
  return link;
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

/** By language and currency: making one takes longer than a card. */
const formats = new Map<string, Intl.NumberFormat>();

/** Empty where the price is not one; without a language, in the browser's. */
function formatPrice(price: unknown, language: string): string {
  const { amount, currency } = (price ?? {}) as { amount?: unknown; currency?: unknown };
  if (typeof amount !== 'number' || !Number.isFinite(amount) || typeof currency !== 'string') return '';
  try {
    const key = `${language} ${currency}`;
    const format = formats.get(key) ?? new Intl.NumberFormat(language || undefined, { style: 'currency', currency });
    formats.set(key, format);
    return format.format(amount);
  } catch {
    return '';
  }
}
