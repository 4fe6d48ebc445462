import { type Painter, ellipse, line, path, rect, repeat } from './svg.ts';

const daypack: Painter = ({ main, dark, light, accent }, variant) =>
  [
    line('M136 92 C136 66 184 66 184 92', dark, 9),
    rect([84, 150, 34, 74], dark, 16),
    rect([202, 150, 34, 74], dark, 16),
    path(
      'M102 146 C102 106 126 82 160 82 C194 82 218 106 218 146 L218 218 Q218 242 194 242 L126 242 Q102 242 102 218 Z',
      main,
    ),
    path('M102 146 C102 106 126 82 160 82 C132 104 124 150 124 242 Q102 242 102 218 Z', light),
    rect([120, 168, 80, 60], dark, variant === 1 ? 10 : 22),
    line('M130 186 L190 186', accent, 5),
    line('M112 138 C132 122 188 122 208 138', dark, 4),
    variant === 2 ? ellipse([160, 106, 9, 9], accent) : rect([150, 100, 20, 12], accent, 3),
  ].join('');

const rolltop: Painter = ({ main, dark, light, accent }, variant) =>
  [
    path('M98 122 L222 122 L230 218 Q230 242 208 242 L112 242 Q90 242 90 218 Z', main),
    path('M98 122 L132 122 L126 242 L112 242 Q90 242 90 218 Z', light),
    rect([94, 76, 132, 22], light, 11),
    rect([94, 92, 132, 34], dark, 12),
    line('M118 84 L118 152 M202 84 L202 152', accent, 8),
    rect([109, 146, 18, 14], dark, 3),
    rect([193, 146, 18, 14], dark, 3),
    variant === 0 ? rect([120, 180, 80, 40], dark, 8) : line('M108 200 L212 200', dark, 6),
    variant === 0 ? line('M130 192 L190 192', accent, 4) : ellipse([160, 200, 12, 12], accent),
  ].join('');

const trek: Painter = ({ main, dark, light, accent }, variant) =>
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
    variant === 1 ? line('M234 84 L250 236', dark, 5) : '',
  ].join('');

const tote: Painter = ({ main, dark, light, accent }, variant) =>
  [
    line('M120 140 C120 60 200 60 200 140', dark, 10),
    path('M82 128 L238 128 L226 226 Q224 242 208 242 L112 242 Q96 242 94 226 Z', main),
    path('M82 128 L238 128 L236 146 L84 146 Z', dark),
    variant === 0
      ? repeat(3, (index) =>
          line(
            `M${String(92 + index * 2)} ${String(170 + index * 20)} L${String(228 - index * 2)} ${String(170 + index * 20)}`,
            light,
            6,
          ),
        )
      : path('M160 164 L194 200 L160 228 L126 200 Z', light),
    line('M120 128 L120 166 M200 128 L200 166', accent, 8),
  ].join('');

export const BACKPACKS: Readonly<Record<string, Painter>> = { daypack, rolltop, trek, tote };
