import { hashText } from '../src/core/hash.ts';
import { BACKPACKS } from './pictures/backpacks.ts';
import { FOOTWEAR } from './pictures/footwear.ts';
import { KITCHEN } from './pictures/kitchen.ts';
import { LIGHTING } from './pictures/lighting.ts';
import { type Palette, choosePalette } from './pictures/palette.ts';
import { SLEEPING } from './pictures/sleeping.ts';
import { type Painter, ellipse, fade, path, rect } from './pictures/svg.ts';
import { TENTS } from './pictures/tents.ts';

const PAINTERS: Readonly<Record<string, Painter>> = {
  ...TENTS,
  ...BACKPACKS,
  ...FOOTWEAR,
  ...KITCHEN,
  ...LIGHTING,
  ...SLEEPING,
};

/** What a picture is drawn from. */
export interface Picturable {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  readonly shape: string;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeText = (text: string): string => text.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);

/**
 * The product's picture as SVG text: its shape, with colours and details by the hash of its id, so that the same
 * product looks the same everywhere. Presentation attributes only: nothing for a content policy to refuse.
 */
export function drawPicture(product: Picturable): string {
  const paint = PAINTERS[product.shape];
  if (paint === undefined) throw new TypeError(`no picture for shape "${product.shape}" of product ${product.id}`);
  const hash = hashText(product.id);
  const palette = choosePalette(hash, product.category === 'lighting' ? 'dusk' : 'day');
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" role="img">',
    `<title>${escapeText(product.title)}</title>`,
    '<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">',
    `<stop offset="0" stop-color="${palette.skyTop}"/><stop offset="1" stop-color="${palette.skyBottom}"/>`,
    '</linearGradient></defs>',
    rect([0, 0, 320, 320], 'url(#sky)'),
    drawScene(product.category, palette, hash),
    paint(palette, (hash >>> 16) % 3),
    '</svg>\n',
  ].join('');
}

function drawScene(category: string, palette: Palette, hash: number): string {
  const { ground, halo } = palette;
  const shift = (hash >>> 20) % 60;
  const shadow = fade(ellipse([160, 244, 122, 11], '#20303a'), 0.22);
  const floor = path('M0 236 Q160 222 320 236 L320 320 L0 320 Z', ground);
  if (category === 'tents') {
    const sun = ellipse([76 + shift * 3, 76, 34, 34], halo);
    const hills = fade(
      path(`M0 ${String(196 - shift / 2)} Q70 130 150 190 T320 ${String(150 + shift / 2)} L320 260 L0 260 Z`, ground),
      0.55,
    );
    return sun + hills + floor + shadow;
  }
  if (category === 'lighting') {
    const star = (x: number, y: number): string => fade(ellipse([x, y, 1.8, 1.8], '#fff'), 0.7);
    return (
      star(40 + shift, 44) + star(250 - shift, 30) + star(286, 110) + star(30, 150 - shift) + floor + fade(shadow, 0.5)
    );
  }
  return fade(ellipse([160, 150, 116, 116], halo), 0.9) + floor + shadow;
}
