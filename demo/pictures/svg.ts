import type { Palette } from './palette.ts';

/** Draws one kind of product on a canvas of 320 x 320, standing on y = 240; `variant` is 0, 1 or 2. */
export type Painter = (palette: Palette, variant: number) => string;

export const path = (d: string, fill: string): string => `<path d="${d}" fill="${fill}"/>`;

export const line = (d: string, stroke: string, width = 4): string =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${String(width)}" stroke-linecap="round" stroke-linejoin="round"/>`;

/** `box` is x, y, width, height. */
export const rect = (box: readonly [number, number, number, number], fill: string, radius = 0): string =>
  `<rect x="${String(box[0])}" y="${String(box[1])}" width="${String(box[2])}" height="${String(box[3])}" rx="${String(radius)}" fill="${fill}"/>`;

/** `box` is the centre and the two radii. */
export const ellipse = (box: readonly [number, number, number, number], fill: string): string =>
  `<ellipse cx="${String(box[0])}" cy="${String(box[1])}" rx="${String(box[2])}" ry="${String(box[3])}" fill="${fill}"/>`;

export const fade = (markup: string, opacity: number): string => `<g opacity="${String(opacity)}">${markup}</g>`;

/** One mark for each number from 0 to `count - 1`. */
export const repeat = (count: number, mark: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => mark(index)).join('');
