import { IRON, PAPER, STEEL, STEEL_DARK, WOOD } from './palette.ts';
import { type Painter, ellipse, fade, group, line, mirrored, path, rect, repeat } from './svg.ts';

const ticks = (radius: number, color: string): string =>
  repeat(12, (index) =>
    group(
      `rotate(${String(index * 30)} 160 170)`,
      line(`M160 ${String(170 - radius)} v${index % 3 === 0 ? '14' : '8'}`, color, 4),
    ),
  );

const needle = (color: string): string =>
  group(
    'rotate(28 160 170)',
    path('M160 104 L174 170 H146 Z', color),
    path('M160 236 L174 170 H146 Z', STEEL_DARK),
    ellipse([160, 170, 7, 7], PAPER),
  );

const compass: Painter = ({ main, dark, light, accent }, form) =>
  [
    form === 1
      ? rect([86, 34, 148, 252], '#dfe9ea', 16) +
        line('M104 50 H216 M160 46 V74', accent, 4) +
        line('M98 262 H222', STEEL_DARK, 3)
      : '',
    form === 0 ? line('M160 62 C140 20 196 10 196 44', dark, 7) + rect([148, 52, 24, 24], dark, 6) : '',
    form === 2 ? group('translate(0 -6)', ellipse([160, 80, 92, 60], dark), ellipse([160, 78, 80, 50], light)) : '',
    ellipse([160, 172, 100, 100], dark),
    ellipse([160, 168, 98, 98], main),
    ellipse([160, 170, 82, 82], PAPER),
    ticks(76, IRON),
    needle(accent === '#f2c14e' ? '#c0473f' : accent),
    fade(path('M104 150 Q116 104 160 96 Q126 120 118 160 Z', '#ffffff'), 0.6),
  ].join('');

const binoculars: Painter = ({ main, dark, light, accent }, form) =>
  [
    form === 1 ? line('M92 104 C40 150 60 226 110 238', accent, 6) : '',
    rect([130, 126, 60, 40], dark, 8),
    rect([148, 104, 24, 30], STEEL_DARK, 6),
    mirrored(
      [
        path('M102 108 H142 L150 222 Q150 240 130 240 H90 Q68 240 72 216 Z', main),
        path('M102 108 H114 L96 240 H90 Q68 240 72 216 Z', light),
        rect([100, 84, 44, 28], dark, 8),
        path('M70 214 Q110 226 151 214 L151 226 Q150 241 130 241 H90 Q70 241 70 224 Z', dark),
        form === 2 ? line('M86 178 L148 172', accent, 6) : '',
      ].join(''),
    ),
    form === 0 ? ellipse([160, 148, 7, 7], accent) : '',
  ].join('');

const hands = (color: string): string =>
  line('M160 168 V134 M160 168 L184 182', color, 6) + ellipse([160, 168, 6, 6], color);

const watch: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    path('M130 112 L138 24 H182 L190 112 Z', cloth),
    path('M130 224 L138 300 H182 L190 224 Z', cloth),
    repeat(3, (index) => ellipse([160, 256 + index * 13, 4, 4], dark)),
    rect([224, 156, 16, 24], STEEL_DARK, 4),
    form === 1 ? rect([92, 100, 136, 136], dark, 30) : ellipse([160, 168, 72, 72], STEEL_DARK),
    form === 1 ? rect([100, 108, 120, 120], light, 24) : ellipse([160, 168, 66, 66], STEEL),
    form === 1
      ? rect([112, 126, 96, 84], '#cdd8c4', 10) +
        line(
          'M122 148 v40 M134 148 h14 v20 h-14 v20 h14 M160 158 v1 M160 177 v1 M172 148 v40 M184 148 h14 v40 h-14 Z',
          IRON,
          6,
        )
      : ellipse([160, 168, 54, 54], form === 2 ? main : PAPER) +
        repeat(12, (index) =>
          group(`rotate(${String(index * 30)} 160 168)`, line('M160 120 v5', form === 2 ? light : IRON, 4)),
        ) +
        hands(form === 2 ? accent : dark),
    form === 1 ? '' : line('M160 168 L136 192', accent, 3),
  ].join('');

