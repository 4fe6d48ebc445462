import { IRON, PAPER, STEEL, STEEL_DARK, WOOD, WOOD_DARK } from './palette.ts';
import { type Painter, ellipse, fade, group, line, path, rect, repeat } from './svg.ts';

const COFFEE = '#5a3420';

const bowlAt = (y: number, outside: string, inside: string): string =>
  path(
    `M68 ${String(y)} H252 C250 ${String(y + 52)} 214 ${String(y + 86)} 188 ${String(y + 90)} H132 C106 ${String(y + 86)} 70 ${String(y + 52)} 68 ${String(y)} Z`,
    outside,
  ) + ellipse([160, y, 92, 15], inside);

const bowls: Painter = ({ main, dark, light, accent }, form) =>
  form === 1
    ? bowlAt(150, dark, light) + bowlAt(124, accent, light) + bowlAt(98, main, light) + ellipse([160, 98, 80, 10], dark)
    : [
        form === 0 ? fade(line('M136 112 c-14 -16 12 -24 0 -42 M180 112 c-14 -16 12 -24 0 -42', dark, 6), 0.35) : '',
        bowlAt(150, main, light),
        path('M68 150 C70 202 106 236 132 240 H150 C118 220 96 190 94 158 Z', light),
        ellipse([160, 151, 82, 11], form === 0 ? '#c9793a' : dark),
        form === 0 ? repeat(4, (index) => ellipse([118 + index * 28, 150 + (index % 2) * 4, 7, 4], '#7f9f4c')) : '',
        form === 2
          ? line('M176 148 L246 78', WOOD, 9) +
            repeat(5, (index) => ellipse([96 + index * 32, 188 + (index % 2) * 18, 5, 5], accent))
          : '',
      ].join('');

const fork = (handle: string): string =>
  path('M140 58 v40 q0 24 20 26 q20 -2 20 -26 v-40 h-7 v36 h-9 v-36 h-8 v36 h-9 v-36 Z', STEEL) +
  rect([155, 118, 10, 40], STEEL, 3) +
  rect([150, 150, 20, 110], handle, 9);

const spoon = (handle: string): string =>
  ellipse([160, 92, 23, 36], STEEL) +
  ellipse([160, 90, 15, 27], STEEL_DARK) +
  rect([155, 122, 10, 34], STEEL, 3) +
  rect([150, 150, 20, 110], handle, 9);

const blade = (handle: string): string =>
  path('M150 154 V62 q26 14 22 92 Z', STEEL) + rect([150, 150, 20, 110], handle, 9);

const cutlery: Painter = ({ main, dark, light, accent }, form) =>
  form === 2
    ? group('rotate(38 160 160)', spoon(main), path('M150 150 h20 v22 h-20 Z', accent)) +
      group('translate(8 0) rotate(-38 160 160)', fork(main), path('M150 150 h20 v22 h-20 Z', accent))
    : [
        group('translate(-66 4) rotate(-6 160 160)', fork(main)),
        group('translate(0 4)', spoon(main)),
        group('translate(66 4) rotate(6 160 160)', blade(main)),
        form === 1
          ? rect([58, 176, 204, 60], dark, 12) + line('M70 190 H250', light, 4) + rect([148, 192, 24, 30], accent, 5)
          : '',
      ].join('');

const moka: Painter = ({ main, dark, light, accent }, form) =>
  [
    fade(line('M96 84 c-14 -14 10 -20 0 -38', dark, 6), 0.35),
    line('M204 106 H240 Q250 106 248 118 L240 172', IRON, 13),
    path('M112 240 L126 178 H194 L208 240 Z', main),
    path('M112 240 L126 178 H146 L140 240 Z', light),
    path('M208 240 L194 178 H178 L184 240 Z', dark),
    rect([120, 166, 80, 14], dark, 4),
    path('M126 166 L110 96 H210 L194 166 Z', main),
    path('M126 166 L110 96 H142 L148 166 Z', light),
    path('M194 166 L210 96 H182 L176 166 Z', dark),
    path('M112 92 L90 100 L118 130 Z', main),
    path('M106 96 L132 74 H188 L214 96 Z', dark),
    rect([150, 56, 20, 20], form === 1 ? WOOD : accent, 6),
    form === 2 ? line('M118 214 H202', accent, 6) : '',
  ].join('');

