import { type EventName, createComponent } from '@lit/react';
import * as react from 'react';
import '../components/define.ts';
import type { CarouselEvents, Pascal, WhyEvents } from './element-types.ts';

type Named<Events> = { [Name in keyof Events as `on${Pascal<Name>}`]: EventName<Events[Name] & Event> };

// of two copies in a page the first one has won, and it is that one's properties that count
const definedAs = <Name extends keyof HTMLElementTagNameMap>(name: Name): new () => HTMLElementTagNameMap[Name] =>
  customElements.get(name) as new () => HTMLElementTagNameMap[Name];

/** `<rec-carousel>` with typed properties and events. In the browser only; docs/frameworks.md says what servers send. */
export const RecCarousel = createComponent({
  react,
  tagName: 'rec-carousel',
  displayName: 'RecCarousel',
  elementClass: definedAs('rec-carousel'),
  events: {
    onRecReady: 'rec-ready',
    onRecImpression: 'rec-impression',
    onRecClick: 'rec-click',
    onRecDismiss: 'rec-dismiss',
    onRecUndo: 'rec-undo',
    onRecFallback: 'rec-fallback',
    onRecProblem: 'rec-problem',
  } as Named<CarouselEvents>,
});

/** `<rec-controls>`. */
export const RecControls = createComponent({
  react,
  tagName: 'rec-controls',
  displayName: 'RecControls',
  elementClass: definedAs('rec-controls'),
});

/** `<rec-why>`. */
export const RecWhy = createComponent({
  react,
  tagName: 'rec-why',
  displayName: 'RecWhy',
  elementClass: definedAs('rec-why'),
  events: { onRecReasonRemoved: 'rec-reason-removed' } as Named<WhyEvents>,
});
