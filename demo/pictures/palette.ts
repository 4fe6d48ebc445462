/** The colours of one object. */
export interface Palette {
  readonly main: string;
  readonly dark: string;
  readonly light: string;
  readonly accent: string;
  /** Of its largest piece of cloth: `main`, or its pattern. */
  readonly cloth: string;
}

/** What an object is made of, whatever colour it comes in. */
export const WOOD = '#a87a4f';
export const WOOD_DARK = '#7a5637';
export const STEEL = '#b4bfc5';
export const STEEL_DARK = '#76838b';
export const IRON = '#40464d';
export const PAPER = '#f4ecdb';
export const LEAF = '#6f9a63';
export const LEAF_DARK = '#4a7350';

type Tones = readonly [main: string, dark: string, light: string, accent: string];

/** The colour ways of the shop, by the names that its catalogue uses. */
const COLOURS = {
  rust: ['#c8553d', '#8f3626', '#e58b6d', '#f2c14e'],
  fern: ['#3f7d6e', '#27544a', '#74ab98', '#e9a23b'],
  lake: ['#31638f', '#1f4262', '#6b98bf', '#f0b35a'],
  ochre: ['#d49a3a', '#996a1f', '#ecc578', '#b6483a'],
  plum: ['#6d5a8c', '#483a61', '#9f8cbc', '#e7b24c'],
  moss: ['#7a8b45', '#525f2b', '#a9b877', '#d4643c'],
  slate: ['#5f6f7d', '#3d4a56', '#8d9ba6', '#e8a94a'],
  charcoal: ['#454b52', '#2b3036', '#6b737b', '#e2714a'],
  sand: ['#cbb084', '#977d52', '#e3d0ae', '#a3503a'],
  cream: ['#ece0c8', '#c2ae8b', '#f8f1e2', '#b9583f'],
  snow: ['#eef0ee', '#b9c2c4', '#ffffff', '#3d7f99'],
  berry: ['#a63d5c', '#702440', '#cf7a92', '#f0c169'],
  rose: ['#d98a84', '#a85b58', '#efb9b3', '#5d7f86'],
  sky: ['#7fb1cb', '#4b7f9b', '#b3d4e3', '#e48c4c'],
  teal: ['#2e8a8d', '#1c5c60', '#6bb8b6', '#f2b45b'],
  pine: ['#305646', '#1d382d', '#5c8672', '#dfa44a'],
  bark: ['#7d5638', '#523722', '#a98360', '#d9b36a'],
  steel: ['#a3b0b7', '#6c7b84', '#d0d9dd', '#d0673f'],
  copper: ['#b96f48', '#834829', '#dca080', '#3f6f75'],
  lemon: ['#e5c447', '#ab8b22', '#f3e08e', '#3c6f8c'],
  lilac: ['#a897c9', '#75659b', '#cfc3e4', '#e0a64c'],
  coral: ['#e2775a', '#aa4c35', '#f2aa92', '#2f7377'],
} as const satisfies Readonly<Record<string, Tones>>;

export type Colour = keyof typeof COLOURS;

/** Those that would be lost on a pale backdrop. */
const PALE: readonly string[] = ['cream', 'snow', 'sand', 'steel', 'lemon'] satisfies Colour[];

export const isPale = (colour: string): boolean => PALE.includes(colour);

export function findPalette(colour: string): Omit<Palette, 'cloth'> | undefined {
  const tones = (COLOURS as Readonly<Record<string, Tones>>)[colour];
  if (tones === undefined) return undefined;
  const [main, dark, light, accent] = tones;
  return { main, dark, light, accent };
}
