export { attachItems, readItems, type BundleItems } from './bundle-items.ts';
export type { RenderItem } from './card-markup.ts';
export { renderCarousel, type CarouselMarkup } from './carousel-markup.ts';
export type { SentShadow } from './shadow-markup.ts';
export type { Candidate, CandidateList } from '../src/core/candidate.ts';
