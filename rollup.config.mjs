import { existsSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { minifyTemplateLiterals } from 'rollup-plugin-minify-template-literals';

/** Where `tsc -b` puts what it compiles. */
const BUILT = 'build/tsc';

/** Entries that run in a page: they bundle what they import and share it. */
const page = {
  index: 'src/index.js',
  reasons: 'src/reasons.js',
  define: 'components/define.js',
  'replay-page': 'training/page/replay-page.js',
};
/** Each on its own: a page loads one file, and the kit's stay as they are. */
const adapters = ['ga4', 'segment', 'amplitude', 'attributes'].map((name) => [`adapters/${name}`, `adapters/${name}`]);
/** A page loads the one of its language. */
const languages = ['en', 'de', 'ar'].map((name) => [`messages/${name}`, `components/messages/${name}`]);
/** On its own; onnxruntime follows as a chunk when it is wanted. */
const worker = { worker: 'workers/ranker.worker.js' };
/** The GPU's own worker: a second runtime, fetched only where a bundle asks for it. */
const webgpuWorker = { 'webgpu.worker': 'workers/webgpu.worker.js' };
/** For a site's server, on Node or at an edge: it needs neither Node nor a page. */
const server = { server: 'server/index.js' };
/** Its elements are those of the page's own `define.js`, and React is the site's. */
const react = { react: 'frameworks/react.js' };
/** Entries that run in Node: their dependencies stay outside, but for @stdlib (docs/decisions/stdlib-tails.md). */
const node = {
  collector: 'collector/index.js',
  training: 'training/index.js',
  'cli/nearside': 'cli/nearside.js',
};

/** A layer arrives with the issue that first needs it. */
const inputOf = (entries) =>
  Object.fromEntries(
    Object.entries(entries)
      .map(([name, file]) => [name, `${BUILT}/${file}`])
      .filter(([, file]) => existsSync(file)),
  );

const onwarn = (warning) => {
  throw new Error(warning.message);
};

/**
 * WebKit runs a worker's own script again where a chunk imports it: there would be two rankers, one of which knows nothing.
 * So what chunks share with the script lies in a chunk too.
 */
const besideEntry = (id) => (id.endsWith('/workers/ranker.js') ? 'ranker' : undefined);

const isOutside = (id, importer = '') =>
  !/^[./]|^@stdlib\//.test(id) && !id.includes(BUILT) && !importer.includes('/node_modules/');

const OUTPUT = { dir: 'dist', format: 'es', entryFileNames: '[name].js' };

const inBrowser = (entries) => ({
  input: inputOf(entries),
  onwarn,
  // named, or NODE_ENV would choose lit's development build; a second and a third pass find what the ones before make plain
  plugins: [
    nodeResolve({ browser: true, exportConditions: ['production'] }),
    minifyTemplateLiterals({ include: `${BUILT}/components/**` }),
    terser({ module: true, compress: { passes: 3 } }),
  ],
  // chunks beside the entries: `new URL('./worker.js', import.meta.url)` must hold wherever it ends up; the names are short,
  // for pages load them with the scripts
  output: { ...OUTPUT, chunkFileNames: '[name]-[hash:6].js', manualChunks: besideEntry },
});

const besideDefine = ({ output, ...options }) => ({
  ...options,
  external: (id) => /^(react|@lit\/react)$|\/components\/define\.js$/.test(id),
  output: { ...output, paths: (id) => (id.endsWith('/define.js') ? './define.js' : id) },
});

export default [
  inBrowser(page),
  ...[...adapters, ...languages].map(([name, file]) => inBrowser({ [name]: `${file}.js` })),
  besideDefine(inBrowser(react)),
  inBrowser(worker),
  inBrowser(webgpuWorker),
  inBrowser(server),
  {
    input: inputOf(node),
    onwarn,
    external: isOutside,
    plugins: [nodeResolve({ preferBuiltins: true }), commonjs(), json()],
    output: {
      ...OUTPUT,
      chunkFileNames: 'node/[name]-[hash].js',
      // by itself, so that only what computes tails loads them
      manualChunks: (id) => (id.includes('/node_modules/') ? 'stdlib' : undefined),
    },
  },
];
