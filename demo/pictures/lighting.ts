import type { Palette } from './palette.ts';
import { type Painter, ellipse, fade, line, path, rect, repeat } from './svg.ts';

const glow = (x: number, y: number, radius: number): string =>
  [1, 0.7, 0.45].map((part) => fade(ellipse([x, y, radius * part, radius * part], '#ffdf94'), 0.2)).join('');

const lantern: Painter = ({ main, dark, light, accent }, variant) =>
  [
    glow(160, 160, 118),
    line('M118 108 C118 44 202 44 202 108', light, 6),
    path(variant === 1 ? 'M112 106 L208 106 L188 82 L132 82 Z' : 'M114 106 Q114 80 160 80 Q206 80 206 106 Z', main),
    rect([122, 104, 76, 96], '#ffeec2', variant === 1 ? 30 : 10),
    variant === 1
      ? path('M160 190 c-26 -24 -12 -44 0 -66 c12 22 26 42 0 66 Z', accent)
      : ellipse([160, 152, 20, 26], '#fffaf0'),
    line('M134 106 L134 200 M186 106 L186 200', dark, 4),
    path('M108 198 L212 198 L222 230 Q222 242 208 242 L112 242 Q98 242 98 230 Z', main),
    path('M108 198 L140 198 L136 242 L112 242 Q98 242 98 230 Z', light),
    ellipse([160, 220, 9, 9], accent),
  ].join('');

const headlamp: Painter = ({ main, dark, light, accent }, variant) =>
  [
    line('M62 176 C62 96 258 96 258 176', main, 22),
    line('M62 176 C62 96 258 96 258 176', light, 6),
    variant === 1 ? line('M160 116 L160 76 C160 60 200 66 220 116', main, 14) : '',
    line('M62 176 C70 214 110 224 124 216 M258 176 C250 214 210 224 196 216', dark, 18),
    glow(160, 188, 96),
    rect([106, 146, 108, 84], dark, 26),
    rect([114, 152, 92, 72], main, 22),
    ellipse([160, 188, 28, 28], light),
    ellipse([160, 188, 21, 21], '#fff4d6'),
    ellipse([198, 164, 6, 6], accent),
  ].join('');

const torch: Painter = ({ main, dark, light, accent }, variant) =>
  [
    fade(path('M196 116 L316 20 L316 196 L220 152 Z', '#ffdf94'), 0.45),
    '<g transform="rotate(-35 150 180)">',
    rect([40, 158, 140, 46], main, 12),
    rect([40, 158, 140, 15], light, 7),
    path('M176 150 L214 138 L214 224 L176 212 Z', dark),
    rect([210, 134, 18, 94], light, 6),
    variant === 0 ? repeat(4, (index) => rect([66 + index * 16, 158, 7, 46], dark)) : rect([60, 158, 12, 46], dark),
    ellipse([148, 170, 11, 7], accent),
    variant === 0 ? '' : line('M40 181 C14 181 14 214 34 214', dark, 6),
    '</g>',
  ].join('');

/** `at` is x and y of the point where the bulb hangs. */
const bulbAt = (at: readonly [number, number], size: number, color: string): string =>
  [
    glow(at[0], at[1] + size * 1.3, size * 2.4),
    rect([at[0] - size * 0.35, at[1] - 2, size * 0.7, size * 0.6], '#39414f', 3),
    ellipse([at[0], at[1] + size * 1.35, size * 0.8, size], color),
    ellipse([at[0] - size * 0.25, at[1] + size * 1.15, size * 0.2, size * 0.35], '#fffaf0'),
  ].join('');

const lightsOnCable = (count: number, size: number, { light, accent }: Palette): string =>
  line('M-6 96 C80 190 240 190 326 96', light, 5) +
  repeat(count, (index) => {
    const part = (index + 0.7) / (count + 0.4);
    const y = 96 + 282 * part * (1 - part);
    return bulbAt([-6 + 332 * part, y], size, index % 2 === 0 ? '#ffe3a1' : accent);
  });

const string: Painter = (palette) => lightsOnCable(4, 26, palette);

const fairylights: Painter = (palette) => lightsOnCable(9, 13, palette);

const bulb: Painter = ({ main, dark, light }) =>
  [
    line('M160 0 L160 84', light, 5),
    glow(160, 168, 120),
    rect([134, 80, 52, 44], main, 8),
    line('M136 96 L184 96 M136 110 L184 110', dark, 4),
    path(
      'M136 122 L184 122 C188 142 216 150 216 186 C216 218 190 238 160 238 C130 238 104 218 104 186 C104 150 132 142 136 122 Z',
      '#ffe6ab',
    ),
    line('M146 128 L140 182 L152 170 L160 186 L168 170 L180 182 L174 128', '#c98a2b', 4),
    fade(ellipse([130, 178, 9, 24], '#fffaf0'), 0.9),
  ].join('');

export const LIGHTING: Readonly<Record<string, Painter>> = { lantern, headlamp, torch, string, fairylights, bulb };
