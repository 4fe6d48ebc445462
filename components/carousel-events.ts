import type { DismissReason } from '../src/core/dismiss-reason.ts';
import type { Problem } from '../src/core/problem.ts';
import type { Slate, Tier } from '../src/core/slate.ts';
import type { RecCarouselState } from './carousel-state.ts';

/** What a visitor did to an item of a slate. */
export interface ItemDetail {
  readonly itemId: string;
  /** Zero-based place in the slate. */
  readonly position: number;
  readonly slateId: string;
}

/** What each event of `<rec-carousel>` tells in its `detail`. All of them bubble and cross shadow roots. */
export interface RecCarouselEvents {
  /** The order has settled: a slate is shown, or the server's order stays. */
  'rec-ready': { readonly state: RecCarouselState; readonly tier: Tier; readonly slate: Slate | null };
  'rec-impression': ItemDetail;
  'rec-click': ItemDetail;
  /** Once without a reason, and again where the visitor gives one. */
  'rec-dismiss': ItemDetail & { readonly reason?: DismissReason };
  'rec-undo': Pick<ItemDetail, 'itemId'>;
  /** A lower tier than the best has answered; why. */
  'rec-fallback': { readonly tier: Tier; readonly problem: Problem };
  'rec-problem': Problem;
}

export type Dispatch = <Name extends keyof RecCarouselEvents>(name: Name, detail: RecCarouselEvents[Name]) => void;

/** Dispatches from this element. A page's listener that throws does no harm: the browser reports it. */
export const dispatchFrom =
  (host: EventTarget): Dispatch =>
  (name, detail) => {
    host.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  };

declare global {
  interface HTMLElementEventMap {
    'rec-ready': CustomEvent<RecCarouselEvents['rec-ready']>;
    'rec-impression': CustomEvent<RecCarouselEvents['rec-impression']>;
    'rec-click': CustomEvent<RecCarouselEvents['rec-click']>;
    'rec-dismiss': CustomEvent<RecCarouselEvents['rec-dismiss']>;
    'rec-undo': CustomEvent<RecCarouselEvents['rec-undo']>;
    'rec-fallback': CustomEvent<RecCarouselEvents['rec-fallback']>;
    'rec-problem': CustomEvent<RecCarouselEvents['rec-problem']>;
  }
}
