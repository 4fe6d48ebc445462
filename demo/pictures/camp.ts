import { FURNITURE } from './furniture.ts';
import { HOME } from './home.ts';
import { LIGHTING } from './lighting.ts';
import { type Palette, findPalette } from './palette.ts';
import { type Painter, ellipse, fade, group, line, path, rect, repeat, short } from './svg.ts';
import { TENTS } from './tents.ts';

type Time = 'day' | 'night';

interface Land {
  readonly skyTop: string;
  readonly skyBottom: string;
  readonly light: string;
  readonly far: string;
  readonly near: string;
  readonly pines: string;
  readonly lake: string;
  readonly shine: string;
  readonly grass: string;
}

const LANDS: Readonly<Record<Time, Land>> = {
  day: {
    ...{ skyTop: '#bfd9df', skyBottom: '#f6ecd8', light: '#fbe7b4', far: '#a9bccb', near: '#8fae9c' },
    ...{ pines: '#5f8a72', lake: '#8fbfc9', shine: '#d5e9e6', grass: '#a3bf86' },
  },
  night: {
    ...{ skyTop: '#1d2a44', skyBottom: '#5a5f7f', light: '#f4e3b0', far: '#3b4a66', near: '#2c3f52' },
    ...{ pines: '#1d3038', lake: '#3c5670', shine: '#7f94a8', grass: '#24363a' },
  },
};

const WIDTH = 960;

function colours(name: string): Palette {
  const found = findPalette(name);
  if (found === undefined) throw new TypeError(`no colour "${name}"`);
  return { ...found, cloth: found.main };
}

interface Stand {
  readonly colour: string;
  readonly form: number;
  /** x and y of its foot, and its size. */
  readonly at: readonly [x: number, y: number, scale: number];
}

/** A product's drawing, set down in the land with a shadow of its own. */
function put(
  painters: Readonly<Record<string, Painter>>,
  name: string,
  { colour, form, at: [x, y, scale] }: Stand,
): string {
  const marks = painters[name]?.(colours(colour), form) ?? '';
  const shadow = fade(ellipse([160, 242, 130, 12], '#1b2a33'), 0.25);
  return group(`translate(${String(x)} ${String(y)}) scale(${String(scale)}) translate(-160 -241)`, shadow, marks);
}

const pineAt = (x: number, y: number, height: number): string =>
  `M${short(x)} ${short(y - height)} l${short(height * 0.2)} ${short(height)} h${short(-height * 0.4)} Z`;

function drawLand({ skyTop, skyBottom, light, ...land }: Land, time: Time): string {
  const stars = repeat(26, (index) => ellipse([(index * 173) % WIDTH, (index * 67) % 210, 1.6, 1.6], '#ffffff'));
  const wood = repeat(34, (index) => pineAt(index * 30 - 14, 372, 60 + ((index * 53) % 48)));
  return [
    `<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="${skyTop}"/><stop offset="1" stop-color="${skyBottom}"/></linearGradient></defs>`,
    rect([0, 0, WIDTH, 600], 'url(#sky)'),
    time === 'night' ? fade(stars, 0.7) : '',
    ellipse([700, 128, 54, 54], light),
    path('M0 330 L150 170 L250 270 L390 110 L560 300 L700 190 L960 340 V420 H0 Z', land.far),
    fade(
      path('M390 110 l-46 53 l26 -8 l22 20 l26 -18 l22 8 Z M150 170 l-32 34 l20 -4 l16 12 l24 -10 Z', '#ffffff'),
      time === 'day' ? 0.75 : 0.3,
    ),
    path('M0 350 Q180 262 380 332 T760 310 T960 330 V420 H0 Z', land.near),
    path(wood, land.pines),
    rect([0, 368, WIDTH, 90], land.lake),
    line('M90 392 h120 M330 404 h70 M560 388 h150 M760 410 h110 M220 422 h90 M620 420 h60', land.shine, 4),
    path('M0 436 Q220 398 480 428 T960 420 V600 H0 Z', land.grass),
    fade(
      line(
        'M70 520 l6 -16 M84 524 l2 -18 M430 566 l6 -16 M444 568 l2 -18 M880 500 l6 -16 M894 504 l2 -18',
        land.pines,
        4,
      ),
      0.7,
    ),
  ].join('');
}

/** What the dark leaves of the tents, and the light that comes out of one of them. */
const NIGHTFALL = [
  '<radialGradient id="glow"><stop stop-color="#ffc873" stop-opacity=".55"/><stop offset="1" stop-color="#ffc873" stop-opacity="0"/></radialGradient>',
  fade(rect([0, 0, WIDTH, 600], '#131d36'), 0.36),
  ellipse([700, 128, 54, 54], LANDS.night.light),
  fade(path('M292 352 L327 508 H257 Z', '#ffd98a'), 0.9),
  ellipse([548, 516, 300, 130], 'url(#glow)'),
].join('');

/** The picture at the top of the shop: what it sells, in use; 960 x 600. */
export function drawCamp(time: Time): string {
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 600" role="img"><title>A camp by a lake</title>',
    drawLand(LANDS[time], time),
    put(TENTS, 'tunnel', { colour: 'lake', form: 0, at: [812, 468, 0.62] }),
    put(TENTS, 'bell', { colour: 'cream', form: 0, at: [292, 510, 1.24] }),
    time === 'night' ? NIGHTFALL : '',
    put(FURNITURE, 'lowchair', { colour: 'rust', form: 0, at: [706, 552, 0.72] }),
    put(HOME, 'firebowl', { colour: 'charcoal', form: 1, at: [548, 552, 0.56] }),
    put(LIGHTING, 'lantern', { colour: 'ochre', form: 0, at: [430, 556, 0.34] }),
    '</svg>\n',
  ].join('');
}
