import { WOOD_DARK } from './palette.ts';
import { type Painter, ellipse, line, mirrored, path, rect, repeat } from './svg.ts';

/** A hanger on the rail; the garment's shoulders begin at y = 100. */
const hanger = line('M160 58 C176 58 176 76 160 80 V90 M106 110 L160 90 L214 110', WOOD_DARK, 6);

const TRUNK = 'M110 106 L142 96 L160 106 L178 96 L210 106 L216 168 V256 H104 V168 Z';
const HALF = 'M110 106 L142 96 L160 106 V256 H104 V168 Z';
const SLEEVE = 'M112 105 L74 130 L56 232 L90 238 L106 168 Z';
const CUFF = 'M60 212 L94 218 L90 238 L56 232 Z';

const sleeves = (fill: string, cuff: string): string => mirrored(path(SLEEVE, fill) + path(CUFF, cuff));

const hood = (outside: string, inside: string): string =>
  path('M126 108 C114 62 206 62 194 108 L178 122 H142 Z', outside) +
  path('M138 106 C132 78 188 78 182 106 L160 118 Z', inside);

const jacket: Painter = ({ main, dark, light, accent }, form) =>
  [
    hanger,
    sleeves(dark, form === 1 ? accent : dark),
    path(TRUNK, main),
    path(HALF, light),
    hood(main, dark),
    form === 1 ? path('M110 106 L142 96 L160 106 L178 96 L210 106 L213 150 H107 Z', dark) : '',
    line('M160 112 V256', accent, 5),
    line('M120 214 L142 194 M200 214 L178 194', dark, 5),
    form === 2
      ? path('M104 250 H216 V276 H104 Z', main) +
        path('M104 250 H160 V276 H104 Z', light) +
        line('M160 240 V276', accent, 5)
      : '',
    rect([182, 132, 16, 8], accent, 2),
  ].join('');

const puffer: Painter = ({ main, dark, light, accent }, form) =>
  [
    hanger,
    mirrored(path(SLEEVE, main) + line('M106 132 L70 150 M100 164 L64 176 M96 196 L60 206', dark, 4)),
    path(TRUNK, main),
    path(HALF, light),
    repeat(5, (index) =>
      line(
        `M105 ${String(130 + index * 26)} Q160 ${String(140 + index * 26)} 215 ${String(130 + index * 26)}`,
        dark,
        4,
      ),
    ),
    form === 1 ? hood(main, accent) : path('M134 102 Q132 84 142 80 H178 Q188 84 186 102 L160 112 Z', dark),
    line('M160 106 V256', form === 2 ? dark : accent, 5),
    form === 2 ? rect([176, 134, 22, 14], accent, 3) : '',
    rect([104, 248, 112, 10], dark, 4),
  ].join('');

const fleece: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    hanger,
    sleeves(form === 1 ? dark : main, accent),
    path(TRUNK, cloth),
    form === 0 ? path('M110 106 L142 96 L160 106 L178 96 L210 106 L213 146 H107 Z', dark) : '',
    path('M136 104 Q134 80 144 76 H176 Q186 80 184 104 L160 116 Z', dark),
    line(form === 2 ? 'M160 84 V256' : 'M160 84 V156', accent, 5),
    form === 2
      ? line('M118 216 L138 200 M202 216 L182 200', dark, 5)
      : path('M176 148 H204 V178 Q190 186 176 178 Z', form === 0 ? light : accent),
    rect([104, 248, 112, 10], accent, 4),
  ].join('');

const sweater: Painter = ({ main, dark, light, cloth }, form) =>
  [
    hanger,
    mirrored(path(SLEEVE, cloth) + path(CUFF, dark)),
    path(TRUNK, cloth),
    form === 1
      ? path('M132 104 C130 66 190 66 188 104 Q160 124 132 104 Z', dark) +
        repeat(5, (index) => line(`M${String(142 + index * 9)} 82 V108`, main, 2))
      : path('M136 98 Q160 128 184 98 L176 90 H144 Z', dark) + path('M144 94 Q160 112 176 94 Z', light),
    rect([104, 240, 112, 18], dark, 5),
    repeat(9, (index) => line(`M${String(112 + index * 12)} 242 V256`, main, 2)),
    form === 2 ? path('M140 98 L160 150 L180 98 Z', dark) + path('M146 96 L160 134 L174 96 Z', light) : '',
  ].join('');

const vest: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    hanger,
    path('M112 104 L142 96 L160 106 L178 96 L208 104 Q196 140 214 164 V256 H106 V164 Q124 140 112 104 Z', cloth),
    path('M112 104 L142 96 L160 106 V256 H106 V164 Q124 140 112 104 Z', form === 2 ? cloth : light),
    form === 0
      ? repeat(4, (index) =>
          line(
            `M107 ${String(166 + index * 24)} Q160 ${String(174 + index * 24)} 213 ${String(166 + index * 24)}`,
            dark,
            4,
          ),
        )
      : '',
    path('M136 102 Q134 82 144 78 H176 Q186 82 184 102 L160 112 Z', dark),
    line('M160 108 V256', accent, 5),
    form === 0 ? '' : rect([114, 200, 34, 34], dark, 6) + rect([172, 200, 34, 34], dark, 6),
    form === 1 ? rect([172, 148, 28, 26], dark, 5) + line('M110 188 H210', accent, 3) : '',
    form === 2 ? repeat(4, (index) => ellipse([166, 130 + index * 30, 4, 4], main)) : '',
  ].join('');

