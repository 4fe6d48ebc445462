import { IRON } from './palette.ts';
import { type Painter, ellipse, fade, line, path, rect, repeat } from './svg.ts';

/** A charcoal grill: open with something on it, closed under its lid, or a low one for the table. */
export const grill: Painter = ({ main, dark, light, accent }, form) =>
  [
    form === 1 ? '' : fade(line('M130 104 c-14 -16 12 -24 0 -42 M190 104 c-14 -16 12 -24 0 -42', dark, 6), 0.3),
    form === 2 ? rect([96, 206, 128, 36], dark, 8) : line('M100 184 L74 244 M220 184 L246 244 M160 196 V238', IRON, 8),
    path('M58 152 H262 Q258 206 160 206 Q62 206 58 152 Z', main),
    path('M58 152 H96 Q96 190 132 204 Q62 196 58 152 Z', light),
    form === 1
      ? path('M62 146 C68 78 252 78 258 146 Z', main) +
        path('M62 146 C66 108 110 94 140 94 C110 110 100 130 100 146 Z', light) +
        rect([146, 76, 28, 18], dark, 6)
      : repeat(3, (index) => rect([84 + index * 54, 126, 44, 17], index === 1 ? '#7f9f4c' : '#b5562f', 8)) +
        repeat(3, (index) =>
          line(`M${String(94 + index * 54)} 128 l8 13 M${String(108 + index * 54)} 128 l8 13`, '#5a3420', 3),
        ),
    rect([50, 142, 220, 10], IRON, 4),
    ellipse([160, 180, 9, 9], accent),
  ].join('');
