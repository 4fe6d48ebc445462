import { IRON, PAPER, STEEL, STEEL_DARK, WOOD } from './palette.ts';
import { type Painter, ellipse, group, line, path, rect, repeat } from './svg.ts';

const pocketknife: Painter = ({ main, dark, light, accent }, form) =>
  group(
    'rotate(-32 160 160)',
    path('M148 168 L292 132 Q318 128 308 142 Q280 178 160 186 Z', STEEL),
    path('M156 180 Q280 172 308 142 Q300 190 160 190 Z', STEEL_DARK),
    form === 1 ? path('M60 150 L60 88 q10 -8 16 4 l-4 58 Z', STEEL) : '',
    form === 2 ? line('M50 168 C26 160 50 140 30 132 C10 124 34 108 18 98', STEEL_DARK, 5) : '',
    path('M34 164 Q34 146 56 146 L150 152 Q172 156 172 174 Q172 194 150 196 L56 206 Q34 206 34 186 Z', main),
    path('M34 164 Q34 146 56 146 L150 152 Q166 154 170 166 Q90 158 36 172 Z', light),
    ellipse([152, 174, 9, 9], STEEL),
    ellipse([56, 177, 6, 6], dark),
    form === 0
      ? rect([78, 170, 46, 12], accent, 6)
      : path('M92 168 h10 v-8 h10 v8 h10 v10 h-10 v8 h-10 v-8 h-10 Z', accent),
  );

const axe: Painter = ({ main, dark, light, accent }, form) =>
  group(
    'rotate(34 160 160)',
    path('M150 54 H170 L176 270 Q176 286 160 286 Q146 286 146 270 Z', WOOD),
    path('M150 54 H158 L158 284 Q146 284 146 270 Z', '#c79c6d'),
    form === 2 ? rect([145, 206, 31, 64], main, 8) : rect([146, 244, 30, 12], accent, 3),
    path(
      'M146 66 L178 66 L178 112 L150 112 C124 128 112 138 94 142 C82 110 84 78 98 46 C114 58 128 64 146 66 Z',
      form === 1 ? main : IRON,
    ),
    path('M94 142 C82 110 84 78 98 46 L108 53 C96 82 96 110 106 138 Z', STEEL),
    form === 1
      ? path('M94 142 C82 110 84 78 98 46 L128 62 C116 84 116 110 126 128 Z', dark) +
          line('M112 58 C102 84 102 108 112 136', light, 3)
      : '',
    ellipse([164, 274, 5, 5], dark),
  );

const saw: Painter = ({ main, dark, light, accent }, form) =>
  form === 1
    ? group(
        'rotate(-20 160 160)',
        line('M62 210 V118 Q62 96 84 96 H236 Q258 96 258 118 V210', main, 14),
        rect([56, 206, 208, 10], STEEL),
        path(`M60 216 ${'l6 9 l6 -9 '.repeat(16)}Z`, STEEL_DARK),
        rect([50, 148, 24, 58], dark, 10),
        ellipse([62, 211, 7, 7], accent),
        ellipse([258, 211, 7, 7], accent),
      )
    : group(
        'rotate(-30 160 160)',
        path('M128 150 L296 126 Q306 128 302 138 L288 170 L128 186 Z', STEEL),
        path(`M130 186 ${'l6 8 l7 -9.5 '.repeat(12)}Z`, STEEL_DARK),
        path('M20 172 Q18 150 40 150 L136 146 L140 190 Q110 194 90 200 Q54 212 36 206 Q22 200 20 172 Z', main),
        path('M20 172 Q18 150 40 150 L136 146 L137 160 Q70 160 22 178 Z', light),
        ellipse([128, 168, 9, 9], STEEL_DARK),
        form === 2
          ? repeat(4, (index) => rect([50 + index * 18, 168, 9, 28], dark, 4))
          : rect([52, 176, 52, 12], accent, 6),
      );

const rope: Painter = ({ main, dark, light, accent }, form) =>
  form === 1
    ? [
        repeat(
          4,
          (index) =>
            `<ellipse cx="160" cy="160" rx="${String(104 - index * 20)}" ry="${String(104 - index * 20)}" fill="none" stroke="${index % 2 === 0 ? main : dark}" stroke-width="17"/>`,
        ),
        `<circle cx="160" cy="160" r="104" fill="none" stroke="${light}" stroke-width="5" stroke-dasharray="9 13"/>`,
        line('M262 150 C290 190 284 240 262 276', main, 15),
        rect([248, 262, 26, 22], accent, 5),
      ].join('')
    : [
        line('M160 60 C210 40 226 70 200 96', main, 14),
        ...[0, 1, 2, 3].map((index) =>
          line(
            `M${String(136 + index * 4)} 112 C${String(54 + index * 15)} 160 ${String(70 + index * 14)} 286 160 ${String(278 - index * 14)} C${String(250 - index * 14)} 286 ${String(266 - index * 15)} 160 ${String(184 - index * 4)} 112`,
            index % 2 === 0 ? main : dark,
            14,
          ),
        ),
        line('M98 176 C88 210 104 256 160 266 C216 256 232 210 222 176', light, 3),
        repeat(4, (index) => rect([120, 78 + index * 13, 80, 15], index % 2 === 0 ? accent : dark, 7)),
        form === 2 ? line('M224 230 L264 280', dark, 8) + ellipse([266, 282, 8, 8], STEEL) : '',
      ].join('');

