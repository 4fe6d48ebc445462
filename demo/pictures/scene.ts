import { WOOD, WOOD_DARK } from './palette.ts';
import { ellipse, fade, line, path, rect, repeat, short } from './svg.ts';

/** Where an object stands: what is behind it and what is under it. */
export type SceneName =
  'meadow' | 'hills' | 'forest' | 'shore' | 'snow' | 'night' | 'room' | 'terrace' | 'rail' | 'flat';

interface Backdrop {
  readonly top: string;
  readonly bottom: string;
  readonly halo: string;
  readonly ground: string;
}

/** Mid tones that neither glare on a dark page nor sink on a light one. */
const DAY: readonly Backdrop[] = [
  { top: '#cfe3e0', bottom: '#eef1e2', halo: '#f7efd2', ground: '#a9c2a1' },
  { top: '#d3deec', bottom: '#f0ebe2', halo: '#faf3dd', ground: '#b5bfa6' },
  { top: '#f0dccb', bottom: '#f6efe0', halo: '#fff6dc', ground: '#cdb892' },
  { top: '#dcd8ea', bottom: '#f3ebe6', halo: '#fbeedd', ground: '#b3b8a8' },
  { top: '#e6dfc4', bottom: '#f4efdf', halo: '#fdf8e4', ground: '#b9bb8c' },
  { top: '#efd5d2', bottom: '#f7ebe2', halo: '#fdf4e6', ground: '#c9b3a3' },
];

/** For what is pale itself. */
const DEEP: readonly Backdrop[] = [
  { top: '#7fa7a3', bottom: '#b7cdb9', halo: '#93b7a8', ground: '#6f917b' },
  { top: '#7f97b8', bottom: '#bac7d2', halo: '#98aec8', ground: '#7f8f86' },
  { top: '#c38f72', bottom: '#e0c09f', halo: '#d3a684', ground: '#a47d5c' },
  { top: '#8b9173', bottom: '#c6caae', halo: '#a4aa89', ground: '#757b5e' },
];

const DUSK: readonly Backdrop[] = [
  { top: '#27344f', bottom: '#5d6382', halo: '#f3c97a', ground: '#1f2a3d' },
  { top: '#2c3a4a', bottom: '#6d7a7c', halo: '#f6d38c', ground: '#223038' },
  { top: '#3a2f4f', bottom: '#7d6480', halo: '#f4bf81', ground: '#2a2339' },
  { top: '#1f3b46', bottom: '#54777a', halo: '#f5cf88', ground: '#172c33' },
];

const SHADOW =
  '<radialGradient id="shade"><stop offset=".35" stop-color="#1b2a33" stop-opacity=".42"/><stop offset="1" stop-color="#1b2a33" stop-opacity="0"/></radialGradient>';

/** `shift` is 0 to 59. */
type Place = (backdrop: Backdrop, shift: number) => string;

const floor = ({ ground }: Backdrop): string => path('M0 236 Q160 222 320 236 V320 H0 Z', ground);

const standing = ellipse([160, 243, 142, 17], 'url(#shade)');

const pine = (x: number, height: number, fill: string): string =>
  path(`M${short(x)} ${short(240 - height)} l${short(height / 4)} ${short(height)} h${short(-height / 2)} Z`, fill);

const meadow: Place = (backdrop) =>
  fade(ellipse([160, 150, 116, 116], backdrop.halo), 0.9) + floor(backdrop) + standing;

const hills: Place = (backdrop, shift) =>
  ellipse([76 + shift * 3, 76, 34, 34], backdrop.halo) +
  fade(
    path(`M0 ${short(196 - shift / 2)} Q70 130 150 190 T320 ${short(150 + shift / 2)} V260 H0 Z`, backdrop.ground),
    0.55,
  ) +
  floor(backdrop) +
  standing;

const forest: Place = (backdrop, shift) =>
  ellipse([250 - shift * 2, 70, 28, 28], backdrop.halo) +
  fade(
    repeat(7, (index) => pine(index * 54 + shift / 3 - 10, 110 + ((index * 47 + shift) % 60), backdrop.ground)),
    0.75,
  ) +
  floor(backdrop) +
  standing;

const shore: Place = (backdrop, shift) =>
  ellipse([70 + shift * 3, 84, 30, 30], backdrop.halo) +
  rect([0, 170, 320, 80], '#8fb9c4') +
  line(`M${short(20 + shift)} 190 h44 M${short(190 - shift)} 204 h60 M${short(120 + shift)} 180 h30`, '#c4dde0', 3) +
  path('M0 226 Q90 214 170 226 T320 222 V320 H0 Z', '#dcc79c') +
  standing;

