import { IRON, LEAF, LEAF_DARK, PAPER, STEEL, WOOD, WOOD_DARK } from './palette.ts';
import { type Painter, ellipse, fade, group, line, mirrored, path, rect, repeat } from './svg.ts';

const wateringcan: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M104 136 C100 66 190 60 200 150', dark, 10),
    line('M106 150 C56 150 60 214 100 216', dark, 9),
    path('M188 196 L262 112 L278 124 L204 226 Z', dark),
    path('M248 100 L290 134 L274 144 L246 122 Z', accent),
    path('M96 134 H196 L206 240 H86 Z', main),
    path('M96 134 H122 L116 240 H86 Z', light),
    ellipse([146, 134, 50, 9], dark),
    form === 1 ? line('M92 176 H200 M89 206 H203', accent, 5) : '',
    form === 2
      ? repeat(
          3,
          (index) => ellipse([136 + index * 24, 190, 8, 8], light) + ellipse([136 + index * 24, 190, 3, 3], accent),
        )
      : '',
  ].join('');

const frond = (turn: number, length: number, color: string): string =>
  group(
    `rotate(${String(turn)} 160 156)`,
    path(
      `M160 158 C${String(160 - length / 4)} ${String(158 - length / 2)} ${String(160 - length / 8)} ${String(158 - length * 0.9)} 160 ${String(158 - length)} C${String(160 + length / 8)} ${String(158 - length * 0.9)} ${String(160 + length / 4)} ${String(158 - length / 2)} 160 158 Z`,
      color,
    ),
  );

const PLANTS: readonly string[] = [
  [-62, 62, -38, 38, -16, 16, 0]
    .map((turn, index) => frond(turn, 112 - (index % 2) * 14, index % 2 === 0 ? LEAF_DARK : LEAF))
    .join(''),
  path('M128 158 V92 Q128 62 160 62 Q192 62 192 92 V158 Z', LEAF) +
    path(
      'M128 130 H112 Q96 130 96 114 V100 h16 v10 q0 6 8 6 h8 Z M192 142 H210 Q226 142 226 126 V108 h-16 v12 q0 6 -8 6 h-10 Z',
      LEAF_DARK,
    ) +
    line('M146 74 V154 M160 66 V154 M174 74 V154', LEAF_DARK, 3),
  repeat(4, (index) =>
    line(
      `M${String(136 + index * 16)} 158 Q${String(128 + index * 20)} 120 ${String(112 + index * 32)} ${String(96 + (index % 2) * 20)}`,
      LEAF_DARK,
      5,
    ),
  ),
];

const planter: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    PLANTS[form] ?? '',
    form === 2
      ? repeat(4, (index) =>
          path(
            `M${String(98 + index * 32)} ${String(102 + (index % 2) * 20)} q-4 -34 8 -22 q6 -18 12 0 q12 -12 8 22 q-14 10 -28 0 Z`,
            index % 2 === 0 ? accent : light,
          ),
        )
      : '',
    path('M106 168 H214 L202 240 H118 Z', cloth),
    path('M106 168 H130 L134 240 H118 Z', light),
    rect([98, 152, 124, 24], form === 1 ? main : dark, 7),
    form === 1 ? '' : rect([104, 236, 112, 9], dark, 4),
  ].join('');

const cushion: Painter = ({ dark, light, accent, cloth }, form) =>
  [
    path(
      'M68 104 C60 84 84 76 100 84 C140 96 180 96 220 84 C236 76 260 84 252 104 C240 144 240 184 252 222 C260 244 236 250 220 242 C180 232 140 232 100 242 C84 250 60 244 68 222 C80 184 80 144 68 104 Z',
      cloth,
    ),
    form === 1
      ? mirrored(
          repeat(2, (index) =>
            line(
              `M${String(70 - index * 8)} ${String(index === 0 ? 92 : 236)} l-16 ${String(index === 0 ? -14 : 12)}`,
              accent,
              8,
            ),
          ),
        )
      : '',
    form === 2
      ? ellipse([160, 164, 10, 10], accent) +
        line(
          'M148 156 Q136 148 130 140 M172 156 Q184 148 190 140 M148 172 Q136 180 130 188 M172 172 Q184 180 190 188',
          dark,
          3,
        )
      : '',
    fade(
      path(
        'M68 104 C60 84 84 76 100 84 C112 88 124 90 134 91 C100 120 96 200 110 239 L100 242 C84 250 60 244 68 222 C80 184 80 144 68 104 Z',
        light,
      ),
      0.55,
    ),
  ].join('');

const basket: Painter = ({ main, dark, light, accent }, form) =>
  [
    form === 0
      ? repeat(
          4,
          (index) =>
            ellipse([104 + index * 38, 146 - (index % 2) * 12, 24, 24], WOOD) +
            ellipse([104 + index * 38, 146 - (index % 2) * 12, 16, 16], '#d8b98a'),
        )
      : '',
    form === 1 ? line('M96 156 C96 66 224 66 224 156', dark, 12) : '',
    form === 2
      ? path('M92 156 Q104 104 150 120 Q176 92 228 156 Z', PAPER) + line('M112 136 Q150 116 208 138', light, 4)
      : '',
    path('M66 152 H254 L234 240 H86 Z', main),
    repeat(4, (index) =>
      line(`M${String(72 + index * 4)} ${String(172 + index * 18)} H${String(248 - index * 4)}`, dark, 5),
    ),
    repeat(9, (index) => line(`M${String(84 + index * 19)} 158 L${String(98 + index * 15.5)} 236`, light, 4)),
    rect([58, 144, 204, 18], dark, 9),
    form === 1 ? '' : mirrored(line('M58 160 C36 168 40 196 72 194', accent, 8)),
  ].join('');

