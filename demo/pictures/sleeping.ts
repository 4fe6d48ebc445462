import type { Palette } from './palette.ts';
import { type Painter, ellipse, fade, group, line, path, rect, repeat } from './svg.ts';

const mummy: Painter = ({ main, dark, light, accent }, form) =>
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
    ellipse([80, 172, 28, 37], form === 1 ? accent : light),
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

const airmat: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M96 196 H286 Q304 196 304 218 Q304 242 286 242 H96 Z', dark),
    repeat(7, (index) => rect([104 + index * 28, 194, 25, 42], index % 2 === 0 ? main : light, 11)),
    form === 2 ? rect([232, 170, 66, 34], accent, 16) : '',
    ellipse([84, 200, 44, 42], dark),
    ellipse([84, 200, 34, 32], main),
    line('M84 200 C96 186 104 206 88 214 C66 220 58 196 74 182', light, 5),
    rect([298, 206, 16, 14], accent, 4),
    form === 1 ? line('M52 176 L40 152 M44 158 L60 148', accent, 6) : '',
  ].join('');

const folded = ({ cloth, dark, light }: Palette): string =>
  rect([56, 196, 208, 44], dark, 20) + rect([60, 156, 200, 44], cloth, 20) + rect([56, 116, 208, 44], light, 20);

const fringes = (y: number, color: string): string =>
  repeat(15, (index) => line(`M${String(76 + index * 12)} ${String(y)} v12`, color, 4));

const blanket: Painter = (palette, form) =>
  form === 0
    ? [
        folded(palette),
        repeat(6, (index) => rect([78 + index * 30, 116, 12, 44], palette.accent)),
        line('M66 138 L254 138', palette.main, 6),
        line('M76 178 L244 178', palette.dark, 5),
        repeat(6, (index) => rect([78 + index * 30, 196, 12, 44], palette.accent)),
      ].join('')
    : form === 1
      ? [
          rect([52, 150, 216, 90], palette.cloth, 18),
          rect([60, 120, 200, 46], palette.cloth, 18),
          line('M62 164 Q160 178 258 164', palette.dark, 4),
          line('M54 208 Q160 220 266 208', palette.dark, 4),
          fringes(236, palette.light),
        ].join('')
      : [
          group(
            'rotate(-4 160 190)',
            rect([56, 128, 172, 112], palette.cloth, 54),
            ellipse([228, 184, 40, 56], palette.dark),
            ellipse([228, 184, 30, 44], palette.cloth),
            line('M228 184 C248 168 254 204 232 208 C206 208 208 160 234 158', palette.dark, 5),
          ),
          rect([96, 130, 16, 110], palette.accent, 3),
          rect([168, 126, 16, 114], palette.accent, 3),
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

const hammock: Painter = ({ dark, light, accent, cloth }) =>
  [
    rect([26, 44, 20, 204], TRUNK, 8),
    rect([274, 44, 20, 204], TRUNK, 8),
    ellipse([36, 46, 44, 34], LEAVES),
    ellipse([284, 46, 44, 34], LEAVES),
    line('M40 112 L82 142 M280 112 L238 142', dark, 4),
    path('M76 138 C110 250 210 250 244 138 C210 196 110 196 76 138 Z', cloth),
    path('M76 138 C110 196 210 196 244 138 C216 178 104 178 76 138 Z', dark),
    line('M96 176 C130 210 190 210 224 176', light, 5),
    line('M104 187 C134 215 186 215 216 187', accent, 5),
    line('M112 198 C138 220 182 220 208 198', light, 5),
  ].join('');

const nethammock: Painter = (palette, form) =>
  [
    hammock(palette, form),
    line('M40 88 L280 88', palette.dark, 3),
    fade(path('M76 90 L244 90 L246 140 C206 190 114 190 74 140 Z', '#ffffff'), 0.45),
    repeat(7, (index) =>
      fade(line(`M${String(88 + index * 24)} 92 L${String(88 + index * 24)} 164`, palette.dark, 1), 0.5),
    ),
  ].join('');

const pillow: Painter = ({ dark, light, accent, cloth }, form) =>
  [
    path(
      'M60 150 C50 122 76 116 96 126 C140 112 184 112 224 126 C246 116 270 124 260 150 C270 180 270 196 260 220 C268 244 244 246 224 238 C184 246 140 246 96 238 C74 246 50 242 60 220 C50 196 50 180 60 150 Z',
      cloth,
    ),
    path('M96 126 C140 112 184 112 224 126 C204 146 116 146 96 126 Z', light),
    line('M92 186 C130 166 190 166 228 186', light, 6),
    line('M92 208 C130 190 190 190 228 208', dark, 4),
    form === 1
      ? rect([228, 200, 26, 16], accent, 5)
      : form === 2
        ? line('M70 140 V230 M250 140 V230', accent, 6)
        : ellipse([160, 196, 9, 9], accent),
  ].join('');

const flatbag: Painter = ({ main, dark, light, accent }, form) =>
  [
    path(
      'M160 36 C114 36 96 66 96 100 C78 136 94 250 122 288 H198 C226 250 242 136 224 100 C224 66 206 36 160 36 Z',
      main,
    ),
    path(
      'M160 36 C114 36 96 66 96 100 C78 136 94 250 122 288 H138 C110 240 104 130 124 90 C130 66 144 44 160 36 Z',
      light,
    ),
    repeat(6, (index) =>
      line(
        `M${String(94 + index * 2)} ${String(136 + index * 24)} Q160 ${String(150 + index * 24)} ${String(226 - index * 2)} ${String(136 + index * 24)}`,
        dark,
        3,
      ),
    ),
    ellipse([160, 88, 42, 38], dark),
    ellipse([160, 92, 32, 28], form === 1 ? accent : light),
    form === 2 ? '' : line('M202 100 V204', accent, 5),
    form === 2 ? line('M124 112 Q160 136 196 112', accent, 5) : '',
  ].join('');

const blanketbag: Painter = ({ main, dark, light, accent, cloth }, form) =>
  group(
    'rotate(-8 160 160)',
    rect([88, 40, 144, 244], main, 16),
    repeat(6, (index) => line(`M90 ${String(84 + index * 34)} H230`, dark, 3)),
    form === 1 ? '' : path('M232 118 L150 118 Q140 92 160 40 H216 Q232 40 232 56 Z', cloth),
    form === 1 ? '' : line('M150 118 H230', accent, 4),
    rect([100, 50, 84, 44], light, 16),
    line('M228 122 V270', accent, 4),
    form === 2 ? rect([110, 56, 64, 30], dark, 12) : '',
  );

const cot: Painter = ({ dark, light, accent, cloth }, form) =>
  [
    repeat(3, (index) =>
      line(
        `M${String(62 + index * 80)} 194 L${String(96 + index * 80)} 242 M${String(96 + index * 80)} 194 L${String(62 + index * 80)} 242`,
        '#6b7680',
        7,
      ),
    ),
    rect([36, 176, 248, 22], cloth, 9),
    line('M38 196 H282', dark, 6),
    form === 1 ? rect([48, 150, 70, 30], light, 14) : '',
    form === 2
      ? path('M120 176 V154 Q150 140 200 150 T282 158 V178 Z', accent) + rect([48, 154, 64, 26], light, 12)
      : '',
    form === 0 ? path('M36 176 L28 138 H52 L58 176 Z', cloth) : '',
  ].join('');

export const SLEEPING: Readonly<Record<string, Painter>> = {
  ...{ flatbag, blanketbag, cot },
  mummy,
  airmat,
  foammat,
  blanket,
  quilt,
  hammock,
  nethammock,
  pillow,
};
