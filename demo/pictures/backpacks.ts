import { type Painter, ellipse, line, path, rect, repeat } from './svg.ts';

const daypack: Painter = ({ dark, light, accent, cloth }, form) =>
  [
    line('M136 92 C136 66 184 66 184 92', dark, 9),
    rect([84, 150, 34, 74], dark, 16),
    rect([202, 150, 34, 74], dark, 16),
    path(
      'M102 146 C102 106 126 82 160 82 C194 82 218 106 218 146 L218 218 Q218 242 194 242 L126 242 Q102 242 102 218 Z',
      cloth,
    ),
    path('M102 146 C102 106 126 82 160 82 C132 104 124 150 124 242 Q102 242 102 218 Z', light),
    rect([120, 168, 80, 60], dark, form === 1 ? 10 : 22),
    line('M130 186 L190 186', accent, 5),
    line('M112 138 C132 122 188 122 208 138', dark, 4),
    form === 2 ? ellipse([160, 106, 9, 9], accent) : rect([150, 100, 20, 12], accent, 3),
  ].join('');

const rolltop: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M98 122 L222 122 L230 218 Q230 242 208 242 L112 242 Q90 242 90 218 Z', main),
    path('M98 122 L132 122 L126 242 L112 242 Q90 242 90 218 Z', light),
    rect([94, 76, 132, 22], light, 11),
    rect([94, 92, 132, 34], dark, 12),
    line('M118 84 L118 152 M202 84 L202 152', accent, 8),
    rect([109, 146, 18, 14], dark, 3),
    rect([193, 146, 18, 14], dark, 3),
    form === 0 ? rect([120, 180, 80, 40], dark, 8) : line('M108 200 L212 200', dark, 6),
    form === 0 ? line('M130 192 L190 192', accent, 4) : ellipse([160, 200, 12, 12], accent),
  ].join('');

const trek: Painter = ({ main, dark, light, accent }, form) =>
  [
    rect([80, 128, 34, 92], dark, 14),
    rect([206, 128, 34, 92], dark, 14),
    rect([100, 92, 120, 142], main, 24),
    rect([100, 92, 34, 142], light, 17),
    path('M94 104 C94 74 120 62 160 62 C200 62 226 74 226 104 L226 116 L94 116 Z', dark),
    line('M132 116 L132 150 M188 116 L188 150', accent, 6),
    rect([124, 152, 72, 52], dark, 10),
    line('M134 170 L186 170', light, 4),
    rect([88, 224, 144, 28], accent, 14),
    ellipse([100, 238, 7, 7], dark),
    ellipse([220, 238, 7, 7], dark),
    form === 1 ? line('M234 84 L250 236', dark, 5) : '',
  ].join('');

const tote: Painter = ({ dark, light, accent, cloth }, form) =>
  [
    line('M120 140 C120 60 200 60 200 140', dark, 10),
    path('M82 128 L238 128 L226 226 Q224 242 208 242 L112 242 Q96 242 94 226 Z', cloth),
    path('M82 128 L238 128 L236 146 L84 146 Z', dark),
    form === 0
      ? repeat(3, (index) =>
          line(
            `M${String(92 + index * 2)} ${String(170 + index * 20)} L${String(228 - index * 2)} ${String(170 + index * 20)}`,
            light,
            6,
          ),
        )
      : form === 1
        ? path('M160 164 L194 200 L160 228 L126 200 Z', light)
        : '',
    line('M120 128 L120 166 M200 128 L200 166', accent, 8),
  ].join('');

const duffel: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    line('M112 152 C112 92 208 92 208 152', dark, 9),
    form === 2 ? line('M72 158 C64 100 256 100 248 158', main, 6) : '',
    rect([48, 142, 224, 98], cloth, 46),
    path('M94 142 A46 49 0 0 0 94 240 Q76 192 94 142 Z', light),
    path('M226 142 A46 49 0 0 1 226 240 Q244 192 226 142 Z', dark),
    line('M98 150 H222', accent, 5),
    rect([104, 142, 15, 98], dark),
    rect([201, 142, 15, 98], dark),
    form === 1
      ? rect([130, 176, 60, 44], dark, 9) + line('M138 188 H182', accent, 4)
      : rect([146, 186, 28, 18], light, 4),
  ].join('');

const hippack: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    line('M36 168 C44 110 276 110 284 168', dark, 15),
    rect([262, 158, 30, 22], accent, 5),
    path('M72 156 Q160 128 248 156 L240 212 Q236 236 208 238 H112 Q84 236 80 212 Z', cloth),
    path('M72 156 Q160 128 248 156 L245 174 Q160 148 75 174 Z', light),
    line('M82 168 Q160 143 238 168', accent, 4),
    form === 1
      ? rect([112, 186, 42, 36], dark, 10) + rect([166, 186, 42, 36], dark, 10)
      : rect([110, 188, 100, 34], dark, 12) + line('M122 198 H198', light, 3),
    form === 2 ? rect([70, 176, 18, 56], '#b4bfc5', 7) + rect([73, 168, 12, 12], main, 3) : '',
  ].join('');

const messenger: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    line('M84 150 C64 36 256 36 236 150', dark, 9),
    rect([70, 134, 180, 106], main, 13),
    path('M62 128 H258 L254 194 Q252 206 240 206 H80 Q68 206 66 194 Z', cloth),
    path('M62 128 H96 L94 206 H80 Q68 206 66 194 Z', light),
    form === 1
      ? rect([146, 190, 28, 34], accent, 5)
      : rect([106, 178, 15, 44], dark, 3) + rect([199, 178, 15, 44], dark, 3),
    form === 1
      ? ellipse([160, 212, 5, 5], dark)
      : rect([103, 206, 21, 12], accent, 3) + rect([196, 206, 21, 12], accent, 3),
    form === 2 ? line('M124 128 C124 108 196 108 196 128', dark, 7) : '',
  ].join('');

const drybag: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M102 88 C96 44 224 44 218 88', dark, 7),
    path('M102 106 H218 L228 220 Q228 242 206 242 H114 Q92 242 92 220 Z', main),
    path('M102 106 H130 L124 242 H114 Q92 242 92 220 Z', light),
    rect([96, 76, 128, 32], dark, 13),
    rect([104, 84, 112, 7], light, 3),
    rect([144, 58, 32, 17], accent, 5),
    form === 0 ? ellipse([168, 176, 30, 30], light) + path('M142 190 L162 160 L174 178 L180 170 L194 190 Z', dark) : '',
    form === 1 ? line('M126 166 q12 -12 24 0 t24 0 t24 0 M126 188 q12 -12 24 0 t24 0 t24 0', light, 6) : '',
    form === 2 ? rect([150, 130, 34, 94], '#e4edec', 8) + line('M158 150 H176 M158 164 H176', dark, 3) : '',
  ].join('');

export const BACKPACKS: Readonly<Record<string, Painter>> = {
  ...{ daypack, rolltop, trek, tote },
  ...{ duffel, hippack, messenger, drybag },
};