const trousers: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M108 88 H212 L226 272 H174 L160 150 L146 272 H94 Z', main),
    path('M108 88 H160 V150 L146 272 H94 Z', light),
    rect([106, 80, 108, 18], dark, 4),
    rect([150, 78, 20, 22], accent, 3),
    line('M114 102 Q116 124 136 126 M206 102 Q204 124 184 126', dark, 4),
    form === 1 ? path('M102 176 L148 172 L144 214 L98 216 Z M218 176 L172 172 L176 214 L222 216 Z', dark) : '',
    form === 2 ? rect([98, 168, 34, 42], dark, 5) + rect([188, 168, 34, 42], dark, 5) : '',
    form === 0 ? line('M97 196 L150 192 M223 196 L170 192', dark, 3) : '',
    line('M128 62 V80 M192 62 V80', WOOD_DARK, 5),
  ].join('');

const shorts: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    path('M104 108 H216 L236 216 H170 L160 164 L150 216 H84 Z', cloth),
    form === 0 ? path('M104 108 H160 V164 L150 216 H84 Z', light) : '',
    rect([102, 98, 116, 20], dark, form === 1 ? 9 : 4),
    form === 1
      ? line('M150 116 C146 136 142 140 140 150 M168 116 C172 136 176 140 178 146', accent, 4)
      : rect([150, 96, 20, 24], accent, 3),
    line('M112 122 Q114 146 134 150 M208 122 Q206 146 186 150', dark, 4),
    form === 2 ? rect([92, 170, 36, 34], dark, 5) + rect([192, 170, 36, 34], main, 5) : '',
    line('M126 62 V98 M194 62 V98', WOOD_DARK, 5),
  ].join('');

const tee: Painter = ({ dark, light, accent, cloth }, form) =>
  [
    hanger,
    path(
      'M112 104 L140 94 Q160 112 180 94 L208 104 L254 146 L226 172 L212 156 V254 H108 V156 L94 172 L66 146 Z',
      cloth,
    ),
    path('M138 95 Q160 122 182 95 L176 92 Q160 108 144 92 Z', dark),
    line('M76 150 L98 128 M244 150 L222 128', dark, 3),
    form === 0 ? ellipse([160, 180, 34, 34], light) + path('M132 198 L154 162 L168 184 L176 174 L188 198 Z', dark) : '',
    form === 1 ? rect([174, 138, 24, 26], accent, 4) : '',
    form === 2 ? line('M130 172 q15 -14 30 0 t30 0 M130 194 q15 -14 30 0 t30 0', accent, 6) : '',
  ].join('');

const shirt: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    hanger,
    mirrored(path(SLEEVE, cloth) + path(CUFF, dark)),
    path(TRUNK, cloth),
    line('M160 108 V256', dark, 3),
    repeat(5, (index) => ellipse([160, 132 + index * 26, 4.5, 4.5], form === 2 ? accent : light)),
    path('M160 112 L138 90 L128 104 L144 126 Z M160 112 L182 90 L192 104 L176 126 Z', main),
    line('M160 112 L144 126 L128 104 M160 112 L176 126 L192 104', dark, 3),
    rect([172, 150, 30, 34], main, 4),
    line('M172 160 H202', dark, 3),
    form === 1 ? rect([118, 150, 30, 34], main, 4) + line('M118 160 H148', dark, 3) : '',
  ].join('');

const poncho: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    hanger,
    path('M160 96 C126 102 84 150 50 240 Q160 284 270 240 C236 150 194 102 160 96 Z', cloth),
    form === 0 ? path('M160 96 C126 102 84 150 50 240 Q84 254 120 258 C124 190 138 130 160 96 Z', light) : '',
    form === 1
      ? repeat(12, (index) =>
          line(`M${String(58 + index * 18.5)} ${String(246 + 17 * Math.sin((index / 11) * Math.PI))} v16`, accent, 4),
        )
      : line('M52 238 Q160 282 268 238', accent, 6),
    form === 1 ? path('M138 104 Q160 126 182 104 L174 94 H146 Z', dark) : hood(main, dark),
    form === 2 ? rect([126, 170, 68, 44], dark, 8) + line('M134 182 H186', accent, 4) : '',
  ].join('');

export const CLOTHING: Readonly<Record<string, Painter>> = {
  ...{ jacket, puffer, fleece, sweater, vest },
  ...{ trousers, shorts, tee, shirt, poncho },
};
