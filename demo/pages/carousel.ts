import { raw } from 'hono/html';
import { renderCarousel as renderMarkup } from '../../server/index.ts';
import type { CandidateList } from '../../src/core/candidate.ts';
import type { Html } from '../layout.ts';

interface Carousel {
  readonly heading: string;
  readonly list: CandidateList;
}

/** A carousel that is complete without a script: links in the server's order, and their data beside them. */
export const renderCarousel = ({ heading, list }: Carousel): Html =>
  raw(
    renderMarkup({
      placement: list.placement,
      heading,
      candidates: list,
      attributes: { order: 'wait' },
      inlineData: true,
      locale: 'en',
    }),
  );
