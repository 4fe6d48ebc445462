import { hashText } from '../src/core/hash.ts';
import { findPalette, isPale } from './pictures/palette.ts';
import { drawPattern } from './pictures/pattern.ts';
import { type SceneName, drawScene, isFlat } from './pictures/scene.ts';
import { findShape } from './pictures/shapes.ts';
import { group, short } from './pictures/svg.ts';

/** What a picture is drawn from. */
export interface Picturable {
  readonly id: string;
  readonly title: string;
  readonly shape: string;
  /** Name of a colour way of `pictures/palette.ts`. */
  readonly colour: string;
  /** Name of a cloth of `pictures/pattern.ts`; plain without one. */
  readonly pattern?: string;
  /** Which form of the shape, 0 to 2. */
  readonly form?: number;
  /** Drawn smaller than others of its shape. */
  readonly small?: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeText = (text: string): string => text.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);

/**
 * The product's picture as SVG text: its shape in its colours, in a place and in proportions by the hash of its id, so
 * that the same product looks the same everywhere. Presentation attributes only: nothing for a content policy to refuse.
 */
export function drawPicture(product: Picturable): string {
  const { paint, scenes } = findShape(product.shape);
  const colours = findPalette(product.colour);
  if (colours === undefined) throw new TypeError(`no colour "${product.colour}" for product ${product.id}`);
  const pattern = product.pattern === undefined ? undefined : drawPattern(product.pattern, colours);
  const hash = hashText(product.id);
  const scene = scenes[(hash >>> 4) % scenes.length] ?? 'meadow';
  const [defs, backdrop] = drawScene(scene, hash, isPale(product.colour));
  const cloth = pattern === undefined ? colours.main : 'url(#cloth)';
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" role="img">',
    `<title>${escapeText(product.title)}</title>`,
    `<defs>${defs}${pattern ?? ''}</defs>`,
    backdrop,
    place(paint({ ...colours, cloth }, product.form ?? 0), { scene, hash, scale: product.small ? 0.76 : 1 }),
    '</svg>\n',
  ].join('');
}

interface Stand {
  readonly scene: SceneName;
  readonly hash: number;
  readonly scale: number;
}

/** Puts the marks on the ground, a little wider or higher than others of the shape, or against the wall with a shadow. */
function place(marks: string, { scene, hash, scale }: Stand): string {
  const wide = short2(scale * (0.96 + ((hash >>> 9) % 9) / 100));
  const high = short2(scale * (0.95 + ((hash >>> 13) % 8) / 100));
  const foot = scene === 'rail' ? 58 : scene === 'flat' ? 160 : 241;
  const put = `translate(160 ${short(foot)}) scale(${wide} ${high}) translate(-160 ${short(-foot)})`;
  return isFlat(scene) ? `<g filter="url(#drop)">${group(put, marks)}</g>` : group(put, marks);
}

const short2 = (value: number): string => String(Math.round(value * 100) / 100);
