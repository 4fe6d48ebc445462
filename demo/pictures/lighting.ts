import { type Painter, ellipse, fade, line, path, rect, repeat, short } from './svg.ts';

const glow = (x: number, y: number, radius: number): string =>
  [1, 0.7, 0.45].map((part) => fade(ellipse([x, y, radius * part, radius * part], '#ffdf94'), 0.2)).join('');

const lantern: Painter = ({ main, dark, light, accent }, form) =>
  [
    glow(160, 160, 118),
    line('M118 108 C118 44 202 44 202 108', light, 6),
    path(form === 1 ? 'M112 106 L208 106 L188 82 L132 82 Z' : 'M114 106 Q114 80 160 80 Q206 80 206 106 Z', main),
    rect([122, 104, 76, 96], '#ffeec2', form === 1 ? 30 : 10),
    form === 1
      ? path('M160 190 c-26 -24 -12 -44 0 -66 c12 22 26 42 0 66 Z', accent)
      : ellipse([160, 152, 20, 26], '#fffaf0'),
    line('M134 106 L134 200 M186 106 L186 200', dark, 4),
    path('M108 198 L212 198 L222 230 Q222 242 208 242 L112 242 Q98 242 98 230 Z', main),
    path('M108 198 L140 198 L136 242 L112 242 Q98 242 98 230 Z', light),
    ellipse([160, 220, 9, 9], accent),
  ].join('');

const headlamp: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M62 176 C62 96 258 96 258 176', main, 22),
    line('M62 176 C62 96 258 96 258 176', light, 6),
    form === 1 ? line('M160 116 L160 76 C160 60 200 66 220 116', main, 14) : '',
    line('M62 176 C70 214 110 224 124 216 M258 176 C250 214 210 224 196 216', dark, 18),
    glow(160, 188, 96),
    rect([106, 146, 108, 84], dark, 26),
    rect([114, 152, 92, 72], main, 22),
    ellipse([160, 188, 28, 28], light),
    ellipse([160, 188, 21, 21], '#fff4d6'),
    ellipse([198, 164, 6, 6], accent),
  ].join('');

const torch: Painter = ({ main, dark, light, accent }, form) =>
  [
    fade(path('M196 116 L436 -76 V240 L220 152 Z', '#ffdf94'), 0.45),
    '<g transform="rotate(-35 150 180)">',
    rect([40, 158, 140, 46], main, 12),
    rect([40, 158, 140, 15], light, 7),
    path('M176 150 L214 138 L214 224 L176 212 Z', dark),
    rect([210, 134, 18, 94], light, 6),
    form === 0 ? repeat(4, (index) => rect([66 + index * 16, 158, 7, 46], dark)) : rect([60, 158, 12, 46], dark),
    ellipse([148, 170, 11, 7], accent),
    form === 0 ? '' : line('M40 181 C14 181 14 214 34 214', dark, 6),
    '</g>',
  ].join('');

type Point = readonly [x: number, y: number];

/** A bulb that hangs from that point. */
const bulbAt = ([x, y]: Point, size: number, color: string): string =>
  [
    fade(ellipse([x, y + size * 1.3, size * 2.2, size * 2.2], '#ffdf94'), 0.22),
    rect([x - size * 0.35, y - 2, size * 0.7, size * 0.6], '#39414f', 3),
    ellipse([x, y + size * 1.35, size * 0.8, size], color),
    ellipse([x - size * 0.25, y + size * 1.15, size * 0.2, size * 0.35], '#fffaf0'),
  ].join('');

const lampionAt = ([x, y]: Point, color: string, dark: string): string =>
  fade(ellipse([x, y + 34, 58, 58], '#ffdf94'), 0.22) +
  ellipse([x, y + 34, 34, 31], color) +
  line(
    `M${short(x - 33)} ${short(y + 30)} q33 12 66 0 M${short(x - 29)} ${short(y + 46)} q29 10 58 0 M${short(x - 27)} ${short(y + 18)} q27 10 54 0`,
    dark,
    2,
  ) +
  rect([x - 11, y, 22, 7], dark, 3);

/** How deep the cable hangs at that part of it. */
const sag = (part: number): number => 96 + 282 * part * (1 - part);

const onCable = (count: number, color: string, hang: (x: number, y: number, index: number) => string): string =>
  line('M-30 60 L-6 96 C80 190 240 190 326 96 L350 60', color, 5) +
  repeat(count, (index) => {
    const part = (index + 0.7) / (count + 0.4);
    return hang(-6 + 332 * part, sag(part), index);
  });

const WARM = '#ffe3a1';

const string: Painter = ({ main, dark, light, accent }, form) =>
  form === 1
    ? onCable(3, light, (x, y, index) => lampionAt([x, y], index === 1 ? accent : main, dark))
    : onCable(form === 2 ? 5 : 4, light, (x, y, index) =>
        bulbAt([x, y], form === 2 ? 21 : 26, index % 2 === 0 ? WARM : accent),
      );

