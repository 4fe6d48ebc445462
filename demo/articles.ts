/** A page to read; the link of an article or a message in `actions.ts` leads to one. */
export interface Article {
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** What the reader may want to see next. */
  readonly category?: string;
}

export const ARTICLES: readonly Article[] = [
  {
    id: 'pick-up',
    title: 'Picking up your order',
    paragraphs: [
      'Orders that are packed wait at the counter until seven in the evening, and for a week after that in the back room.',
      'Bring the name that you ordered with. The demo has no counter, so nobody will mind if you do not come.',
    ],
  },
  {
    id: 'pack-fit',
    title: 'How a pack should sit',
    paragraphs: [
      'Measure from the bone at the base of your neck to the line between your hip bones. That length, and not your height, is the size of your pack.',
      'Load it, close the hip belt first and the shoulder straps last. If you can slide a finger under the straps, your hips carry it all.',
    ],
    category: 'backpacks',
  },
  {
    id: 'tent-care',
    title: 'Ten summers from one tent',
    paragraphs: [
      'Sun does more harm than rain: pitch in the shade, and never pack a tent away wet.',
      'In spring, wash it by hand, look along the seams against the light and seal what shines through.',
    ],
    category: 'tents',
  },
  {
    id: 'boot-sizes',
    title: 'Which size of boot?',
    paragraphs: [
      'Feet grow during the day. Measure in the evening, standing, in the socks that you walk in, and measure both.',
      'A thumb’s width in front of the longest toe is right. Going downhill, nothing should touch.',
    ],
    category: 'footwear',
  },
  {
    id: 'sleep-warm',
    title: 'Warm below zero',
    paragraphs: [
      'The ground takes more warmth than the air. A good mat under a light bag beats a thick bag on a thin mat.',
      'Eat before you sleep, change into dry socks, and keep the next day’s clothes in the bag with you.',
    ],
    category: 'sleeping',
  },
];

export const findArticle = (id: string): Article | undefined => ARTICLES.find((article) => article.id === id);
