import type { CarouselMessages } from '../messages.ts';

export const CAROUSEL_EN: CarouselMessages = {
  previous: 'Previous',
  next: 'Next',
  page: 'Items {from} to {to} of {count}',
  notInterested: 'Not interested in {title}',
  sectionHidden: 'This section is hidden.',
  showSection: 'Show it again',
  why: 'Why {title}?',
};
