import { IRON, STEEL_DARK, WOOD } from './palette.ts';
import { type Painter, ellipse, fade, line, path, rect, repeat } from './svg.ts';

const flame = (x: number, y: number, color: string): string =>
  path(`M${String(x)} ${String(y)} c-16 -14 -8 -26 0 -40 c8 14 16 26 0 40 Z`, color);

const burner: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M98 190 Q98 168 160 168 Q222 168 222 190 V226 Q222 242 160 242 Q98 242 98 226 Z', main),
    path('M98 190 Q98 168 136 169 Q124 200 130 241 Q98 238 98 226 Z', light),
    path('M98 204 Q160 218 222 204 V220 Q160 234 98 220 Z', form === 2 ? dark : '#f4ecdb'),
    rect([152, 134, 16, 38], STEEL_DARK, 4),
    line('M168 152 H206', STEEL_DARK, 6),
    ellipse([212, 152, 9, 7], accent),
    line('M134 122 L106 96 H90 M186 122 L214 96 H230 M160 116 V96', IRON, 7),
    rect([124, 116, 72, 18], IRON, 7),
    repeat(form === 1 ? 3 : 5, (index) =>
      form === 1
        ? flame(134 + index * 26, 116, accent)
        : path(`M${String(130 + index * 15)} 116 c-8 -8 -4 -16 0 -24 c4 8 8 16 0 24 Z`, '#7fb4d8'),
    ),
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

const kettle: Painter = ({ main, dark, light, accent }, form) =>
  [
    line(form === 1 ? 'M104 130 C104 60 216 60 216 130' : 'M98 150 C90 66 230 66 222 150', dark, 10),
    path('M218 176 L268 134 L278 146 L236 208 Z', dark),
    path(
      'M88 168 C92 132 128 124 160 124 C192 124 228 132 232 168 L240 218 Q240 240 216 240 L104 240 Q80 240 80 218 Z',
      main,
    ),
    path('M88 168 C92 132 116 126 136 124 C116 150 108 200 112 240 L104 240 Q80 240 80 218 Z', light),
    ellipse([160, 128, 40, 9], dark),
    ellipse([160, 114, 11, 11], accent),
    form === 2
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

const mug: Painter = ({ main, dark, light, accent }, form) =>
  [
    fade(line('M140 96 c-14 -16 12 -24 0 -42 M176 96 c-14 -16 12 -24 0 -42', dark, 6), 0.35),
    mugAt(98, 126, [main, dark, light]),
    form === 0 ? rect([92, 122, 120, 16], WOOD, 8) : '',
    form === 1 ? ellipse([152, 134, 46, 7], '#5a3420') + line('M104 170 H198', accent, 6) : '',
    form === 2
      ? ellipse([152, 134, 46, 7], '#5a3420') + path('M124 214 L150 172 L164 194 L172 184 L192 214 Z', light)
      : '',
  ].join('');

const FILLINGS: readonly string[] = [
  ellipse([124, 180, 36, 15], '#f7f3e8') +
    ellipse([120, 177, 13, 8], '#f0b73f') +
    ellipse([176, 190, 28, 11], '#f7f3e8') +
    ellipse([178, 188, 10, 6], '#f0b73f'),
  ellipse([138, 184, 66, 23], '#d9a35a') +
    ellipse([136, 181, 56, 18], '#e8bd78') +
    rect([126, 172, 26, 13], '#f6e39a', 4),
  repeat(5, (index) =>
    ellipse([86 + index * 26, 178 + (index % 2) * 14, 13, 8], ['#c8553d', '#7f9f4c', '#e0a83c'][index % 3] ?? ''),
  ),
];

const pan: Painter = ({ main, dark, light }, form) =>
  [
    path('M214 178 L294 148 Q304 148 302 160 L222 200 Z', form === 1 ? WOOD : main),
    line('M280 156 L290 152', dark, 5),
    ellipse([140, 194, 104, 46], '#2f3238'),
    ellipse([140, 184, 104, 42], form === 2 ? main : '#484d55'),
    ellipse([140, 186, 90, 34], form === 2 ? light : '#33373d'),
    FILLINGS[form] ?? '',
  ].join('');

const pot: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M70 160 L52 160 Q46 160 46 170 L46 182 M250 160 L268 160 Q274 160 274 170 L274 182', dark, 9),
    path('M70 132 L250 132 L246 216 Q244 242 216 242 L104 242 Q76 242 74 216 Z', main),
    path('M70 132 L114 132 L112 242 L104 242 Q76 242 74 216 Z', light),
    rect([62, 122, 196, 16], dark, 8),
    path('M74 122 C84 96 236 96 246 122 Z', light),
    rect([146, 84, 28, 16], accent, 7),
    form === 1 ? line('M78 196 L244 196', accent, 6) : rect([138, 172, 44, 30], dark, 6),
  ].join('');

const slimFlask: Painter = ({ main, dark, light, accent }) =>
  [
    line('M140 60 C140 34 180 34 180 60', dark, 7),
    rect([128, 54, 64, 38], dark, 8),
    rect([112, 88, 96, 154], main, 18),
    rect([112, 88, 28, 154], light, 14),
    rect([112, 204, 96, 12], accent),
    line('M170 112 V180', dark, 4),
  ].join('');

const foodFlask: Painter = ({ main, dark, light, accent }) =>
  [
    rect([100, 106, 120, 30], STEEL_DARK, 9),
    path('M96 134 H224 V220 Q224 242 200 242 H120 Q96 242 96 220 Z', main),
    path('M96 134 H126 V242 H120 Q96 242 96 220 Z', light),
    rect([96, 172, 128, 10], accent),
    line('M218 96 V118 M208 78 q20 -10 20 12 v10', STEEL_DARK, 6),
    rect([142, 194, 40, 24], dark, 5),
  ].join('');

const flask: Painter = (palette, form) => {
  const { main, dark, light, accent } = palette;
  if (form === 1) return slimFlask(palette, form);
  if (form === 2) return foodFlask(palette, form);
  return [
    rect([134, 62, 52, 40], dark, 8),
    rect([128, 92, 64, 14], accent, 5),
    path(
      'M128 106 H192 C206 122 212 132 212 150 V222 Q212 242 192 242 H128 Q108 242 108 222 V150 C108 132 114 122 128 106 Z',
      main,
    ),
    path('M128 106 H146 C134 130 132 180 134 242 H128 Q108 242 108 222 V150 C108 132 114 122 128 106 Z', light),
    rect([108, 168, 104, 34], dark),
    path('M138 196 L160 172 L182 196 Z', accent),
  ].join('');
};

export const KITCHEN: Readonly<Record<string, Painter>> = { burner, stove, kettle, mug, mugs, pan, pot, flask };
