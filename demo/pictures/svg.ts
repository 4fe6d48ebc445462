import type { Palette } from './palette.ts';

/** Draws one kind of product on a canvas of 320 x 320, standing on y = 240; `form` is 0, 1 or 2. */
export type Painter = (palette: Palette, form: number) => string;

export const path = (d: string, fill: string): string => `<path d="${d}" fill="${fill}"/>`;

export const line = (d: string, stroke: string, width = 4): string =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${String(width)}" stroke-linecap="round" stroke-linejoin="round"/>`;

/** `box` is x, y, width, height. */
export const rect = (box: readonly [number, number, number, number], fill: string, radius = 0): string =>
  `<rect x="${short(box[0])}" y="${short(box[1])}" width="${short(box[2])}" height="${short(box[3])}" rx="${String(radius)}" fill="${fill}"/>`;

/** `box` is the centre and the two radii. */
export const ellipse = (box: readonly [number, number, number, number], fill: string): string =>
  `<ellipse cx="${short(box[0])}" cy="${short(box[1])}" rx="${short(box[2])}" ry="${short(box[3])}" fill="${fill}"/>`;

export const fade = (markup: string, opacity: number): string => `<g opacity="${String(opacity)}">${markup}</g>`;

export const group = (transform: string, ...marks: readonly string[]): string =>
  `<g transform="${transform}">${marks.join('')}</g>`;

/** The same marks again, seen in a mirror that stands in the middle of the canvas. */
export const mirrored = (markup: string): string => markup + group('translate(320 0) scale(-1 1)', markup);

/** One mark for each number from 0 to `count - 1`. */
export const repeat = (count: number, mark: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => mark(index)).join('');

/** At most one decimal: a picture is sent often. */
export const short = (value: number): string => String(Math.round(value * 10) / 10);