const dripper: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M214 100 C250 98 248 146 200 140', dark, 9),
    path('M108 92 L120 70 H200 L212 92 Z', PAPER),
    path('M98 88 H222 L180 156 H140 Z', main),
    path('M98 88 H132 L152 156 H140 Z', light),
    form === 1 ? line('M146 92 L154 154 M174 92 L168 154', dark, 4) : '',
    rect([122, 154, 76, 11], dark, 4),
    fade(
      path(
        'M132 165 H188 C190 182 226 196 226 222 Q226 242 206 242 H114 Q94 242 94 222 C94 196 130 182 132 165 Z',
        '#dbe8ec',
      ),
      0.9,
    ),
    path('M95 212 Q160 202 225 212 L226 222 Q226 242 206 242 H114 Q94 242 94 222 Z', COFFEE),
    line('M160 166 V204', COFFEE, 4),
    fade(line('M112 204 C118 192 130 186 136 180', '#ffffff', 5), 0.8),
    form === 2 ? rect([128, 164, 64, 14], accent, 6) : '',
  ].join('');

const cooler: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M88 138 C88 64 232 64 232 138', form === 1 ? accent : dark, 10),
    rect([62, 148, 196, 92], main, 14),
    rect([62, 148, 48, 92], light, 14),
    form === 1
      ? rect([56, 130, 208, 26], dark, 12) + line('M72 143 H248', accent, 5) + rect([124, 178, 72, 44], dark, 8)
      : rect([54, 118, 212, 38], form === 2 ? '#f4ecdb' : dark, 12) + rect([142, 144, 36, 26], accent, 6),
    form === 1 ? '' : line('M80 204 H240', dark, 4) + rect([230, 222, 20, 12], dark, 4),
  ].join('');

const bread = (x: number, y: number): string =>
  group(
    `translate(${String(x)} ${String(y)})`,
    path('M0 14 Q0 0 16 0 H40 Q56 0 56 14 Q56 22 50 24 V50 H6 V24 Q0 22 0 14 Z', '#b9813f'),
    path('M5 14 Q6 6 16 6 H40 Q50 6 51 14 Q50 19 45 20 V45 H11 V20 Q6 19 5 14 Z', '#ecd3a0'),
  );

const board: Painter = ({ main, dark, accent }, form) =>
  [
    group(
      'rotate(-14 160 160)',
      rect([62, 92, 196, 136], WOOD, 22),
      rect([62, 92, 196, 20], '#bb9064', 12),
      line('M84 136 H210 M92 166 H236 M84 198 H190', WOOD_DARK, 2),
      form === 1 ? rect([96, 222, 60, 54], WOOD, 18) : '',
      ellipse([form === 1 ? 126 : 236, form === 1 ? 256 : 114, 9, 9], WOOD_DARK),
      form === 2
        ? path('M96 190 L164 150 L176 200 Z', '#eec65a') + ellipse([150, 180, 7, 7], '#d4a63a')
        : bread(84, 132) + bread(150, 146),
    ),
    group(
      'translate(58 -8) rotate(24 160 160)',
      path('M150 166 V64 q30 20 24 102 Z', STEEL),
      rect([148, 162, 24, 92], main, 10),
      ellipse([160, 236, 4, 4], accent),
      rect([148, 162, 24, 12], dark),
    ),
  ].join('');

const jerrycan: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M88 110 Q88 92 106 92 H192 L232 130 V224 Q232 242 214 242 H106 Q88 242 88 224 Z', main),
    path('M88 110 Q88 92 106 92 H118 V242 H106 Q88 242 88 224 Z', light),
    rect([120, 106, 58, 20], dark, 10),
    group('rotate(43 216 108)', rect([200, 84, 34, 26], accent, 5), rect([204, 106, 26, 10], dark)),
    form === 0 ? line('M124 146 L214 228 M214 146 L124 228', dark, 6) : '',
    form === 1
      ? rect([196, 210, 46, 12], accent, 4) +
        rect([226, 210, 12, 26], accent, 4) +
        line('M126 160 H196 M126 182 H196', light, 5)
      : '',
    form === 2 ? path('M160 148 C140 178 136 190 136 200 a24 24 0 0 0 48 0 C184 190 180 178 160 148 Z', light) : '',
  ].join('');

const lunchbox: Painter = ({ main, dark, light, accent }, form) =>
  [
    form === 2 ? line('M100 132 C100 84 220 84 220 132', STEEL_DARK, 8) : '',
    rect([68, 146, 184, 94], main, 18),
    rect([68, 146, 42, 94], light, 18),
    form === 0 ? '' : rect([62, 188, 196, 10], dark, 5),
    rect([60, 126, 200, 30], form === 1 ? WOOD : dark, 12),
    repeat(2, (index) => rect([92 + index * 116, 140, 20, 34], accent, 5)),
    form === 1 ? line('M76 136 H244', WOOD_DARK, 2) : line('M76 134 H244', light, 3),
  ].join('');

export const TABLEWARE: Readonly<Record<string, Painter>> = {
  ...{ bowls, cutlery, moka, dripper },
  ...{ cooler, board, jerrycan, lunchbox },
};
