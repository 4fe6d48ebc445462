import type { Palette } from './palette.ts';
import { ellipse, line, path, rect } from './svg.ts';

type Weave = (colours: Omit<Palette, 'cloth'>) => readonly [width: number, height: number, marks: string];

/** What a cloth may have woven or printed into it: one tile each. */
const WEAVES: Readonly<Record<string, Weave>> = {
  stripes: ({ light, accent }) => [40, 36, rect([0, 4, 40, 9], light) + rect([0, 22, 40, 4], accent)],
  bars: ({ light }) => [30, 30, rect([0, 0, 12, 30], light)],
  check: ({ dark, light, accent }) => [
    44,
    44,
    `<g opacity=".55">${rect([0, 6, 44, 14], dark)}${rect([8, 0, 14, 44], light)}</g>` +
      line('M0 34 H44 M36 0 V44', accent, 2.5),
  ],
  dots: ({ light }) => [26, 26, ellipse([7, 7, 3.6, 3.6], light) + ellipse([20, 20, 3.6, 3.6], light)],
  fairisle: ({ dark, light, accent }) => [
    32,
    56,
    line('M0 6 H32 M0 46 H32', light, 3) +
      path('M16 12 L28 26 L16 40 L4 26 Z', light) +
      path('M16 19 L22 26 L16 33 L10 26 Z', accent) +
      path('M0 20 L6 26 L0 32 Z M32 20 L26 26 L32 32 Z', dark),
  ],
  zigzag: ({ light, accent }) => [
    36,
    34,
    line('M-2 14 L9 4 L18 14 L27 4 L38 14', light, 5) + line('M-2 30 L9 20 L18 30 L27 20 L38 30', accent, 3),
  ],
  knit: ({ dark, light }) => [
    18,
    16,
    `<g opacity=".5">${line('M2 2 L9 9 L16 2', light, 3)}${line('M2 10 L9 17 L16 10', dark, 2)}</g>`,
  ],
  quilted: ({ dark, light }) => [
    34,
    34,
    `<g opacity=".6">${line('M0 0 L34 34 M34 0 L0 34', dark, 2.5)}${line('M3 1 L33 31', light, 1.5)}</g>`,
  ],
};

/** A pattern for `fill="url(#cloth)"`, or undefined where there is none of that name. */
export function drawPattern(name: string, colours: Omit<Palette, 'cloth'>): string | undefined {
  const weave = WEAVES[name];
  if (weave === undefined) return undefined;
  const [width, height, marks] = weave(colours);
  const size = `width="${String(width)}" height="${String(height)}"`;
  return `<pattern id="cloth" ${size} patternUnits="userSpaceOnUse">${rect([0, 0, width, height], colours.main)}${marks}</pattern>`;
}