const snow: Place = (backdrop, shift) =>
  fade(path(`M-20 220 L${short(60 + shift)} 96 L130 190 L${short(200 + shift)} 80 L340 220 Z`, '#9fb3c4'), 0.8) +
  path(`M${short(60 + shift)} 96 l-22 34 l14 -6 l12 10 l16 -10 Z`, '#f4f7f8') +
  path('M0 236 Q160 220 320 236 V320 H0 Z', '#e9eff1') +
  fade(ellipse([160, 150, 90, 90], backdrop.halo), 0.35) +
  standing;

const night: Place = (backdrop, shift) => {
  const star = (x: number, y: number): string => fade(ellipse([x, y, 1.8, 1.8], '#fff'), 0.7);
  const stars = star(40 + shift, 44) + star(250 - shift, 30) + star(286, 110) + star(30, 150 - shift);
  return stars + floor(backdrop) + standing;
};

const room: Place = (backdrop, shift) =>
  rect([0, 0, 320, 238], backdrop.top) +
  fade(ellipse([90 + shift * 2, 120, 96, 96], backdrop.halo), 0.75) +
  rect([0, 236, 320, 84], WOOD) +
  rect([0, 236, 320, 7], WOOD_DARK) +
  fade(line('M20 276 h120 M180 292 h110 M60 308 h70', WOOD_DARK, 2), 0.5) +
  ellipse([160, 247, 138, 14], 'url(#shade)');

const terrace: Place = (backdrop, shift) =>
  ellipse([80 + shift * 2, 80, 32, 32], backdrop.halo) +
  fade(path(`M0 190 Q60 ${short(120 + shift / 2)} 130 180 T320 160 V240 H0 Z`, backdrop.ground), 0.7) +
  rect([0, 222, 320, 98], '#c2a684') +
  fade(line('M0 244 H320 M0 268 H320 M0 294 H320', '#8d7353', 2), 0.55) +
  standing;

/** A wall with a rail of pegs; what hangs there casts its own shadow. */
const rail: Place = (backdrop, shift) =>
  rect([0, 0, 320, 320], backdrop.top) +
  fade(ellipse([120 + shift, 170, 128, 128], backdrop.halo), 0.8) +
  rect([0, 44, 320, 18], WOOD, 2) +
  rect([0, 58, 320, 4], WOOD_DARK) +
  repeat(3, (index) => ellipse([34 + index * 126, 54, 6, 6], WOOD_DARK));

/** Seen from above. */
const flat: Place = (backdrop, shift) =>
  rect([0, 0, 320, 320], backdrop.bottom) +
  fade(ellipse([130 + shift, 150, 132, 132], backdrop.halo), 0.9) +
  fade(path('M0 270 Q120 220 320 280 V320 H0 Z', backdrop.ground), 0.5);

const PLACES: Readonly<Record<SceneName, Place>> = {
  ...{ meadow, hills, forest, shore, snow },
  ...{ night, room, terrace, rail, flat },
};

/** Whether what is there lies or hangs flat before its background. */
export const isFlat = (name: SceneName): boolean => name === 'rail' || name === 'flat';

const pick = (backdrops: readonly Backdrop[], hash: number): Backdrop => {
  const backdrop = backdrops[hash % backdrops.length];
  if (backdrop === undefined) throw new RangeError('a table of backdrops is empty');
  return backdrop;
};

/** The scene by a hash: definitions first, then what is drawn. `pale` is true of an object that needs a deeper one. */
export function drawScene(name: SceneName, hash: number, pale: boolean): readonly [defs: string, markup: string] {
  const backdrop = pick(name === 'night' ? DUSK : pale ? DEEP : DAY, hash);
  const sky = `<linearGradient id="sky" x2="0" y2="1"><stop stop-color="${backdrop.top}"/><stop offset="1" stop-color="${backdrop.bottom}"/></linearGradient>`;
  const drop = '<filter id="drop"><feDropShadow dx="5" dy="8" stdDeviation="6" flood-opacity=".28"/></filter>';
  const place = PLACES[name](backdrop, (hash >>> 20) % 60);
  return isFlat(name) ? [drop, place] : [sky + SHADOW, rect([0, 0, 320, 320], 'url(#sky)') + place];
}
