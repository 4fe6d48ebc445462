import type { Candidate } from '../src/core/candidate.ts';

/** What the shop can do next for a visitor that is no product: a candidate as any other, with fields of its own. */
export interface Action extends Candidate {
  readonly type: 'message' | 'offer' | 'article';
  readonly title: string;
  readonly text: string;
  readonly url: string;
  /** The generator's own order, 0 to 1. */
  readonly score: number;
  /** What has to be there first, known only on the visitor's device; `rules.json` reads it. */
  readonly needs?: 'cart' | 'order';
  readonly minAge?: number;
  readonly region?: readonly string[];
}

/** Best first, as any generator answers. */
export const ACTIONS: readonly Action[] = [
  {
    id: 'order-packed',
    type: 'message',
    title: 'Your order is packed',
    text: 'Pick it up in the shop until seven this evening.',
    url: '/article/pick-up',
    score: 1,
    needs: 'order',
  },
  {
    id: 'free-shipping',
    type: 'offer',
    title: 'Free shipping from €100',
    text: 'You are on your way there: see what goes with your cart.',
    url: '/cart',
    score: 0.9,
    needs: 'cart',
  },
  {
    id: 'fireside-evening',
    type: 'offer',
    title: 'Fireside evening in the north shop',
    text: 'Stoves, stew and mulled wine on Friday: 10 % off camp kitchen for those who come.',
    url: '/category/kitchen',
    score: 0.8,
    category: 'kitchen',
    minAge: 18,
    region: ['north'],
  },
  {
    id: 'pack-fit',
    type: 'article',
    title: 'How a pack should sit',
    text: 'Two minutes with a tape measure, and your hips carry it all.',
    url: '/article/pack-fit',
    score: 0.6,
    category: 'backpacks',
  },
  {
    id: 'tent-care',
    type: 'article',
    title: 'Ten summers from one tent',
    text: 'Dry it, shade it, and mend the seams in spring.',
    url: '/article/tent-care',
    score: 0.5,
    category: 'tents',
  },
  {
    id: 'boot-sizes',
    type: 'article',
    title: 'Which size of boot?',
    text: 'Measure in the evening, in the socks that you walk in.',
    url: '/article/boot-sizes',
    score: 0.4,
    category: 'footwear',
  },
  {
    id: 'sleep-warm',
    type: 'article',
    title: 'Warm below zero',
    text: 'The mat matters more than the bag.',
    url: '/article/sleep-warm',
    score: 0.3,
    category: 'sleeping',
  },
];

/** True where only the device can tell whether it applies: the server's page does not show it by itself. */
export const isConditional = ({ needs, minAge, region }: Action): boolean =>
  needs !== undefined || minAge !== undefined || region !== undefined;