const map: Painter = ({ main, dark, light, accent }, form) =>
  group(
    'rotate(-6 160 160)',
    path('M40 84 L120 64 V240 L40 260 Z', PAPER),
    path('M120 64 L200 84 V260 L120 240 Z', '#e3d8bf'),
    path('M200 84 L280 64 V240 L200 260 Z', PAPER),
    path('M40 150 Q90 120 120 138 V240 L40 260 Z M200 150 Q240 110 280 132 V64 L200 84 Z', light),
    line('M52 200 Q80 170 116 188 M124 184 Q160 150 196 176 M204 172 Q240 140 276 164', main, 3),
    line('M52 222 Q80 196 116 210 M124 208 Q160 178 196 200 M204 198 Q240 168 276 190', main, 3),
    form === 0 ? line('M128 96 Q160 130 196 118 T276 104', '#7fb1cb', 8) : line('M120 110 L200 128', dark, 3),
    `<path d="M62 236 Q110 150 160 190 T262 96" fill="none" stroke="${accent}" stroke-width="5" stroke-dasharray="10 8"/>`,
    path('M262 96 c-22 -22 -18 -46 0 -46 c18 0 22 24 0 46 Z', '#c0473f'),
    ellipse([262, 66, 6, 6], PAPER),
    form === 2 ? rect([52, 92, 56, 40], dark, 3) + line('M60 104 H100 M60 116 H88', light, 4) : '',
  );

const notebook: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    group(
      'rotate(-10 160 160)',
      rect([92, 54, 152, 210], PAPER, 8),
      rect([84, 50, 152, 210], cloth, 10),
      rect([84, 50, 24, 210], dark, 10),
      form === 1
        ? repeat(9, (index) => line(`M74 ${String(68 + index * 22)} h24`, STEEL_DARK, 5))
        : rect([208, 50, 9, 210], accent),
      form === 2
        ? ellipse([160, 130, 34, 34], light) + path('M134 146 L156 112 L168 130 L174 122 L186 146 Z', dark)
        : rect([124, 88, 70, 40], light, 5),
      form === 0 ? line('M134 102 H184 M134 114 H168', main, 4) : '',
    ),
    group(
      'translate(100 20) rotate(28 160 160)',
      rect([152, 70, 15, 140], accent, 2),
      path('M152 210 L159.5 236 L167 210 Z', '#e9cfa4'),
      path('M156.500 226 L159.5 236 L162.500 226 Z', IRON),
      rect([152, 62, 15, 14], dark, 3),
    ),
  ].join('');

const poleAt = (
  turn: number,
  { main, dark, accent }: { main: string; dark: string; accent: string },
  cork: boolean,
): string =>
  group(
    `rotate(${String(turn)} 160 170)`,
    line('M160 96 V284', STEEL, 9),
    line('M160 96 V190', main, 13),
    rect([153, 182, 14, 24], dark, 3),
    path('M149 40 Q160 26 171 40 L168 106 Q160 114 152 106 Z', cork ? WOOD : dark),
    line('M164 42 C190 60 186 96 166 92', accent, 5),
    ellipse([160, 264, 20, 8], dark),
  );

const poles: Painter = (palette, form) =>
  group(
    'translate(160 160) scale(1.1) translate(-160 -158)',
    poleAt(form === 2 ? 24 : 15, palette, form === 1),
    poleAt(form === 2 ? 8 : -15, palette, form === 1),
  );

const radio: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M226 112 L266 24', STEEL_DARK, 5),
    line('M96 116 C96 70 224 70 224 116', dark, form === 1 ? 0 : 9),
    rect([52, 110, 216, 130], main, 20),
    rect([52, 110, 216, 34], light, 16),
    ellipse([114, 180, 44, 44], dark),
    repeat(
      3,
      (index) =>
        `<circle cx="114" cy="180" r="${String(12 + index * 12)}" fill="none" stroke="${main}" stroke-width="4"/>`,
    ),
    rect([176, 156, 76, 26], PAPER, 5),
    line('M184 170 H244', IRON, 2),
    line('M212 160 V178', '#c0473f', 4),
    ellipse([194, 208, 14, 14], accent),
    ellipse([234, 208, 14, 14], dark),
    form === 1 ? rect([88, 96, 60, 14], '#2b3f5c', 4) + line('M108 96 V110 M128 96 V110', '#5d80ad', 2) : '',
    form === 2 ? line('M268 176 h18 v-22', STEEL_DARK, 7) + ellipse([286, 150, 8, 8], dark) : '',
  ].join('');

export const INSTRUMENTS: Readonly<Record<string, Painter>> = {
  ...{ compass, binoculars, watch, map, notebook },
  ...{ poles, radio },
};