const fairylights: Painter = ({ main, light, accent }, form) =>
  form === 1
    ? [
        fade(ellipse([160, 160, 120, 110], '#ffdf94'), 0.16),
        path(
          'M122 92 H198 V104 C214 116 220 128 220 146 V222 Q220 242 200 242 H120 Q100 242 100 222 V146 C100 128 106 116 122 104 Z',
          '#5b7181',
        ),
        line('M128 222 C190 214 120 190 178 184 C214 178 110 160 150 148 C196 138 130 124 160 98', light, 3),
        repeat(12, (index) =>
          ellipse([118 + ((index * 37) % 84), 130 + index * 8.6, 5.5, 5.5], index % 3 === 0 ? accent : '#ffeab8'),
        ),
        rect([116, 74, 88, 22], main, 6),
      ].join('')
    : onCable(form === 2 ? 7 : 9, light, (x, y, index) =>
        bulbAt([x, y], form === 2 ? 15 : 12, index % 2 === 0 ? WARM : form === 2 ? main : accent),
      );

const bulb: Painter = ({ main, dark, light, accent }, form) =>
  [
    line(form === 2 ? 'M160 0 C150 30 172 50 160 84' : 'M160 0 V84', light, 5),
    glow(160, 168, 120),
    rect([134, 80, 52, 44], main, 8),
    line('M136 96 H184 M136 110 H184', dark, 4),
    form === 1
      ? ellipse([160, 180, 64, 60], '#ffe6ab')
      : path(
          'M136 122 H184 C188 142 216 150 216 186 C216 218 190 238 160 238 C130 238 104 218 104 186 C104 150 132 142 136 122 Z',
          '#ffe6ab',
        ),
    line('M146 128 L140 182 L152 170 L160 186 L168 170 L180 182 L174 128', '#c98a2b', 4),
    fade(ellipse([130, 178, 9, 24], '#fffaf0'), 0.9),
    form === 2
      ? path('M92 150 C96 104 130 84 160 84 C190 84 224 104 228 150 Q160 132 92 150 Z', main) +
        line('M92 150 Q160 132 228 150', accent, 5)
      : '',
  ].join('');

const flameAt = (x: number, y: number): string =>
  path(`M${String(x)} ${String(y)} c-17 -16 -8 -30 0 -46 c8 16 17 30 0 46 Z`, '#f2a03c') +
  path(`M${String(x)} ${String(y)} c-8 -8 -4 -16 0 -24 c4 8 8 16 0 24 Z`, '#fff3cf');

const waxAt = (x: number, y: number, color: string): string =>
  rect([x - 27, y, 54, 240 - y], color, 6) +
  ellipse([x, y + 2, 27, 8], '#fff6e2') +
  line(`M${String(x)} ${String(y + 2)} v-10`, '#3a3530', 3) +
  flameAt(x, y - 4);

const candle: Painter = ({ main, dark, light, accent }, form) =>
  form === 2
    ? glow(160, 130, 120) + waxAt(104, 172, light) + waxAt(216, 152, accent) + waxAt(160, 118, main)
    : form === 1
      ? [
          glow(160, 84, 100),
          path('M98 240 Q100 222 160 222 Q220 222 222 240 Z', dark),
          rect([152, 176, 16, 50], dark, 4),
          ellipse([160, 178, 34, 9], main),
          rect([144, 96, 32, 80], '#f6ead0', 5),
          flameAt(160, 92),
          line('M190 180 C226 176 224 214 196 212', main, 8),
        ].join('')
      : [
          glow(160, 140, 116),
          rect([104, 124, 112, 116], main, 16),
          rect([104, 124, 28, 116], light, 14),
          ellipse([160, 128, 55, 12], dark),
          ellipse([160, 130, 47, 9], '#fbe9bf'),
          flameAt(160, 126),
          rect([126, 168, 68, 44], '#f4ecdb', 5),
          line('M138 184 H182 M146 196 H174', dark, 4),
        ].join('');

const tablelamp: Painter = ({ main, dark, light, accent }, form) =>
  [
    glow(160, 124, 122),
    rect([153, 140, 14, 92], form === 1 ? accent : dark, 4),
    path('M112 240 Q114 226 160 226 Q206 226 208 240 Z', dark),
    form === 0
      ? path('M102 152 L128 70 H192 L218 152 Z', main) +
        path('M102 152 L128 70 H146 L132 152 Z', light) +
        rect([100, 146, 120, 8], '#ffe7b0', 3)
      : '',
    form === 1
      ? path('M78 150 C82 76 238 76 242 150 Q160 166 78 150 Z', main) +
        path('M78 150 C82 100 130 88 160 92 C122 106 112 130 112 156 Z', light)
      : '',
    form === 2
      ? ellipse([160, 116, 56, 56], '#ffe9b8') +
        ellipse([142, 98, 18, 22], '#fffaf0') +
        rect([134, 164, 52, 14], main, 6)
      : '',
    line('M186 154 V178', light, 2),
    ellipse([186, 182, 4, 4], accent),
  ].join('');

export const LIGHTING: Readonly<Record<string, Painter>> = {
  ...{ lantern, headlamp, torch, string, fairylights, bulb },
  ...{ candle, tablelamp },
};
