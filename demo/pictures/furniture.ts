import { WOOD, WOOD_DARK, STEEL_DARK } from './palette.ts';
import { type Painter, ellipse, line, path, rect, repeat } from './svg.ts';

const chair: Painter = ({ dark, light, accent, cloth }, form) => {
  const frame = form === 1 ? WOOD_DARK : dark;
  return [
    line('M96 168 L226 240 M224 168 L94 240', frame, 8),
    line('M88 92 V168 M232 92 V168', frame, 9),
    rect([82, 152, 156, 20], cloth, 6),
    rect([82, 168, 156, 5], dark, 2),
    rect([84, 82, 152, 46], cloth, 8),
    line('M88 84 V126 M232 84 V126', light, 3),
    rect([72, 136, 38, 10], form === 1 ? WOOD : accent, 5),
    rect([210, 136, 38, 10], form === 1 ? WOOD : accent, 5),
    form === 2 ? path('M238 146 h26 v34 q-13 10 -26 0 Z', accent) : '',
  ].join('');
};

const lowchair: Painter = ({ main, dark, accent, cloth }, form) =>
  [
    line('M116 190 L78 242 M116 190 L156 242 M204 192 L172 242 M204 192 L246 242', STEEL_DARK, 7),
    line('M78 84 L128 196 M116 190 H208', STEEL_DARK, 5),
    path(
      'M80 76 Q62 76 72 110 C88 176 108 200 152 202 L242 190 Q258 186 250 170 L242 162 C196 178 164 174 150 150 C136 124 128 104 112 88 Q98 76 80 76 Z',
      cloth,
    ),
    path('M80 76 Q62 76 72 110 C88 176 108 200 152 202 L166 200 C120 196 102 160 90 76 Z', dark),
    line('M242 164 C196 180 164 176 150 152', accent, 5),
    form === 1 ? rect([72, 62, 44, 30], main, 12) : '',
    form === 2 ? path('M150 202 L206 195 L202 224 Q180 232 156 226 Z', dark) : '',
  ].join('');

const stool: Painter = ({ main, dark, light, accent, cloth }, form) =>
  form === 1
    ? [
        line('M116 156 L98 242 M204 156 L222 242 M146 158 L142 236 M176 158 L180 236', WOOD, 10),
        line('M108 208 H212', WOOD_DARK, 6),
        rect([88, 136, 144, 24], main, 11),
        rect([88, 136, 144, 9], light, 5),
      ].join('')
    : [
        line('M108 152 L204 242 M212 152 L116 242 M160 156 V242', form === 2 ? STEEL_DARK : WOOD, 10),
        ellipse([160, 196, 10, 10], accent),
        path('M84 142 Q160 112 236 142 L226 162 Q160 184 94 162 Z', cloth),
        path('M84 142 Q160 172 236 142 L226 162 Q160 184 94 162 Z', dark),
      ].join('');

const table: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M78 172 L242 242 M242 172 L78 242', form === 1 ? WOOD_DARK : dark, 8),
    form === 2
      ? rect([196, 102, 40, 40], accent, 8) +
        line('M234 112 q16 8 0 22', accent, 6) +
        rect([96, 108, 24, 34], '#f4ecdb', 4)
      : '',
    path('M66 138 H254 L286 166 H34 Z', form === 1 ? WOOD : main),
    repeat(5, (index) =>
      line(`M${String(98 + index * 31)} 139 L${String(76 + index * 42)} 165`, form === 1 ? WOOD_DARK : light, 3),
    ),
    rect([34, 164, 252, 11], form === 1 ? WOOD_DARK : dark, 4),
    form === 0 ? line('M62 152 L258 152', light, 2) : '',
  ].join('');

const bench: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    line('M74 178 L60 242 M246 178 L260 242 M92 178 L104 242 M228 178 L216 242', form === 1 ? dark : WOOD_DARK, 9),
    form === 2
      ? repeat(2, (index) => rect([52, 92 + index * 30, 216, 18], index === 0 ? main : dark, 6)) +
        line('M74 92 V178 M246 92 V178', WOOD_DARK, 9)
      : '',
    form === 1
      ? rect([40, 158, 240, 24], cloth, 10) + rect([40, 174, 240, 8], dark, 4)
      : rect([40, 158, 240, 10], WOOD, 4) + rect([40, 171, 240, 10], WOOD, 4) + line('M52 162 H210', '#c79c6d', 2),
    form === 0 ? path('M150 150 h72 q14 0 14 8 h-100 q0 -8 14 -8 Z', main) + line('M144 158 H230', light, 3) : '',
    line('M98 214 H222', accent, 5),
  ].join('');

const parasol: Painter = ({ dark, light, accent, cloth }, form) =>
  [
    rect([156, 60, 9, 176], form === 1 ? STEEL_DARK : WOOD, 3),
    path('M120 242 Q122 226 160 226 Q198 226 200 242 Z', dark),
    path(
      'M160 50 C86 54 44 100 34 148 Q54 136 76 148 Q96 136 118 148 Q139 136 160 148 Q181 136 202 148 Q224 136 244 148 Q266 136 286 148 C276 100 234 54 160 50 Z',
      cloth,
    ),
    form === 2
      ? ''
      : path(
          'M160 50 C128 62 96 100 76 148 Q96 136 118 148 C124 104 140 70 160 50 Z M160 50 C192 62 224 100 244 148 Q224 136 202 148 C196 104 180 70 160 50 Z',
          light,
        ),
    ellipse([160, 48, 6, 8], accent),
    form === 1
      ? line(
          'M34 148 Q54 136 76 148 Q96 136 118 148 Q139 136 160 148 Q181 136 202 148 Q224 136 244 148 Q266 136 286 148',
          accent,
          5,
        )
      : '',
  ].join('');

const deckchair: Painter = ({ main, dark, light, cloth }, form) =>
  [
    line('M112 148 L82 242', WOOD_DARK, 8),
    path('M84 74 L100 66 C116 160 176 214 246 190 L252 206 C170 240 100 176 84 74 Z', cloth),
    path('M84 74 C100 176 170 240 252 206 L250 201 C174 230 108 168 92 70 Z', dark),
    line('M86 68 L236 242', WOOD, 9),
    line('M262 176 L104 242', WOOD, 9),
    form === 1 ? rect([76, 60, 40, 24], main, 10) : '',
    form === 2 ? rect([238, 150, 46, 10], WOOD, 4) + rect([248, 128, 20, 22], light, 4) : '',
  ].join('');

export const FURNITURE: Readonly<Record<string, Painter>> = {
  chair,
  lowchair,
  stool,
  table,
  bench,
  parasol,
  deckchair,
};
