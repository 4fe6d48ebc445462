import type { Palette } from './palette.ts';
import { type Painter, ellipse, fade, line, path, rect, repeat } from './svg.ts';

const mummy: Painter = ({ main, dark, light, accent }, variant) =>
  [
    '<g transform="rotate(-24 160 170)">',
    path(
      'M40 150 C40 116 70 104 100 108 L250 130 C282 136 292 156 292 172 C292 190 282 208 250 214 L100 236 C70 240 40 226 40 190 Z',
      main,
    ),
    path('M100 108 L250 130 C282 136 292 156 292 172 L92 172 Z', light),
    repeat(5, (index) =>
      line(
        `M${String(124 + index * 32)} ${String(112 + index * 5)} C${String(134 + index * 32)} 150 ${String(134 + index * 32)} 194 ${String(124 + index * 32)} ${String(232 - index * 5)}`,
        dark,
        3,
      ),
    ),
    ellipse([82, 172, 40, 50], dark),
    ellipse([80, 172, 28, 37], variant === 1 ? accent : light),
    line('M112 172 L220 172', accent, 5),
    '</g>',
  ].join('');

const foammat: Painter = ({ main, dark, light, accent }) =>
  [
    path('M52 240 L92 150 L132 240 L172 150 L212 240 L252 150 L276 204 L260 240 Z', dark),
    line('M52 236 L92 150 L132 236 L172 150 L212 236 L252 150 L276 204', main, 16),
    line('M52 230 L92 144 L132 230 L172 144 L212 230 L252 144 L276 198', light, 5),
    line('M40 242 L284 242', accent, 6),
  ].join('');

const airmat: Painter = ({ main, dark, light, accent }) =>
  [
    path('M100 164 L222 164 L304 246 L16 246 Z', dark),
    path('M100 152 L222 152 L304 232 L16 232 Z', main),
    repeat(5, (index) => line(`M${String(117 + index * 22)} 158 L${String(58 + index * 51)} 226`, light, 9)),
    path('M88 150 Q88 126 112 126 L210 126 Q234 126 234 150 L240 164 L82 164 Z', accent),
    line('M106 144 L216 144', light, 4),
  ].join('');

const folded = ({ main, dark, light }: Palette): string =>
  rect([56, 196, 208, 44], dark, 20) + rect([60, 156, 200, 44], main, 20) + rect([56, 116, 208, 44], light, 20);

const blanket: Painter = (palette) =>
  [
    folded(palette),
    repeat(6, (index) => rect([78 + index * 30, 116, 12, 44], palette.accent)),
    line('M66 138 L254 138', palette.main, 6),
    line('M76 178 L244 178', palette.dark, 5),
    repeat(6, (index) => rect([78 + index * 30, 196, 12, 44], palette.accent)),
  ].join('');

const quilt: Painter = (palette) =>
  [
    folded(palette),
    repeat(5, (index) => line(`M${String(88 + index * 36)} 120 L${String(88 + index * 36)} 156`, palette.main, 4)),
    line('M76 178 L244 178', palette.light, 4),
    repeat(5, (index) => line(`M${String(88 + index * 36)} 200 L${String(88 + index * 36)} 236`, palette.main, 4)),
  ].join('');

const TRUNK = '#7a5a43';
const LEAVES = '#7f9c78';

const hammock: Painter = ({ main, dark, light, accent }) =>
  [
    rect([26, 44, 20, 204], TRUNK, 8),
    rect([274, 44, 20, 204], TRUNK, 8),
    ellipse([36, 46, 44, 34], LEAVES),
    ellipse([284, 46, 44, 34], LEAVES),
    line('M40 112 L82 142 M280 112 L238 142', dark, 4),
    path('M76 138 C110 250 210 250 244 138 C210 196 110 196 76 138 Z', main),
    path('M76 138 C110 196 210 196 244 138 C216 178 104 178 76 138 Z', dark),
    line('M96 176 C130 210 190 210 224 176', light, 5),
    line('M104 187 C134 215 186 215 216 187', accent, 5),
    line('M112 198 C138 220 182 220 208 198', light, 5),
  ].join('');

const nethammock: Painter = (palette, variant) =>
  [
    hammock(palette, variant),
    line('M40 88 L280 88', palette.dark, 3),
    fade(path('M76 90 L244 90 L246 140 C206 190 114 190 74 140 Z', '#ffffff'), 0.45),
    repeat(7, (index) =>
      fade(line(`M${String(88 + index * 24)} 92 L${String(88 + index * 24)} 164`, palette.dark, 1), 0.5),
    ),
  ].join('');

const pillow: Painter = ({ main, dark, light, accent }) =>
  [
    path(
      'M60 150 C50 122 76 116 96 126 C140 112 184 112 224 126 C246 116 270 124 260 150 C270 180 270 196 260 220 C268 244 244 246 224 238 C184 246 140 246 96 238 C74 246 50 242 60 220 C50 196 50 180 60 150 Z',
      main,
    ),
    path('M96 126 C140 112 184 112 224 126 C204 146 116 146 96 126 Z', light),
    line('M92 186 C130 166 190 166 228 186', light, 6),
    line('M92 208 C130 190 190 190 228 208', dark, 4),
    ellipse([160, 196, 9, 9], accent),
  ].join('');

export const SLEEPING: Readonly<Record<string, Painter>> = {
  mummy,
  airmat,
  foammat,
  blanket,
  quilt,
  hammock,
  nethammock,
  pillow,
};
