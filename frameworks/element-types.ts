import type { LitElement } from 'lit';
import type { RecCarouselEvents } from '../components/carousel-events.ts';
import type { RecCarousel } from '../components/rec-carousel.ts';
import type { RecControls } from '../components/rec-controls.ts';
import type { RecWhy } from '../components/rec-why.ts';

/** What an element tells and nobody sets. */
type Told = 'ranked' | 'slate' | 'state' | 'tier';

/**
 * By property: the attribute `focus` is left out, for frameworks set a property where there is one of that name, and
 * `focus` is the method of every element.
 */
export type CarouselProps = Partial<Omit<RecCarousel, keyof LitElement | Told>> & {
  readonly 'anchor-item-id'?: string;
  readonly 'rank-budget'?: number;
};
export type ControlsProps = Partial<Omit<RecControls, keyof LitElement>>;
export type WhyProps = Partial<Omit<RecWhy, keyof LitElement>>;

export type CarouselEvents = { readonly [Name in keyof RecCarouselEvents]: CustomEvent<RecCarouselEvents[Name]> };
export interface WhyEvents {
  /** A reason no longer counts: ask for a new slate. */
  readonly 'rec-reason-removed': CustomEvent<null>;
}

/** `rec-ready` as `RecReady`. */
export type Pascal<Name> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Pascal<Rest>}`
  : Name extends string
    ? Capitalize<Name>
    : never;

/** What hears an event, by `on:rec-ready` with the prefix `on:`. */
export type Listeners<Events, Prefix extends string> = {
  readonly [Name in keyof Events & string as `${Prefix}${Name}`]?: (event: Events[Name]) => void;
};
