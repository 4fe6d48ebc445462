// `node scripts/default-linear.mjs BUNDLE`: writes src/core/default-linear.ts, the blend that ranks where no manifest can
// be read, from a bundle's rules and linear blend.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [bundle] = process.argv.slice(2);
if (bundle === undefined) {
  process.stderr.write('usage: node scripts/default-linear.mjs BUNDLE\n');
  process.exit(2);
}
const { features } = JSON.parse(readFileSync(join(bundle, 'manifest.json'), 'utf8'));
const { weights } = JSON.parse(readFileSync(join(bundle, 'linear.json'), 'utf8'));
// a count of one site's log says nothing on another's, and its weight also undoes the popularity of the negatives
const TRAVELS = /^(cosine|neighbour|category|own|history)_/;
const short = (value) => String(Number(value.toPrecision(3)));
const rows = features.flatMap(({ name, mean, scale }, i) =>
  TRAVELS.test(name) && weights[i] !== 0 ? [`  ${name}: [${[mean, scale, weights[i]].map(short).join(', ')}],`] : [],
);
const text = `import { GRAM_INPUTS } from './gram.ts';
import type { LinearModel } from './linear.ts';

// Made by scripts/default-linear.mjs from a bundle trained on public retail invoices (UCI "Online Retail", CC BY 4.0).
// What is not here has no weight.
const ROWS: Readonly<Record<string, readonly [mean: number, scale: number, weight: number]>> = {
${rows.join('\n')}
};
const NO_WEIGHT = [0, 0, 0] as const;

/** In standard deviations, as in training. */
const CLIP = 5;

/** The blend that ranks where no manifest can be read. */
export const DEFAULT_LINEAR: LinearModel = {
  features: GRAM_INPUTS.map((name) => {
    const [mean, scale] = ROWS[name] ?? NO_WEIGHT;
    return { name, mean, scale, clip: CLIP, missing: 'mean' };
  }),
  weights: GRAM_INPUTS.map((name) => (ROWS[name] ?? NO_WEIGHT)[2]),
};
`;
writeFileSync(fileURLToPath(new URL('../src/core/default-linear.ts', import.meta.url)), text);
