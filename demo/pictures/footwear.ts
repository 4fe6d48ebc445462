import { type Painter, ellipse, line, path, rect, repeat } from './svg.ts';

const lugs = (from: number, count: number, fill: string): string =>
  repeat(count, (index) => rect([from + index * 17, 232, 11, 10], fill, 2));

const boot: Painter = ({ main, dark, light, accent }, variant) =>
  [
    path(
      'M98 86 Q134 74 172 86 L176 150 C182 174 214 178 242 188 C262 196 266 210 266 222 L84 222 C82 176 96 140 98 86 Z',
      main,
    ),
    path('M98 86 Q112 80 126 80 C122 140 112 180 112 222 L84 222 C82 176 96 140 98 86 Z', light),
    path('M214 180 C250 186 266 200 266 222 L206 222 C204 206 206 192 214 180 Z', dark),
    path(
      variant === 2
        ? 'M92 74 Q134 58 178 74 L180 104 Q134 92 92 104 Z'
        : 'M96 82 Q134 70 174 82 L174 98 Q134 86 96 98 Z',
      variant === 2 ? light : dark,
    ),
    repeat(4, (index) =>
      line(`M142 ${String(112 + index * 18)} L${String(174 + index * 3)} ${String(106 + index * 18)}`, accent, 5),
    ),
    rect([78, 218, 192, 18], dark, 8),
    lugs(84, 11, dark),
  ].join('');

const shoe: Painter = ({ main, dark, light, accent }, variant) =>
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
    variant === 0
      ? line('M122 206 C142 176 162 206 186 186', light, 7)
      : line('M120 190 L150 210 M136 184 L166 208', light, 7),
    path('M58 212 L270 212 C272 232 262 240 246 240 L76 240 C62 240 56 228 58 212 Z', variant === 1 ? dark : accent),
    line('M64 226 L266 226', light, 3),
  ].join('');

const sandal: Painter = ({ main, dark, light, accent }, variant) =>
  [
    path('M96 206 C88 168 92 148 108 134 L126 142 C114 156 114 176 122 206 Z', main),
    path('M92 156 C124 132 160 142 184 168 L172 184 C150 164 126 162 98 176 Z', light),
    path('M150 208 C160 178 176 164 200 160 L216 176 C194 184 184 194 178 210 Z', main),
    path('M200 210 C206 184 224 176 244 184 L258 204 C244 200 234 202 228 212 Z', variant === 0 ? main : dark),
    variant === 2 ? path('M214 190 C250 176 270 196 268 214 L222 214 Z', main) : '',
    ellipse([108, 160, 9, 9], accent),
    path('M70 206 C120 200 170 214 266 206 C276 226 262 240 238 240 L98 240 C74 240 62 228 70 206 Z', dark),
    line('M74 222 C120 216 190 228 266 220', accent, 4),
  ].join('');

const rainboot: Painter = ({ main, dark, light, accent }) =>
  [
    path('M104 70 L176 70 L180 160 C190 186 258 182 262 222 L98 222 C94 170 104 120 104 70 Z', main),
    path('M104 70 L128 70 C126 130 120 180 122 222 L98 222 C94 170 104 120 104 70 Z', light),
    rect([98, 62, 84, 20], dark, 8),
    path('M216 186 C246 192 260 202 262 222 L208 222 C204 208 208 196 216 186 Z', dark),
    line('M166 98 L166 122', accent, 8),
    rect([90, 218, 178, 20], dark, 8),
    rect([90, 230, 56, 12], dark, 4),
  ].join('');

const slipper: Painter = ({ main, dark, light, accent }) =>
  [
    path(
      'M58 212 C52 180 64 160 84 160 C110 160 122 182 148 178 C160 150 196 142 228 160 C258 176 268 196 266 216 Z',
      main,
    ),
    path('M148 178 C160 150 196 142 228 160 C258 176 268 196 266 216 L164 216 C156 204 150 192 148 178 Z', light),
    path(
      'M58 176 C62 158 78 148 92 152 C116 156 126 184 152 172 C158 184 148 194 130 194 C104 194 96 172 80 172 C70 172 64 180 62 188 Z',
      accent,
    ),
    ellipse([214, 180, 13, 13], accent),
    line('M180 206 C200 196 232 198 250 208', dark, 4),
    rect([52, 212, 218, 26], dark, 13),
  ].join('');

export const FOOTWEAR: Readonly<Record<string, Painter>> = { boot, shoe, sandal, rainboot, slipper };
