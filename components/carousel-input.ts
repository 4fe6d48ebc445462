import type { Candidate } from '../src/core/candidate.ts';
import type { Kit } from '../src/kit/types.ts';
import { ArrangedLayout, arrangementOf } from './arrangement.ts';
import {
  type CandidateData,
  type CandidateOrigins,
  CandidateSource,
  replaceItems,
  usableItems,
} from './candidate-source.ts';
import type { CarouselOrder } from './carousel-order.ts';
import type { Prioritized } from './page-coordinator.ts';
import type { Timers } from './impression-tracker.ts';
import type { CardOptions } from './item-card.ts';
import { type ItemList, MADE_LIST, findServerList } from './item-list.ts';

/** What the input reads of its element. */
export interface InputHost extends HTMLElement, Pick<CardOptions, 'renderItem'> {
  readonly src: string;
  readonly placement: string;
  readonly candidates: CandidateData | null;
  layout: string | null;
}

/** Candidates of an element: where they come from, and the list that it makes of those that came without links. */
export class CarouselInput {
  readonly #host: InputHost;
  readonly #source: CandidateSource;
  readonly #arranged: ArrangedLayout;
  /** The element's own list, and what it was made of. */
  #made: Element | null = null;
  #madeOf: CandidateData | null = null;

  constructor(host: InputHost, timers: () => Timers) {
    this.#host = host;
    this.#source = new CandidateSource(timers);
    this.#arranged = new ArrangedLayout(host);
  }

  /** `onFetch` hears whether the network is asked while nothing is shown. Null where the page gives no data. */
  async load(
    kit: Kit | null,
    abort: AbortSignal,
    onFetch: (isAsked: boolean) => void,
  ): Promise<CandidateData | 'unreadable' | null> {
    const { src, placement, candidates } = this.#host;
    const inline = this.#host.querySelector(':scope > script[type="application/json"]')?.textContent ?? null;
    const origins: CandidateOrigins = { candidates, inline, src: src || null };
    const isSent = findServerList(this.#host) !== null;
    // at once: what follows the element must not move while the kit is asked
    if (!isSent && this.#source.needsFetch(origins)) {
      onFetch(true);
      importCards().catch(() => undefined);
    }
    const { source, layout } = await arrangementOf(kit, placement);
    if (abort.aborted) return null;
    this.#arranged.set(layout);
    const arranged = { ...origins, arm: (src && !isSent && source) || null };
    onFetch(!isSent && this.#source.needsFetch(arranged));
    try {
      return await this.#source.load(arranged, abort);
    } catch {
      return 'unreadable';
    }
  }

  /** Makes the list for data that came without links, or leaves the links that came with the page. Answers what shows it. */
  async prepare(data: CandidateData | null): Promise<() => void> {
    const items = data === null || findServerList(this.#host) ? [] : usableItems(data);
    // what was made is kept: a ranking that another one has overtaken leaves it to that
    if (items.length === 0) this.#made = null;
    // pages whose links come from the server never fetch it
    else if (data !== this.#madeOf) this.#made = (await importCards()).createItemList(items, this.#cards());
    this.#madeOf = this.#made && data;
    const list = this.#made;
    return () => {
      const shown = this.#host.querySelector(`:scope > [${MADE_LIST}]`);
      if (shown === list) return;
      shown?.remove();
      if (list) this.#host.append(list);
    };
  }

  #cards(): CardOptions {
    return {
      renderItem: this.#host.renderItem,
      template: this.#host.querySelector<HTMLTemplateElement>(':scope > template[slot="item"]'),
      language: this.#host.closest<HTMLElement>('[lang]')?.lang ?? '',
    };
  }
}

const importCards = async () => import('./item-card.ts');

/** What the kit is asked to rank: exactly the items that can be shown, in the server's order. */
export function selectCandidates(data: CandidateData | null, list: ItemList | null): CandidateData | null {
  if (list === null) return null;
  if (data === null) {
    const candidates = list.candidates();
    return candidates.length > 0 ? candidates : null;
  }
  const known = new Map(usableItems(data).map((item) => [item.id, item]));
  const shown: Candidate[] = [...list.items().keys()].flatMap((id) => known.get(id) ?? []);
  return shown.length > 0 ? replaceItems(data, shown) : null;
}

/** Beside carousels of a higher priority; what is in view stays. */
export async function leaveOthers(
  host: Prioritized,
  candidates: CandidateData,
  order: CarouselOrder,
): Promise<CandidateData> {
  if (host.priority === null) return candidates;
  const others = await import('./page-coordinator.ts');
  const kept = order.kept(() => true);
  return others.leaveOthers(host, candidates, { timers: order.timers(), isFixed: (id) => kept.includes(id) });
}
