import { type Painter, ellipse, fade, line, path, rect, repeat } from './svg.ts';

const lugs = (from: number, count: number, fill: string): string =>
  repeat(count, (index) => rect([from + index * 17, 232, 11, 10], fill, 2));

const boot: Painter = ({ main, dark, light, accent }, form) =>
  [
    path(
      'M98 86 Q134 74 172 86 L176 150 C182 174 214 178 242 188 C262 196 266 210 266 222 L84 222 C82 176 96 140 98 86 Z',
      main,
    ),
    path('M98 86 Q112 80 126 80 C122 140 112 180 112 222 L84 222 C82 176 96 140 98 86 Z', light),
    path('M214 180 C250 186 266 200 266 222 L206 222 C204 206 206 192 214 180 Z', dark),
    path(
      form === 2 ? 'M92 74 Q134 58 178 74 L180 104 Q134 92 92 104 Z' : 'M96 82 Q134 70 174 82 L174 98 Q134 86 96 98 Z',
      form === 2 ? light : dark,
    ),
    repeat(4, (index) =>
      line(`M142 ${String(112 + index * 18)} L${String(174 + index * 3)} ${String(106 + index * 18)}`, accent, 5),
    ),
    rect([78, 218, 192, 18], dark, 8),
    lugs(84, 11, dark),
  ].join('');

const shoe: Painter = ({ main, dark, light, accent }, form) =>
  [
    path(
      'M70 148 C90 142 104 156 124 156 C140 156 150 140 160 134 L214 178 C242 184 262 192 264 216 L64 216 C60 190 64 168 70 148 Z',
      main,
    ),
    path('M70 148 C90 142 104 156 116 156 C104 176 104 200 106 216 L64 216 C60 190 64 168 70 148 Z', dark),
    path('M214 178 C242 184 262 192 264 216 L208 216 C202 202 206 188 214 178 Z', light),
    repeat(4, (index) =>
      line(
        `M${String(150 + index * 14)} ${String(164 + index * 9)} L${String(168 + index * 13)} ${String(142 + index * 11)}`,
        accent,
        5,
      ),
    ),
    form === 0
      ? line('M122 206 C142 176 162 206 186 186', light, 7)
      : line('M120 190 L150 210 M136 184 L166 208', light, 7),
    path('M58 212 L270 212 C272 232 262 240 246 240 L76 240 C62 240 56 228 58 212 Z', form === 1 ? dark : accent),
    line('M64 226 L266 226', light, 3),
  ].join('');

const sandal: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M96 206 C88 168 92 148 108 134 L126 142 C114 156 114 176 122 206 Z', main),
    path('M92 156 C124 132 160 142 184 168 L172 184 C150 164 126 162 98 176 Z', light),
    path('M150 208 C160 178 176 164 200 160 L216 176 C194 184 184 194 178 210 Z', main),
    path('M200 210 C206 184 224 176 244 184 L258 204 C244 200 234 202 228 212 Z', form === 0 ? main : dark),
    form === 2 ? path('M214 190 C250 176 270 196 268 214 L222 214 Z', main) : '',
    ellipse([108, 160, 9, 9], accent),
    path('M70 206 C120 200 170 214 266 206 C276 226 262 240 238 240 L98 240 C74 240 62 228 70 206 Z', dark),
    line('M74 222 C120 216 190 228 266 220', accent, 4),
  ].join('');

const rainboot: Painter = ({ dark, light, accent, cloth }, form) =>
  [
    form === 1
      ? path('M104 126 H176 L180 166 C190 188 258 182 262 222 H98 C94 190 104 160 104 126 Z', cloth)
      : path('M104 70 H176 L180 160 C190 186 258 182 262 222 H98 C94 170 104 120 104 70 Z', cloth),
    fade(
      path(`M104 ${form === 1 ? '126' : '70'} H126 C126 150 118 190 120 222 H98 C94 180 104 150 104 126 Z`, light),
      0.75,
    ),
    rect([98, form === 1 ? 118 : 62, 84, 18], dark, 8),
    path('M216 186 C246 192 260 202 262 222 H208 C204 208 208 196 216 186 Z', dark),
    form === 2
      ? rect([96, 96, 92, 14], accent, 4) + rect([170, 92, 14, 22], light, 3)
      : line('M166 148 V170', accent, 8),
    rect([90, 218, 178, 20], dark, 8),
    rect([90, 230, 56, 12], dark, 4),
  ].join('');

const slipper: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M58 216 C50 184 60 162 76 158 C108 176 130 178 158 166 C200 152 252 172 266 216 Z', main),
    path('M158 166 C200 152 252 172 266 216 H204 C196 196 178 178 158 166 Z', light),
    path(
      'M56 182 C44 156 62 140 82 146 C106 158 130 160 154 150 C172 146 178 168 160 174 C130 188 102 186 78 172 C68 172 62 184 56 182 Z',
      form === 2 ? accent : '#f4ecdb',
    ),
    form === 1
      ? path('M222 176 l10 12 l-8 14 l-16 -4 l-2 -16 Z', accent)
      : line('M186 204 C204 192 236 194 254 206', dark, 4),
    line('M166 180 C176 192 184 204 188 214', dark, 3),
    rect([50, 212, 222, 27], dark, 13),
    line('M62 226 H258', light, 3),
  ].join('');

const clog: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M112 214 C108 172 138 146 190 148 C240 152 264 182 268 214 Z', main),
    path('M112 214 C108 172 138 146 190 148 C158 160 142 184 142 214 Z', light),
    form === 2 ? '' : line('M122 184 C98 160 66 168 64 204', dark, 12),
    form === 0
      ? repeat(6, (index) => ellipse([176 + (index % 3) * 24, 172 + Math.floor(index / 3) * 20, 6, 6], dark))
      : line('M150 176 C180 162 222 166 248 190', accent, 6),
    path(
      'M50 206 Q120 214 272 206 C278 230 264 242 244 242 H80 C58 242 46 228 50 206 Z',
      form === 1 ? '#a87a4f' : dark,
    ),
    line('M62 224 H262', light, 3),
    form === 2 ? '' : ellipse([122, 186, 8, 8], accent),
  ].join('');

const chelsea: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M104 82 H178 L182 158 C194 178 264 178 266 222 H94 C92 172 106 132 104 82 Z', main),
    path('M104 82 H128 C126 130 116 180 118 222 H94 C92 172 106 132 104 82 Z', light),
    path('M136 104 H168 L172 160 Q154 170 142 160 Z', dark),
    repeat(3, (index) => line(`M${String(146 + index * 8)} 108 L${String(150 + index * 7)} 158`, light, 2)),
    rect([97, 68, 13, 28], accent, 5),
    line('M206 184 C200 196 200 208 204 220', dark, 3),
    rect([86, 218, 186, 14], dark, 6),
    rect([86, 226, 56, 16], dark, 4),
    form === 1 ? line('M90 224 H268', accent, 4) : '',
    form === 2 ? rect([100, 78, 80, 16], '#f4ecdb', 8) : '',
  ].join('');

export const FOOTWEAR: Readonly<Record<string, Painter>> = { boot, shoe, sandal, rainboot, slipper, clog, chelsea };
