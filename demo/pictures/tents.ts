import { type Painter, ellipse, fade, line, path, repeat } from './svg.ts';

const ridge: Painter = ({ main, dark, light, accent }, variant) =>
  [
    line('M160 88 L40 250 M160 88 L280 250', dark, 3),
    path('M160 88 L58 240 L148 240 Z', light),
    path('M160 88 L262 240 L148 240 Z', main),
    path('M160 88 L206 240 L148 240 Z', dark),
    path(variant === 0 ? 'M160 88 L206 240 L182 240 Z' : 'M160 88 L166 240 L148 240 Z', accent),
    line('M160 88 L160 74', dark, 5),
    variant === 2 ? line('M94 190 L152 190', main, 6) : '',
  ].join('');

const dome: Painter = ({ main, dark, light, accent }, variant) =>
  [
    path('M46 240 C52 130 112 92 160 92 C208 92 268 130 274 240 Z', main),
    path('M46 240 C52 130 112 92 160 92 C128 120 112 170 108 240 Z', light),
    path('M136 240 C138 178 152 152 178 152 C204 152 218 182 220 240 Z', dark),
    path(
      variant === 1
        ? 'M136 240 C138 178 152 152 178 152 C158 172 152 206 152 240 Z'
        : 'M220 240 C218 182 204 152 178 152 C200 172 206 206 206 240 Z',
      accent,
    ),
    line('M46 240 C80 150 120 108 160 92 C204 108 246 160 274 240', accent, 4),
    variant === 2 ? ellipse([86, 196, 12, 16], dark) : '',
  ].join('');

const tunnel: Painter = ({ main, dark, light, accent }, variant) =>
  [
    path('M36 240 C36 150 68 116 108 116 L226 128 C264 134 286 180 288 240 Z', main),
    path('M108 116 L226 128 C190 132 176 180 176 240 L120 240 Z', light),
    path('M36 240 C36 150 68 116 108 116 C150 116 170 160 170 240 Z', main),
    path('M66 240 C66 178 84 150 106 150 C130 150 144 182 144 240 Z', dark),
    path('M66 240 C66 178 84 150 106 150 C92 170 86 204 86 240 Z', accent),
    line('M108 116 C150 116 170 160 170 240 M168 122 C206 126 228 170 228 240', dark, 4),
    variant === 0 ? path('M190 176 C200 160 214 164 220 186 L194 190 Z', dark) : ellipse([258, 200, 9, 14], dark),
  ].join('');

const bell: Painter = ({ main, dark, light, accent }, variant) =>
  [
    line('M160 70 L24 252 M160 70 L296 252', dark, 2.5),
    path('M52 178 L268 178 L258 240 L62 240 Z', light),
    path('M160 70 L284 184 L36 184 Z', main),
    path('M160 70 L284 184 L206 184 Z', dark),
    path('M160 112 L190 240 L130 240 Z', dark),
    path('M160 112 L140 240 L116 240 Z', light),
    repeat(6, (index) => path(`M${String(42 + index * 40)} 184 h34 l-17 14 Z`, accent)),
    variant === 0 ? path('M160 46 L188 56 L160 66 Z', accent) : '',
    line('M160 70 L160 46', dark, 4),
  ].join('');

const tarp: Painter = ({ main, dark, light, accent }, variant) =>
  [
    fade(ellipse([160, 238, 96, 10], dark), 0.25),
    line('M84 112 L84 240 M236 112 L236 240', dark, 6),
    line('M84 112 L28 244 M236 112 L292 244', dark, 2.5),
    path('M84 108 L236 108 L206 148 L62 142 Z', dark),
    path('M84 108 C130 122 190 122 236 108 L286 196 C220 174 110 174 34 196 Z', main),
    path('M84 108 C100 114 116 117 132 118 L106 178 C80 182 56 188 34 196 Z', light),
    variant === 1 ? path('M188 117 C204 115 220 113 236 108 L286 196 C266 188 244 183 222 180 Z', accent) : '',
    ellipse([84, 106, 6, 6], accent),
    ellipse([236, 106, 6, 6], accent),
  ].join('');

export const TENTS: Readonly<Record<string, Painter>> = { ridge, dome, tunnel, bell, tarp };
