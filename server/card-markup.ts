import type { Candidate } from '../src/core/candidate.ts';
import { formatPrice } from '../src/core/price-text.ts';
import { parseSafeUrl } from '../src/core/safe-url.ts';
import { escapeHtml, renderAttributes } from './html-text.ts';

/** What a relative URL is relative to is the browser's to know; only its scheme counts here. */
const ANY_PAGE = 'https://page.invalid/';

/** Makes the content of a card as HTML, which the caller answers for. */
export type RenderItem = (candidate: Candidate) => string;

/** The `<li>` of one candidate. */
export function renderCard(candidate: Candidate, locale: string, renderItem?: RenderItem): string {
  const content = renderOwn(candidate, renderItem) || renderLink(candidate, locale);
  return `<li data-item-id="${escapeHtml(candidate.id)}">${content}</li>`;
}

/** As in the browser: what throws or makes nothing leaves the plain card. */
function renderOwn(candidate: Candidate, renderItem?: RenderItem): string {
  try {
    const content: unknown = renderItem?.(candidate);
    return typeof content === 'string' ? content : '';
  } catch {
    return '';
  }
}

/** The elements, classes and attributes of components/item-card.ts; a test compares. */
function renderLink({ id, title, url, image, price }: Candidate, locale: string): string {
  const src = parseSafeUrl(image, ANY_PAGE);
  const attributes = { class: 'rec-image', alt: '', decoding: 'async', loading: 'lazy', src };
  const picture = src === undefined ? renderText('rec-image', '') : `<img${renderAttributes(attributes)}>`;
  const name = renderText('rec-title', typeof title === 'string' ? title : id);
  const href = renderAttributes({ href: parseSafeUrl(url, ANY_PAGE) });
  return `<a${href}>${picture}${name}${renderText('rec-price', formatPrice(price, locale))}</a>`;
}

const renderText = (className: string, text: string): string => `<span class="${className}">${escapeHtml(text)}</span>`;
