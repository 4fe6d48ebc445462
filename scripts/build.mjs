// `npm run build`: compiles every layer, then bundles dist/ where something has changed since the last time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const BUILT = 'build/tsc';
/** What pages link; dist/ has it without comments and spaces. */
const PRESTYLE = 'components/prestyle.css';
const STAMP = 'build/dist.stamp';
/** Filled first and put in place at the end: a server that runs meanwhile never sees half a dist. */
const NEXT = 'build/dist-next';
/** Copied as they are; onnxruntime's runtime is fetched beside the kit's own module. */
const COPIES = [
  ...['ort-wasm-simd-threaded.wasm', 'ort-wasm-simd-threaded.asyncify.wasm'].map((name) => [
    `node_modules/onnxruntime-web/dist/${name}`,
    name,
  ]),
  // of what is bundled whole into Node's chunks
  ['node_modules/@stdlib/stats-base-dists-t-cdf/LICENSE', 'licenses/stdlib.txt'],
  ['node_modules/@stdlib/stats-base-dists-t-cdf/NOTICE', 'licenses/stdlib-notice.txt'],
  ['node_modules/debug/LICENSE', 'licenses/debug.txt'],
  ['node_modules/ms/license.md', 'licenses/ms.md'],
];
/** Layers whose types a user of the package can reach. */
const TYPED = ['src', 'components', 'frameworks', 'adapters', 'server', 'collector', 'training'];

const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

/** Changes with every input of the second half, and with this script. */
function stamp() {
  const inputs = [
    `${BUILT}/**/*.js`,
    `${BUILT}/**/*.d.ts`,
    PRESTYLE,
    'rollup.config.mjs',
    'package-lock.json',
    'scripts/build.mjs',
    'scripts/element-data.mjs',
  ];
  const files = [...globSync(inputs), ...COPIES.map(([from]) => from)].sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/** What the demo's inspector is drawn with: its scripts are not bundled, and its pages load nothing from elsewhere. */
const LIT = ['lit-html.js', 'directive.js', 'directive-helpers.js', 'directives/live.js', 'directives/repeat.js'];
for (const file of LIT) cpSync(`node_modules/lit-html/${file}`, `${BUILT}/demo/browser/lit/${file}`);

const wanted = stamp();
if (existsSync('dist') && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) process.exit(0);

rmSync(STAMP, { force: true });
rmSync(NEXT, { recursive: true, force: true });
const { rollup } = await import('rollup');
const { default: bundles } = await import('../rollup.config.mjs');
for (const { output, ...options } of bundles) {
  if (Object.keys(options.input).length === 0) continue;
  const bundle = await rollup(options);
  const { output: chunks } = await bundle.write({ ...output, dir: NEXT });
  const workers = chunks.filter(({ isEntry, fileName }) => isEntry && fileName.endsWith('worker.js'));
  for (const { fileName } of workers) {
    const [importer] = chunks.filter(({ imports = [] }) => imports.includes(fileName));
    if (importer) throw new Error(`${importer.fileName} imports ${fileName}, which WebKit would then run twice`);
  }
  await bundle.close();
}
const { serverStyle } = await import('../build/tsc/components/server-style.js');
writeFileSync(join(NEXT, 'rec-carousel.css'), serverStyle.cssText);
const { transform } = await import('lightningcss');
const prestyle = transform({ filename: PRESTYLE, code: readFileSync(PRESTYLE), minify: true });
writeFileSync(join(NEXT, 'prestyle.css'), prestyle.code);
for (const [from, to] of COPIES) if (existsSync(from)) cpSync(from, join(NEXT, to));
for (const file of globSync(TYPED.map((layer) => `${BUILT}/${layer}/**/*.d.ts`))) {
  const to = join(NEXT, 'types', file.slice(BUILT.length + 1));
  mkdirSync(dirname(to), { recursive: true });
  cpSync(file, to);
}
const { writeElementData } = await import('./element-data.mjs');
writeElementData(NEXT);
rmSync('dist', { recursive: true, force: true });
renameSync(NEXT, 'dist');
writeFileSync(STAMP, wanted);
