import { type Painter, ellipse, fade, line, path, rect, repeat } from './svg.ts';

const flame = (x: number, y: number, color: string): string =>
  path(`M${String(x)} ${String(y)} c-16 -14 -8 -26 0 -40 c8 14 16 26 0 40 Z`, color);

const burner: Painter = ({ main, dark, light, accent }) =>
  [
    path('M112 172 Q112 150 160 150 Q208 150 208 172 L214 226 Q214 242 160 242 Q106 242 106 226 Z', main),
    path('M112 172 Q112 150 144 150 Q132 190 136 241 Q106 240 106 226 Z', light),
    rect([148, 120, 24, 34], dark, 4),
    line('M104 100 L150 124 M216 100 L170 124 M160 96 L160 124', dark, 7),
    rect([132, 108, 56, 14], dark, 6),
    flame(142, 108, accent),
    flame(178, 108, accent),
    flame(160, 106, '#fff3cf'),
  ].join('');

const stove: Painter = ({ main, dark, light, accent }) =>
  [
    path('M66 84 L254 84 L262 178 L58 178 Z', light),
    path('M78 94 L242 94 L248 178 L72 178 Z', main),
    rect([48, 172, 224, 60], dark, 12),
    repeat(2, (index) => ellipse([108 + index * 104, 176, 42, 9], '#2a2a2e')),
    repeat(2, (index) => flame(96 + index * 104, 172, accent) + flame(120 + index * 104, 172, accent)),
    repeat(2, (index) => ellipse([108 + index * 104, 208, 12, 12], light)),
    rect([64, 230, 20, 12], dark, 3),
    rect([236, 230, 20, 12], dark, 3),
  ].join('');

const kettle: Painter = ({ main, dark, light, accent }, variant) =>
  [
    line(variant === 1 ? 'M104 130 C104 60 216 60 216 130' : 'M98 150 C90 66 230 66 222 150', dark, 10),
    path('M218 176 L268 134 L278 146 L236 208 Z', dark),
    path(
      'M88 168 C92 132 128 124 160 124 C192 124 228 132 232 168 L240 218 Q240 240 216 240 L104 240 Q80 240 80 218 Z',
      main,
    ),
    path('M88 168 C92 132 116 126 136 124 C116 150 108 200 112 240 L104 240 Q80 240 80 218 Z', light),
    ellipse([160, 128, 40, 9], dark),
    ellipse([160, 114, 11, 11], accent),
    variant === 2
      ? repeat(7, (index) => ellipse([110 + index * 17, 190 + (index % 2) * 22, 4, 4], light))
      : line('M92 206 L232 206', accent, 6),
  ].join('');

const mugAt = (x: number, y: number, [main, dark, light]: readonly [string, string, string]): string =>
  [
    `<g transform="translate(${String(x)} ${String(y)})">`,
    line('M104 26 C146 22 146 84 100 80', dark, 11),
    path('M0 8 L108 8 L102 100 Q100 114 86 114 L22 114 Q8 114 6 100 Z', main),
    path('M0 8 L30 8 L32 114 L22 114 Q8 114 6 100 Z', light),
    ellipse([54, 8, 54, 10], dark),
    '</g>',
  ].join('');

const mugs: Painter = ({ main, dark, light, accent }) =>
  [
    mugAt(152, 96, [accent, dark, light]),
    mugAt(62, 126, [main, dark, light]),
    repeat(5, (index) => ellipse([82 + index * 17, 178 + (index % 2) * 24, 3.5, 3.5], light)),
  ].join('');

const mug: Painter = ({ main, dark, light, accent }) =>
  [
    fade(line('M140 96 c-14 -16 12 -24 0 -42 M176 96 c-14 -16 12 -24 0 -42', dark, 6), 0.35),
    mugAt(98, 126, [main, dark, light]),
    rect([92, 122, 120, 16], accent, 8),
  ].join('');

const pan: Painter = ({ dark, light, accent }) =>
  [
    path('M214 176 L292 148 Q302 148 300 160 L222 196 Z', accent),
    ellipse([140, 190, 104, 44], '#2f3238'),
    ellipse([140, 182, 104, 42], '#484d55'),
    ellipse([140, 184, 88, 33], '#33373d'),
    ellipse([124, 180, 36, 15], '#f7f3e8'),
    ellipse([120, 177, 13, 8], '#f0b73f'),
    path('M164 188 C178 178 200 182 206 192 C192 202 174 200 164 188 Z', light),
    line('M172 189 L198 190', dark, 3),
  ].join('');

const pot: Painter = ({ main, dark, light, accent }, variant) =>
  [
    line('M70 160 L52 160 Q46 160 46 170 L46 182 M250 160 L268 160 Q274 160 274 170 L274 182', dark, 9),
    path('M70 132 L250 132 L246 216 Q244 242 216 242 L104 242 Q76 242 74 216 Z', main),
    path('M70 132 L114 132 L112 242 L104 242 Q76 242 74 216 Z', light),
    rect([62, 122, 196, 16], dark, 8),
    path('M74 122 C84 96 236 96 246 122 Z', light),
    rect([146, 84, 28, 16], accent, 7),
    variant === 1 ? line('M78 196 L244 196', accent, 6) : rect([138, 172, 44, 30], dark, 6),
  ].join('');

const flask: Painter = ({ main, dark, light, accent }) =>
  [
    rect([134, 62, 52, 40], dark, 8),
    rect([128, 92, 64, 14], accent, 5),
    path(
      'M128 106 L192 106 C206 122 212 132 212 150 L212 222 Q212 242 192 242 L128 242 Q108 242 108 222 L108 150 C108 132 114 122 128 106 Z',
      main,
    ),
    path(
      'M128 106 L146 106 C134 130 132 180 134 242 L128 242 Q108 242 108 222 L108 150 C108 132 114 122 128 106 Z',
      light,
    ),
    rect([108, 168, 104, 34], dark),
    path('M138 196 L160 172 L182 196 Z', accent),
  ].join('');

export const KITCHEN: Readonly<Record<string, Painter>> = { burner, stove, kettle, mug, mugs, pan, pot, flask };
