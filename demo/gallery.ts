import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Example, GROUPS } from './gallery/examples.ts';

/** Holds the code of each example: `ID.html`, and where it has them `ID.css` and `ID.js`. */
export const EXAMPLES_DIR = fileURLToPath(new URL('./gallery/', import.meta.url));

export type CodeKind = 'html' | 'css' | 'js';

/** An example with its code: what is shown is what runs. */
export interface ReadExample extends Example {
  readonly code: Readonly<Partial<Record<CodeKind, string>>>;
}

export interface ReadGroup {
  readonly title: string;
  readonly examples: readonly ReadExample[];
}

export interface Gallery {
  readonly groups: readonly ReadGroup[];
  /** Addresses of the examples' own style sheets. */
  readonly styles: readonly string[];
}

export function readGallery(): Gallery {
  const groups = GROUPS.map(({ title, examples }) => ({ title, examples: examples.map(readExample) }));
  const own = groups.flatMap(({ examples }) => examples).filter(({ code }) => code.css !== undefined);
  return { groups, styles: own.map(({ id }) => `/gallery/${id}.css`) };
}

function readExample(example: Example): ReadExample {
  const kinds = (['html', 'css', 'js'] as const).flatMap((kind) => {
    const file = `${EXAMPLES_DIR}${example.id}.${kind}`;
    return existsSync(file) ? [[kind, readFileSync(file, 'utf8').trimEnd()]] : [];
  });
  return { ...example, code: Object.fromEntries(kinds) as ReadExample['code'] };
}
