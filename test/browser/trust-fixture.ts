import { GRAM_INPUTS } from '../../src/core/gram.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import type { Kit, KitOptions } from '../../src/index.ts';
import { type Files, createSigner, describeFiles, readManifest, withManifest } from '../signer.ts';
import { candidates, createBundle, createNet, linearScores, modelIdOf, newName, openKit } from './kit-fixture.ts';

const LIST = candidates(12);

export const signer = await createSigner();

/** Other weights in `linear.json`, and golden rows that fit them. */
export async function createOther(): Promise<Files> {
  const weights = GRAM_INPUTS.map((_, i) => i / 10);
  const golden = readManifest(await createBundle()).golden.map((row) => ({
    ...row,
    linear: [...linearScores(row, weights)],
  }));
  const files = await createBundle({ golden });
  return describeFiles(new Map([...files, ['linear.json', new TextEncoder().encode(JSON.stringify({ weights }))]]));
}

/** Releases 1 and 2, of different files and so of different ids. */
export const first = await signer.sign(await createBundle());
export const second = await signer.sign(await createOther(), { release: 2 });

export const edit = (files: Files, change: Partial<Manifest>): Files =>
  withManifest(files, { ...readManifest(files), ...change });

export function flip(files: Files, name: string): Files {
  const bytes = files.get(name)?.slice() ?? new Uint8Array();
  bytes[bytes.length >> 1] ^= 1;
  return new Map([...files, [name, bytes]]);
}

export const swap = (files: Files, name: string, from: Files): Files =>
  new Map([...files, [name, from.get(name) ?? new Uint8Array()]]);

export interface Seen {
  readonly tier: string;
  readonly model: 'first' | 'second' | 'none' | 'unknown';
  readonly tierProblem: string | undefined;
  readonly codes: readonly string[];
  readonly items: number;
}

/** What one visit to the site sees; devices that share a name share their storage. */
export async function visit(files: Files, device = newName(), options: KitOptions = {}): Promise<Seen> {
  const kit = openKit({
    ...{ bundleUrl: '/bundle/', bundleKeys: signer.publicKey, storageName: device, maxTier: 'micro' },
    fetch: createNet(files).fetch,
    ...options,
  });
  const seen = await look(kit);
  await kit.close();
  return seen;
}

export async function look(kit: Kit): Promise<Seen> {
  await kit.record({ kind: 'view', itemId: 'item-3' });
  await kit.ready();
  const { tier, modelId, tierProblem, problems, items } = await kit.slate('home', { candidates: LIST });
  const names = { '': 'none', [modelIdOf(first)]: 'first', [modelIdOf(second)]: 'second' } as const;
  const model = names[modelId] ?? 'unknown';
  return { tier, model, tierProblem: tierProblem?.code, codes: problems.map(({ code }) => code), items: items.length };
}

export const refused = (code: string): Partial<Seen> => ({
  tier: 'linear',
  model: 'none',
  tierProblem: code,
  items: 12,
});
