/** The colours of one picture: a backdrop and an object in front of it. */
export interface Palette {
  readonly skyTop: string;
  readonly skyBottom: string;
  readonly halo: string;
  readonly ground: string;
  readonly main: string;
  readonly dark: string;
  readonly light: string;
  readonly accent: string;
}

type Backdrop = Pick<Palette, 'skyTop' | 'skyBottom' | 'halo' | 'ground'>;
type Paint = Pick<Palette, 'main' | 'dark' | 'light' | 'accent'>;

/** Mid tones that neither glare on a dark page nor sink on a light one. */
const DAY: readonly Backdrop[] = [
  { skyTop: '#cfe3e0', skyBottom: '#eef1e2', halo: '#f7efd2', ground: '#a9c2a1' },
  { skyTop: '#d3deec', skyBottom: '#f0ebe2', halo: '#faf3dd', ground: '#b5bfa6' },
  { skyTop: '#f0dccb', skyBottom: '#f6efe0', halo: '#fff6dc', ground: '#cdb892' },
  { skyTop: '#dcd8ea', skyBottom: '#f3ebe6', halo: '#fbeedd', ground: '#b3b8a8' },
];

const DUSK: readonly Backdrop[] = [
  { skyTop: '#27344f', skyBottom: '#5d6382', halo: '#f3c97a', ground: '#1f2a3d' },
  { skyTop: '#2c3a4a', skyBottom: '#6d7a7c', halo: '#f6d38c', ground: '#223038' },
  { skyTop: '#3a2f4f', skyBottom: '#7d6480', halo: '#f4bf81', ground: '#2a2339' },
];

const PAINTS: readonly Paint[] = [
  { main: '#c8553d', dark: '#8f3626', light: '#e58b6d', accent: '#f2c14e' },
  { main: '#3f7d6e', dark: '#27544a', light: '#74ab98', accent: '#e9a23b' },
  { main: '#31638f', dark: '#1f4262', light: '#6b98bf', accent: '#f0b35a' },
  { main: '#d49a3a', dark: '#996a1f', light: '#ecc578', accent: '#b6483a' },
  { main: '#6d5a8c', dark: '#483a61', light: '#9f8cbc', accent: '#e7b24c' },
  { main: '#7a8b45', dark: '#525f2b', light: '#a9b877', accent: '#d4643c' },
];

/** The colours for a hash: the same product always looks the same. */
export function choosePalette(hash: number, time: 'day' | 'dusk'): Palette {
  const backdrops = time === 'day' ? DAY : DUSK;
  const backdrop = backdrops[hash % backdrops.length];
  const paint = PAINTS[(hash >>> 8) % PAINTS.length];
  if (backdrop === undefined || paint === undefined) throw new RangeError('a palette table is empty');
  return { ...backdrop, ...paint };
}
