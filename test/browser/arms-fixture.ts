import { fillMissing } from '../../src/core/feature-rule.ts';
import { goldenBatch } from '../../src/core/golden.ts';
import { GRAM_INPUTS } from '../../src/core/gram.ts';
import { encodeMicro, scoreMicro } from '../../src/core/micro.ts';
import { createRandom } from '../../src/core/random.ts';
import type { KitOptions, Slate } from '../../src/index.ts';
import { createGramGraph } from '../../training/gram-graph.ts';
import { dequantizeLayer, quantizeLayer } from '../../training/quantize.ts';
import { type Files, describeFiles, readManifest } from '../signer.ts';
import { RULES, candidates, createBundle, createNet, modelIdOf, openKit } from './kit-fixture.ts';

export const LIST = { candidates: candidates(12) };
export const idsOf = (slate: Pick<Slate, 'items'>): string[] => slate.items.map(({ itemId }) => itemId);

/** Everybody is in the second arm. */
export const given = (change: object, more: object = {}) => ({
  experiments: [
    { key: 'e', variations: [{}, change], meta: [{ key: 'control' }, { key: 'new' }], weights: [0, 1], ...more },
  ],
});
export const NEW = { experiment: 'e', arm: 'new', phase: 0 };

/** A bundle of other weights than `createBundle` has: another order by `micro` and `wasm`. */
export async function createRival(): Promise<Files> {
  const random = createRandom(99);
  const layer = (inputs: number, outputs: number) => ({
    ...{ inputs, outputs },
    weights: Float32Array.from({ length: inputs * outputs }, () => random() - 0.5),
    bias: Float32Array.from({ length: outputs }, () => random() - 0.5),
  });
  const quantized = [layer(GRAM_INPUTS.length, 6), layer(6, 1)].map((one) => quantizeLayer(one));
  const micro = { layers: quantized.map(dequantizeLayer) };
  const golden = readManifest(await createBundle()).golden.map((row) => ({
    ...row,
    logits: [...scoreMicro(fillMissing(goldenBatch(row), RULES), RULES, micro)],
  }));
  const files = new Map([
    ...(await createBundle({ golden })),
    ['rank.onnx', new Uint8Array(createGramGraph(RULES, quantized))] as const,
    ['micro.bin', new Uint8Array(encodeMicro(micro))] as const,
  ]);
  return describeFiles(files);
}

export const own = await createBundle();
export const rival = await createRival();
export const [OWN, RIVAL] = [modelIdOf(own), modelIdOf(rival)];

/** A network with a bundle in each of some folders; `asked` holds the folders that anything was fetched of. */
export function createFolders(folders: Readonly<Record<string, Files>>) {
  const asked = new Set<string>();
  const net = createNet();
  const { fetch: collect } = net;
  const fake = async (url: string, options: RequestInit = {}): Promise<Response> => {
    if (options.method === 'POST') return collect(url, options);
    const { pathname } = new URL(url);
    const folder = pathname.slice(0, pathname.lastIndexOf('/') + 1);
    asked.add(folder);
    await Promise.resolve();
    options.signal?.throwIfAborted();
    const bytes = folders[folder]?.get(pathname.slice(folder.length));
    return bytes ? new Response(bytes) : new Response('none', { status: 404 });
  };
  return Object.assign(net, { asked, fetch: fake as unknown as typeof fetch });
}

/** A kit with the own bundle, a view to rank by and its engine ready. */
export async function openArm(options: KitOptions, net = createFolders({ '/bundle/': own, '/rival/': rival })) {
  const kit = openKit({ bundleUrl: '/bundle/', maxTier: 'micro', fetch: net.fetch, ...options });
  kit.describe(LIST.candidates);
  await kit.record({ kind: 'view', itemId: 'item-3' });
  await kit.ready();
  return Object.assign(kit, { net });
}
