import { type Painter, ellipse, fade, line, path, rect, repeat } from './svg.ts';

const ridge: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M160 88 L40 250 M160 88 L280 250', dark, 3),
    path('M160 88 L58 240 L148 240 Z', light),
    path('M160 88 L262 240 L148 240 Z', main),
    path('M160 88 L206 240 L148 240 Z', dark),
    path(form === 0 ? 'M160 88 L206 240 L182 240 Z' : 'M160 88 L166 240 L148 240 Z', accent),
    line('M160 88 L160 74', dark, 5),
    form === 2 ? line('M94 190 L152 190', main, 6) : '',
  ].join('');

const dome: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M46 240 C52 130 112 92 160 92 C208 92 268 130 274 240 Z', main),
    path('M46 240 C52 130 112 92 160 92 C128 120 112 170 108 240 Z', light),
    path('M136 240 C138 178 152 152 178 152 C204 152 218 182 220 240 Z', dark),
    path(
      form === 1
        ? 'M136 240 C138 178 152 152 178 152 C158 172 152 206 152 240 Z'
        : 'M220 240 C218 182 204 152 178 152 C200 172 206 206 206 240 Z',
      accent,
    ),
    line('M46 240 C80 150 120 108 160 92 C204 108 246 160 274 240', accent, 4),
    form === 2 ? ellipse([86, 196, 12, 16], dark) : '',
  ].join('');

const tunnel: Painter = ({ main, dark, light, accent }, form) =>
  [
    path('M36 240 C36 150 68 116 108 116 L226 128 C264 134 286 180 288 240 Z', main),
    path('M108 116 L226 128 C190 132 176 180 176 240 L120 240 Z', light),
    path('M36 240 C36 150 68 116 108 116 C150 116 170 160 170 240 Z', main),
    path('M66 240 C66 178 84 150 106 150 C130 150 144 182 144 240 Z', dark),
    path('M66 240 C66 178 84 150 106 150 C92 170 86 204 86 240 Z', accent),
    line('M108 116 C150 116 170 160 170 240 M168 122 C206 126 228 170 228 240', dark, 4),
    form === 0 ? path('M190 176 C200 160 214 164 220 186 L194 190 Z', dark) : ellipse([258, 200, 9, 14], dark),
  ].join('');

const bell: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M160 70 L24 252 M160 70 L296 252', dark, 2.5),
    path('M52 178 L268 178 L258 240 L62 240 Z', light),
    path('M160 70 L284 184 L36 184 Z', main),
    path('M160 70 L284 184 L206 184 Z', dark),
    path('M160 112 L190 240 L130 240 Z', dark),
    path('M160 112 L140 240 L116 240 Z', light),
    repeat(6, (index) => path(`M${String(42 + index * 40)} 184 h34 l-17 14 Z`, accent)),
    form === 0 ? path('M160 46 L188 56 L160 66 Z', accent) : '',
    line('M160 70 L160 46', dark, 4),
  ].join('');

const tarp: Painter = ({ main, dark, light, accent }, form) =>
  [
    fade(ellipse([160, 238, 96, 10], dark), 0.25),
    line('M84 112 L84 240 M236 112 L236 240', dark, 6),
    line('M84 112 L28 244 M236 112 L292 244', dark, 2.5),
    path('M84 108 L236 108 L206 148 L62 142 Z', dark),
    path('M84 108 C130 122 190 122 236 108 L286 196 C220 174 110 174 34 196 Z', main),
    path('M84 108 C100 114 116 117 132 118 L106 178 C80 182 56 188 34 196 Z', light),
    form === 1 ? path('M188 117 C204 115 220 113 236 108 L286 196 C266 188 244 183 222 180 Z', accent) : '',
    ellipse([84, 106, 6, 6], accent),
    ellipse([236, 106, 6, 6], accent),
  ].join('');

const cabin: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M66 128 L18 250 M254 128 L302 250', dark, 2.5),
    path('M44 240 L64 128 H256 L276 240 Z', main),
    path('M44 240 L64 128 H116 L108 240 Z', light),
    path('M54 132 L112 84 H208 L266 132 Z', dark),
    path('M54 132 L112 84 H132 L112 132 Z', accent),
    path('M128 240 L134 160 Q162 142 190 160 L196 240 Z', dark),
    path('M128 240 L134 160 Q146 150 160 149 L150 240 Z', form === 1 ? accent : light),
    rect([212, 156, 36, 32], '#e4edec', 5),
    line('M230 156 V188 M212 172 H248', main, 3),
    form === 2 ? path('M124 132 H200 L214 178 H110 Z', accent) + line('M110 178 V240 M214 178 V240', dark, 4) : '',
  ].join('');

const beach: Painter = ({ main, dark, light, accent, cloth }, form) =>
  [
    path('M58 240 H232 L258 254 H34 Z', accent),
    path('M40 240 C42 150 104 98 180 104 C244 110 280 170 286 240 Z', cloth),
    path('M64 240 C64 190 92 150 140 150 C186 150 214 196 218 240 Z', dark),
    path('M64 240 C64 190 92 150 140 150 C112 172 104 206 104 240 Z', light),
    line('M40 240 C42 150 104 98 180 104 C244 110 280 170 286 240', main, 6),
    line('M140 150 Q152 118 180 104', main, 5),
    form === 1 ? ellipse([186, 226, 18, 18], '#f4ecdb') + path('M186 208 a18 18 0 0 1 16 27 L186 226 Z', accent) : '',
    form === 2 ? rect([150, 222, 44, 16], '#f4ecdb', 8) + rect([156, 214, 34, 12], light, 6) : '',
  ].join('');

const pavilion: Painter = ({ main, dark, light, accent }, form) =>
  [
    line('M112 124 V228 M208 124 V228', dark, 5),
    form === 1 ? fade(path('M64 136 H112 V228 L64 240 Z M208 136 H256 V240 L208 228 Z', light), 0.75) : '',
    form === 2 ? rect([116, 190, 88, 8], '#a87a4f', 3) + line('M126 198 V230 M194 198 V230', '#7a5637', 5) : '',
    line('M60 128 V242 M260 128 V242', dark, 7),
    path('M160 62 L276 128 H44 Z', main),
    path('M160 62 L112 128 H44 Z', light),
    path('M160 62 L276 128 H208 Z', dark),
    repeat(8, (index) =>
      path(`M${String(44 + index * 29)} 126 h29 v9 q-14.5 13 -29 0 Z`, index % 2 === 0 ? accent : light),
    ),
    line('M160 62 V46', dark, 4),
    ellipse([160, 46, 6, 6], accent),
  ].join('');

export const TENTS: Readonly<Record<string, Painter>> = { ridge, dome, tunnel, bell, tarp, cabin, beach, pavilion };