const carabinerOf = (frame: string, gate: string): string =>
  `<path d="M118 96 Q118 56 160 56 Q208 56 208 104 L196 228 Q190 264 156 264 Q122 264 120 226 Z" fill="none" stroke="${frame}" stroke-width="20" stroke-linejoin="round"/>` +
  line('M119 116 L120 206', gate, 15) +
  ellipse([120, 214, 8, 8], STEEL_DARK);

const carabiner: Painter = ({ main, dark, light, accent }, form) =>
  [
    form === 1 ? group('translate(70 -6) rotate(16 160 160)', carabinerOf(accent, STEEL)) : '',
    form === 2
      ? group('translate(88 34) scale(.72) rotate(8 160 160)', carabinerOf(dark, STEEL)) +
        line('M160 150 L246 170', light, 18)
      : '',
    group(
      form === 0 ? 'rotate(-18 160 160)' : 'translate(-44 0) rotate(-12 160 160)',
      carabinerOf(main, STEEL),
      line('M140 62 Q196 52 204 104', light, 5),
      form === 0 ? rect([108, 142, 24, 44], dark, 5) : '',
    ),
  ].join('');

const handlesOf = (main: string, light: string, dark: string): string =>
  group(
    'rotate(22 150 140)',
    rect([124, 140, 36, 140], main, 12),
    rect([124, 140, 12, 140], light, 6),
    line('M148 172 V252', dark, 4),
  ) + group('rotate(-22 170 140)', rect([160, 140, 36, 140], main, 12), rect([184, 140, 12, 140], dark, 6));

/** Pliers with tools in the handles; or the shears of a gardener. */
const multitool: Painter = ({ main, dark, light, accent }, form) =>
  [
    form === 1 ? group('rotate(-22 170 140)', path('M196 176 L276 160 L268 184 L196 198 Z', STEEL)) : '',
    form === 1 ? group('rotate(22 150 140)', path('M124 250 L50 236 L62 218 L124 228 Z', STEEL_DARK)) : '',
    form === 2
      ? group('rotate(14 160 150)', path('M136 140 C114 96 128 50 164 26 C172 60 170 104 162 140 Z', STEEL)) +
        group('rotate(-18 160 150)', line('M176 140 C194 110 192 80 176 58', STEEL_DARK, 15))
      : path('M128 136 L138 70 Q142 40 157 38 V140 Z', STEEL) +
        path('M192 136 L182 70 Q178 40 163 38 V140 Z', STEEL_DARK) +
        repeat(5, (index) => line(`M150 ${String(60 + index * 10)} h20`, IRON, 2)),
    ellipse([160, 136, 30, 28], STEEL),
    handlesOf(main, light, dark),
    ellipse([160, 136, 11, 11], accent),
  ].join('');

const SPARKS = repeat(7, (index) =>
  group(`rotate(${String(index * 26 - 70)} 250 92)`, line('M250 68 V40', index % 2 === 0 ? '#e8952e' : '#d9552e', 6)),
);

/** A rod and its striker; with a pouch, or with a rope to hang it on. */
const firesteel: Painter = ({ main, dark, light, accent }, form) =>
  [
    form === 1 ? line('M84 246 C20 230 40 150 96 190', accent, 7) : '',
    form === 2
      ? rect([44, 60, 92, 84], main, 12) + rect([44, 60, 92, 30], dark, 12) + ellipse([90, 84, 7, 7], accent)
      : '',
    group(
      'rotate(-42 160 160)',
      rect([140, 146, 132, 26], IRON, 12),
      rect([146, 149, 120, 7], STEEL_DARK, 3),
      rect([28, 138, 122, 42], form === 1 ? WOOD : main, 18),
      rect([34, 142, 108, 11], form === 1 ? '#c79c6d' : light, 5),
      ellipse([46, 160, 6, 6], dark),
    ),
    group(
      'rotate(38 214 176)',
      rect([148, 164, 98, 26], STEEL, 4),
      rect([232, 156, 66, 42], form === 1 ? WOOD : dark, 12),
    ),
    SPARKS,
  ].join('');

const firstaid: Painter = ({ main, dark, light, accent }, form) =>
  [
    form === 2 ? '' : line('M124 96 C124 64 196 64 196 96', dark, 10),
    rect([56, 92, 208, 150], main, form === 2 ? 12 : 28),
    rect([56, 92, 46, 150], light, form === 2 ? 12 : 24),
    form === 1 ? line('M62 132 H258', dark, 5) + rect([226, 126, 26, 12], accent, 4) : '',
    form === 2 ? rect([50, 84, 220, 40], dark, 12) + rect([146, 112, 28, 24], accent, 4) : '',
    ellipse([160, 178, 44, 44], PAPER),
    path('M150 150 h20 v18 h18 v20 h-18 v18 h-20 v-18 h-18 v-20 h18 Z', form === 0 ? '#c0473f' : dark),
  ].join('');

export const TOOLS: Readonly<Record<string, Painter>> = {
  ...{ pocketknife, axe, saw, rope },
  ...{ carabiner, multitool, firesteel, firstaid },
};
