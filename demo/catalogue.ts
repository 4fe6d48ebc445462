import type { Money } from '../src/core/money.ts';
import products from './catalogue.json' with { type: 'json' };
import type { Picturable } from './picture.ts';

/** One product of the demo shop. */
export interface Product extends Picturable {
  readonly category: string;
  readonly brand: string;
  readonly price: Money;
  /** How many there are; none where it is sold out. */
  readonly stock: number;
  /** Share of the price that the shop keeps, 0 to 1. */
  readonly margin: number;
  /** Sales in an average month: the shop's own order, and the simulator's. */
  readonly popularity: number;
  readonly description: string;
}

export interface Category {
  readonly id: string;
  readonly title: string;
  /** Where there is little room. */
  readonly name: string;
  /** One sentence under its title. */
  readonly lead: string;
  /** Which product's picture stands for it. */
  readonly cover: string;
}

/** The shop's products; `catalogue.json` is their single source, for the simulator too. Prices are in euros. */
export const CATALOGUE: readonly Product[] = products.map(({ price, ...product }) => ({
  ...product,
  price: { amount: price, currency: 'EUR' },
}));

export const CATEGORIES: readonly Category[] = [
  {
    id: 'tents',
    title: 'Tents & tarps',
    name: 'Tents',
    cover: 'meadow-bell-tent',
    lead: 'Roofs for one night or a whole summer, pitched by us in the yard behind the shop first.',
  },
  {
    id: 'backpacks',
    title: 'Backpacks & bags',
    name: 'Bags',
    cover: 'summit-trek-55',
    lead: 'For the day, the week and the way to work. Every zip and buckle can be replaced.',
  },
  {
    id: 'footwear',
    title: 'Boots & shoes',
    name: 'Footwear',
    cover: 'granite-boot',
    lead: 'Measured in the evening, walked in for a month, resoled when the time comes.',
  },
  {
    id: 'clothing',
    title: 'Jackets & layers',
    name: 'Clothing',
    cover: 'fair-isle-jumper',
    lead: 'Layers that go over one another, from merino to the shell that keeps the rain off it.',
  },
  {
    id: 'hats',
    title: 'Hats, gloves & socks',
    name: 'Hats & socks',
    cover: 'bobble-beanie',
    lead: 'The small things that decide whether an outing was a pleasure.',
  },
  {
    id: 'sleeping',
    title: 'Sleep & rest',
    name: 'Sleep',
    cover: 'birch-hammock',
    lead: 'Bags, mats, hammocks and blankets, for the ground, the hut and the sofa.',
  },
  {
    id: 'kitchen',
    title: 'Camp kitchen',
    name: 'Kitchen',
    cover: 'enamel-mug-pair',
    lead: 'Stoves that light, pots that pour, and mugs that look better with every dent.',
  },
  {
    id: 'lighting',
    title: 'Lanterns & lamps',
    name: 'Lights',
    cover: 'glow-lantern',
    lead: 'From a candle to six hundred lumens, for reading, cooking and finding the way back.',
  },
  {
    id: 'furniture',
    title: 'Chairs & tables',
    name: 'Furniture',
    cover: 'piazza-parasol',
    lead: 'Sit down. Most of it folds, all of it can be mended.',
  },
  {
    id: 'tools',
    title: 'Knives, ropes & tools',
    name: 'Tools',
    cover: 'foresters-axe',
    lead: 'Steel that takes an edge, rope that holds a knot, and a kit for when neither did.',
  },
  {
    id: 'navigation',
    title: 'Maps & instruments',
    name: 'Maps',
    cover: 'field-compass',
    lead: 'To know where you are, how high it is, and which bird that was.',
  },
  {
    id: 'home',
    title: 'House & garden',
    name: 'House',
    cover: 'stoneware-vase',
    lead: 'For the days in between: something green, something soft, something to burn.',
  },
];

const byId = new Map(CATALOGUE.map((product) => [product.id, product]));

export const findProduct = (id: string): Product | undefined => byId.get(id);

export const findCategory = (id: string): Category | undefined => CATEGORIES.find((category) => category.id === id);

/** The products of one category, those that sell best first. */
export const productsOf = (categoryId: string): readonly Product[] =>
  CATALOGUE.filter(({ category }) => category === categoryId).sort((a, b) => b.popularity - a.popularity);
