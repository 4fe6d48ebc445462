import { join } from 'node:path';
import { InputError } from '../training/input-error.ts';
import { CAROUSEL_PEERS } from './peer-modules.ts';
import type { Carousel } from './peers/carousels/carousel.ts';

/** The module that a page loads, bundled and minified where it is a file: by the tools and options that build the kit. */
export async function bundleScript({ script }: Carousel): Promise<string> {
  if (script === null) return '';
  if ('source' in script) return script.source;
  const { rollup, nodeResolve, commonjs, terser } = await loadTools();
  const bundle = await rollup({
    input: join(CAROUSEL_PEERS, 'pages', script.file),
    // what a peer's own code warns of is not ours to mend
    onwarn: () => undefined,
    plugins: [
      nodeResolve({ browser: true, exportConditions: ['production'] }),
      commonjs(),
      terser({
        module: true,
        compress: { passes: 3, global_defs: { 'process.env.NODE_ENV': 'production' } },
      }),
    ],
  });
  const { output } = await bundle.generate({ format: 'es', inlineDynamicImports: true });
  await bundle.close();
  return output[0].code;
}

async function loadTools() {
  try {
    const [{ rollup }, { nodeResolve }, { default: commonjs }, { default: terser }] = await Promise.all([
      import('rollup'),
      import('@rollup/plugin-node-resolve'),
      import('@rollup/plugin-commonjs'),
      import('@rollup/plugin-terser'),
    ]);
    // their types speak of their CommonJS builds, where the function is one level further down
    return { rollup, nodeResolve, commonjs: asFunction(commonjs), terser: asFunction(terser) };
  } catch (error) {
    throw new InputError('the peers are bundled by rollup: run this from a checkout', { cause: error });
  }
}

const asFunction = <T>(plugin: { readonly default: T }): T => plugin as unknown as T;
