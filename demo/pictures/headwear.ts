import { IRON } from './palette.ts';
import { type Painter, ellipse, fade, group, line, path, rect, repeat } from './svg.ts';

const beanie: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    form === 1
      ? ellipse([160, 76, 27, 27], accent) +
        repeat(8, (index) =>
          ellipse([160 + 25 * Math.cos(index * 0.785), 76 + 25 * Math.sin(index * 0.785), 7, 7], accent),
        )
      : '',
    path('M84 200 C82 122 118 86 160 86 C202 86 238 122 236 200 Z', cloth),
    form === 2 ? path('M84 200 C82 122 118 86 160 86 C130 110 116 160 118 200 Z', light) : '',
    rect([74, 184, 172, 54], dark, 20),
    repeat(11, (index) => line(`M${String(92 + index * 13.6)} 192 V230`, main, 3)),
    form === 2 ? '' : rect([184, 200, 34, 22], form === 0 ? accent : light, 4),
  ].join('');

const cap: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    path('M80 206 C80 134 116 104 156 104 C202 104 230 140 230 206 Z', cloth),
    form === 1 ? path('M80 206 C80 134 116 104 156 104 C120 128 112 170 114 206 Z', light) : '',
    line('M156 104 C176 130 182 170 180 206', dark, 3),
    ellipse([156, 104, 9, 6], accent),
    path('M150 202 C206 184 272 200 290 230 C252 218 200 218 96 220 Q78 220 80 206 Z', dark),
    form === 0 ? rect([116, 150, 48, 34], light, 6) + path('M122 178 L136 158 L146 170 L150 165 L160 178 Z', main) : '',
    form === 1 ? rect([80, 196, 40, 12], accent, 4) : '',
    form === 2 ? path('M82 206 C78 232 84 244 96 246 C118 248 128 232 130 216 L84 216 Z', cloth) : '',
  ].join('');

const sunhat: Painter = ({ dark, accent, cloth }, form) =>
  [
    form === 2 ? line('M92 214 C110 262 150 262 160 250 C170 262 210 262 228 214', dark, 4) : '',
    ellipse([160, 214, 134, 26], dark),
    ellipse([160, 207, 134, 25], cloth),
    path('M98 208 C96 140 118 112 160 112 C202 112 224 140 222 208 Q160 226 98 208 Z', cloth),
    form === 1 ? path('M122 118 Q160 152 198 118 Q180 108 160 110 Q140 108 122 118 Z', dark) : '',
    path('M98 184 Q160 204 222 184 L222 208 Q160 226 98 208 Z', accent),
    form === 0 ? path('M206 190 l22 -14 l6 16 l-10 12 l-16 2 Z', accent) : '',
    form === 2 ? repeat(3, (index) => ellipse([116 + index * 10, 160, 3, 3], dark)) : '',
  ].join('');

const mitten = (cloth: string, cuff: string): string =>
  path('M6 140 V46 C6 16 26 4 48 4 C72 4 90 18 90 50 V140 Z', cloth) +
  path('M84 92 C96 74 108 64 118 72 C130 84 112 116 88 132 Z', cloth) +
  rect([0, 132, 96, 40], cuff, 12);

const fingers = (cloth: string, cuff: string): string =>
  repeat(4, (index) => rect([4 + index * 23, [22, 4, 0, 14][index] ?? 0, 20, 84], cloth, 10)) +
  rect([4, 66, 89, 80], cloth, 16) +
  path('M86 106 C98 84 110 74 120 82 C130 94 112 124 88 140 Z', cloth) +
  rect([0, 136, 97, 38], cuff, 10);

const gloves: Painter = ({ main, dark, light, accent, cloth }, form) => {
  const hand = form === 1 ? fingers(cloth, dark) : mitten(cloth, dark);
  const detail =
    form === 1
      ? rect([20, 96, 58, 24], light, 8)
      : form === 2
        ? line('M14 150 H82', accent, 6)
        : rect([8, 142, 80, 6], light, 3);
  return (
    group('translate(190 54) rotate(9)', hand, detail) +
    group('translate(132 70) rotate(-9) scale(-1 1)', hand, detail) +
    line('M112 92 C130 40 190 40 208 78', form === 2 ? main : 'none', 4)
  );
};

const sockOf = (
  { main, dark, accent, cloth }: { main: string; dark: string; accent: string; cloth: string },
  short: boolean,
): string =>
  path(
    `M0 ${short ? '60' : '0'} h56 v${short ? '66' : '126'} q2 14 20 24 l46 24 q24 14 16 36 q-8 16 -32 16 h-58 q-48 0 -48 -48 Z`,
    cloth,
  ) +
  path('M0 158 q20 4 26 22 q6 24 -12 40 q-14 -14 -14 -40 Z', accent) +
  path('M104 166 l18 10 q24 14 16 36 q-8 14 -30 14 q-20 -28 -4 -60 Z', accent) +
  rect([-4, short ? 54 : -6, 64, 24], dark, 8) +
  repeat(4, (index) => line(`M${String(6 + index * 14)} ${short ? '58' : '-2'} v14`, main, 3));

const socks: Painter = (palette, form) =>
  group('translate(142 42) rotate(6)', sockOf(palette, form === 1)) +
  group('translate(56 52) rotate(-4)', sockOf(palette, form === 1));

const fringe = (x: number, y: number, color: string): string =>
  repeat(6, (index) => line(`M${String(x + index * 9)} ${String(y)} v18`, color, 4));

const scarf: Painter = ({ main, dark, light, accent, cloth }, form) =>
  form === 1
    ? path('M76 150 C84 96 236 96 244 150 C258 200 232 240 160 240 C88 240 62 200 76 150 Z', cloth) +
      ellipse([160, 146, 62, 26], dark) +
      line('M84 190 C120 216 200 216 236 190', light, 4) +
      line('M96 214 C130 232 190 232 224 214', dark, 4)
    : [
        path('M172 116 L226 112 L236 240 L184 244 Z', cloth),
        fringe(187, 242, accent),
        path('M102 94 C110 58 210 58 218 94 C222 124 196 138 160 138 C124 138 98 124 102 94 Z', cloth),
        ellipse([160, 90, 38, 17], dark),
        path('M112 118 L168 128 L158 262 L102 256 Z', cloth),
        fringe(106, 258, accent),
        line('M114 122 L166 130', form === 2 ? accent : dark, 5),
        fade(line('M172 138 L182 230', main, 8), 0.5),
      ].join('');

const sunglasses: Painter = ({ main, dark, light, accent }, form) => {
  const lens =
    form === 1
      ? ellipse([102, 176, 50, 46], main) + ellipse([102, 176, 39, 35], IRON)
      : path('M46 140 H152 Q156 214 106 216 Q50 216 46 140 Z', main) +
        path('M57 150 H141 Q142 204 106 205 Q62 204 57 150 Z', form === 2 ? accent : IRON);
  const glint = fade(path('M74 158 L92 158 L72 190 L66 182 Z', '#ffffff'), 0.5);
  return [
    line('M50 146 C40 116 60 100 92 104', dark, 9),
    line('M270 146 C280 116 260 100 228 104', dark, 9),
    lens + glint,
    group('translate(320 0) scale(-1 1)', lens),
    group('translate(118 0)', glint),
    line('M148 158 Q160 146 172 158', main, 11),
    form === 2 ? line('M46 136 H274', light, 7) : '',
  ].join('');
};

export const HEADWEAR: Readonly<Record<string, Painter>> = { beanie, cap, sunhat, gloves, socks, scarf, sunglasses };
