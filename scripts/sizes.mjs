// `npm run sizes`: gzip sizes of what a page loads, as one JSON line; exits 1 where one is over its budget or the
// README's table says something else.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Every file that `entry` imports at once, by static import. */
function filesOf(entry, seen = new Set()) {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const text = readFileSync(join(dist, entry), 'utf8');
  for (const [, file] of text.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) filesOf(file, seen);
  for (const [, file] of text.matchAll(/(?:from|import)\s*'\.\/([\w.-]+\.js)'/g)) filesOf(file, seen);
  return seen;
}

const gzipBytes = (file) => gzipSync(readFileSync(file), { level: 9 }).length;
const sizeOf = (entry) => [...filesOf(entry)].reduce((sum, file) => sum + gzipBytes(join(dist, file)), 0);

/** Entry, what the README calls it, and the most it may weigh in bytes. */
const BUDGETS = [
  ['index.js', 'kit', 41_000],
  ['define.js', 'component', 15_000],
  ['worker.js', 'worker', 20_000],
];

const bundle = join(root, 'demo/bundle');
const rows = BUDGETS.map(([entry, name, budget]) => ({ name, gzipBytes: sizeOf(entry), budget }));
rows.push({ name: 'prestyle.css', gzipBytes: gzipBytes(join(dist, 'prestyle.css')), budget: 1_000 });
const model = ['manifest.json', 'rank.onnx', 'linear.json', 'micro.bin'].filter((file) =>
  readdirSync(bundle).includes(file),
);
// loaded later: by pages that give keys, by those with a registry, by pages that send, and by those with the element
for (const [start, name, budget] of [
  ['trust-check-', 'signature check', 2_500],
  ['registry-', 'registry', 4_000],
  ['delivery-', 'delivery', 5_000],
  ['vitals-', 'vitals', 5_000],
  ['controls-panel-', 'rec-controls', 4_300],
]) {
  const chunk = readdirSync(dist).find((file) => file.startsWith(start));
  rows.push({ name, gzipBytes: gzipBytes(join(dist, chunk)), budget });
}
// the largest: a page takes the one of its convention
const adapters = readdirSync(join(dist, 'adapters')).map((file) => gzipBytes(join(dist, 'adapters', file)));
rows.push({ name: 'adapter', gzipBytes: Math.max(...adapters), budget: 2_300 });
rows.push({
  name: 'model bundle',
  gzipBytes: model.reduce((sum, file) => sum + gzipBytes(join(bundle, file)), 0),
  budget: 30_000,
});
rows.push({ name: 'rank.onnx', gzipBytes: gzipBytes(join(bundle, 'rank.onnx')), budget: 50_000 });

// the formatter pads tables
const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/ +/g, ' ');
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
const over = rows.filter(({ gzipBytes: bytes, budget }) => bytes > budget).map(({ name }) => name);
const stale = rows.filter(({ name, gzipBytes: bytes }) => !readme.includes(`| ${name} | ${kilobytes(bytes)} kB |`));
console.log(
  JSON.stringify({
    sizes: rows,
    over,
    stale: stale.map(({ name, gzipBytes: b }) => `| ${name} | ${kilobytes(b)} kB |`),
  }),
);
process.exit(over.length + stale.length === 0 ? 0 : 1);