const bird = (x: number, y: number, color: string): string =>
  group(
    `translate(${String(x)} ${String(y)})`,
    path('M0 14 Q2 -6 22 -4 Q34 -14 44 -4 L54 0 L44 6 Q40 26 16 26 L-14 34 Z', color),
    ellipse([38, -3, 2.5, 2.5], IRON),
  );

const birdhouse: Painter = ({ main, dark, light, accent }, form) =>
  [
    rect([152, 200, 16, 44], WOOD_DARK),
    form === 2
      ? path('M84 196 H236 V212 H84 Z', main) +
        line('M96 196 V130 M224 196 V130', dark, 8) +
        repeat(7, (index) => ellipse([112 + index * 16, 194, 6, 4], '#c99b4a'))
      : path('M98 120 H222 V210 H98 Z', main) + path('M98 120 H128 V210 H98 Z', light),
    path('M160 58 L250 134 L238 146 L160 82 L82 146 L70 134 Z', dark),
    form === 2
      ? path('M160 62 L236 128 H84 Z', accent)
      : path('M160 82 L222 132 V140 H98 V132 Z', main) + ellipse([160, 152, 22, 22], IRON),
    form === 2 ? bird(168, 166, dark) : rect([156, 182, 8, 20], WOOD_DARK) + ellipse([160, 184, 7, 7], WOOD),
    form === 1 ? bird(216, 200, accent) : '',
  ].join('');

const stem = (d: string, [x, y]: readonly [number, number], color: string): string =>
  line(d, LEAF_DARK, 4) +
  repeat(6, (index) => ellipse([x + 13 * Math.cos(index * 1.047), y + 13 * Math.sin(index * 1.047), 9, 9], color)) +
  ellipse([x, y, 7, 7], '#f2c14e');

const vase: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    form === 1
      ? repeat(
          5,
          (index) =>
            line(
              `M160 140 Q${String(140 + index * 10)} 90 ${String(108 + index * 26)} ${String(60 + Math.abs(index - 2) * 14)}`,
              '#b59a5b',
              4,
            ) + ellipse([108 + index * 26, 58 + Math.abs(index - 2) * 14, 7, 16], '#d9bf7f'),
        )
      : stem('M160 140 Q150 90 122 76', [118, 72], accent) +
        stem('M160 140 Q166 80 166 54', [166, 48], form === 2 ? light : accent) +
        stem('M160 140 Q180 100 208 88', [212, 84], accent),
    path(
      'M138 128 H182 C182 150 216 166 216 200 Q216 242 178 242 H142 Q104 242 104 200 C104 166 138 150 138 128 Z',
      cloth,
    ),
    fade(
      path(
        'M138 128 H152 C150 152 126 170 126 200 Q126 232 146 242 H142 Q104 242 104 200 C104 166 138 150 138 128 Z',
        light,
      ),
      0.8,
    ),
    rect([132, 122, 56, 12], dark, 6),
    form === 2 ? line('M108 186 Q160 206 212 186', main, 7) : '',
  ].join('');

const firebowl: Painter = ({ main, dark, light, accent }, form) =>
  [
    fade(ellipse([160, 130, 96, 84], '#ffdf94'), 0.35),
    path(
      'M160 162 C96 140 128 96 140 78 C144 96 152 100 156 90 C150 66 166 46 178 36 C176 64 206 82 206 116 C206 142 190 156 160 162 Z',
      '#e5733a',
    ),
    path('M160 162 C124 148 144 116 154 106 C158 118 166 116 168 106 C184 124 190 150 160 162 Z', '#f6c95c'),
    group('rotate(-14 160 160)', rect([92, 146, 136, 20], WOOD_DARK, 10)),
    group('rotate(12 160 160)', rect([92, 148, 136, 20], WOOD, 10)),
    form === 1 ? line('M108 200 L92 244 M212 200 L228 244 M160 206 V246', IRON, 9) : rect([126, 214, 68, 28], IRON, 6),
    path('M56 158 H264 C258 204 214 220 160 220 C106 220 62 204 56 158 Z', main),
    path('M56 158 H96 C98 194 118 214 140 219 C96 216 62 200 56 158 Z', light),
    rect([50, 152, 220, 13], dark, 6),
    form === 2 ? repeat(5, (index) => path(`M${String(96 + index * 30)} 184 l12 -10 l12 10 l-12 10 Z`, accent)) : '',
  ].join('');

const trowel: Painter = ({ main, dark, light, accent }, form) => {
  const handle = rect([148, 178, 24, 96], form === 2 ? main : WOOD, 11) + rect([148, 178, 24, 16], accent, 5);
  const blade =
    path('M130 44 Q160 24 190 44 V112 Q186 146 160 158 Q134 146 130 112 Z', form === 2 ? STEEL : main) +
    path('M130 44 Q146 34 160 33 V158 Q134 146 130 112 Z', light) +
    rect([154, 150, 12, 34], dark, 4);
  const rake = line('M128 44 V112 Q130 136 160 140 Q190 136 192 112 V44 M160 44 V180', form === 2 ? STEEL : main, 11);
  return form === 1
    ? group('rotate(30 160 160)', blade, handle)
    : group('translate(-52 0) rotate(-8 160 160)', blade, handle) +
        group('translate(54 0) rotate(8 160 160)', rake, handle);
};

export const HOME: Readonly<Record<string, Painter>> = {
  ...{ wateringcan, planter, cushion, basket },
  ...{ birdhouse, vase, firebowl, trowel },
};
