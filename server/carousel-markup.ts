import type { Candidate, CandidateList } from '../src/core/candidate.ts';
import { isRecord } from '../src/core/guards.ts';
import { usableItems } from '../src/core/usable-items.ts';
import { type RenderItem, renderCard } from './card-markup.ts';
import { renderAttributes, renderData } from './html-text.ts';
import { type SentShadow, renderShadow } from './shadow-markup.ts';

/** One `<rec-carousel>` of a page. */
export interface CarouselMarkup {
  readonly placement: string;
  readonly heading?: string;
  /** In the order that they are shown in. What has no id, and repeats, are left out. */
  readonly candidates: CandidateList | readonly Candidate[];
  /** Default: that of the candidate list. */
  readonly anchorItemId?: string;
  /** Further attributes of the element (`order`, `class`, `priority`, …). */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  /** Writes the candidates into the element too, so that a kit can rank them without a request. */
  readonly inlineData?: boolean;
  readonly renderItem?: RenderItem;
  /** Of prices. Default: the server's. */
  readonly locale?: string;
  /** Sends the shadow root too: the heading and the scroller then need no script and no `prestyle.css`. */
  readonly shadow?: SentShadow;
}

/** Attributes that are arguments. */
const ARGUMENTS: readonly string[] = ['placement', 'heading', 'anchor-item-id'];

/**
 * The HTML of a carousel that is complete without a script. Unsafe or missing fields of candidates are left out.
 * Throws a TypeError only for a wrong call.
 */
export function renderCarousel(markup: CarouselMarkup): string {
  const { placement, heading = '', candidates, attributes = {}, renderItem, locale = '', shadow } = markup;
  check(typeof placement === 'string' && placement !== '', 'placement: a name is needed');
  const given: unknown = isRecord(candidates) ? candidates['items'] : candidates;
  const items: readonly unknown[] | null = Array.isArray(given) ? given : null;
  if (items === null) throw wrong('candidates: neither an array nor an object with an items array');
  check(typeof heading === 'string', 'heading: text is needed');
  check(isRecord(attributes), 'attributes: an object is needed');
  for (const name of Object.keys(attributes)) {
    check(/^[a-z][a-z\d-]*$/.test(name), `attributes: no name: ${name}`);
    check(!ARGUMENTS.includes(name), `attributes: an argument of its own: ${name}`);
  }
  check(shadow === undefined || typeof shadow.stylesheet === 'string', 'shadow: its stylesheet is needed');
  const anchorItemId = markup.anchorItemId ?? anchorOf(candidates);
  const own = { placement, heading: heading || undefined, 'anchor-item-id': anchorItemId, ...attributes };
  const usable = usableItems(items);
  const cards = usable.map((item) => renderCard(item, locale, renderItem));
  return (
    `<rec-carousel${renderAttributes(own)}>${shadow ? renderShadow(shadow, heading) : ''}` +
    // an empty list would keep the element from asking its `src`
    (cards.length > 0 ? `<ol>${cards.join('')}</ol>` : '') +
    `${markup.inlineData ? renderData(isRecord(candidates) ? { ...candidates, items: usable } : usable) : ''}</rec-carousel>`
  );
}

function anchorOf(candidates: CarouselMarkup['candidates']): string | undefined {
  const id = isRecord(candidates) ? candidates['anchorItemId'] : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function check(isRight: boolean, message: string): void {
  if (!isRight) throw wrong(message);
}

const wrong = (message: string): TypeError => new TypeError(`renderCarousel: ${message}`);
