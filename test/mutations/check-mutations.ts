import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { createBundle } from '../browser/kit-fixture.ts';
import type { MutationReport, Seen } from '../page/mutation-messages.ts';
import { type Files, createSigner, readManifest } from '../signer.ts';
import { type Genuine, type Mutation, createMutations } from './bundle-mutations.ts';
import { type MutationRun, serveMutations } from './mutation-server.ts';

/** The issue's own number. */
const MUTATIONS = 1000;
const SEED = 1;
const NOW = Date.UTC(2026, 0, 7, 12);
/** A page that says nothing for so long hangs. */
const SILENCE_MS = 60_000;
const CARDS = 12;

/** The demo's bundle as release 6 and a tiny one of other files as release 5, both signed by one key. */
async function createGenuine(): Promise<Genuine> {
  const signer = await createSigner({ seed: new Uint8Array(32).fill(1) });
  const read = (name: string) => new Uint8Array(readFileSync(new URL(`../../demo/bundle/${name}`, import.meta.url)));
  const names = ['manifest.json', 'rank.onnx', 'linear.json', 'micro.bin'];
  const demo: Files = new Map(names.map((name) => [name, read(name)]));
  const expiresAt = new Date(NOW + 30 * 24 * 60 * 60_000).toISOString();
  return {
    ...{ signer, now: NOW },
    current: await signer.sign(demo, { release: 6, expiresAt }),
    older: await signer.sign(await createBundle(), { release: 5, expiresAt }),
  };
}

/**
 * Lets a browser open the page that visits a shop with mutated bundles, all 1,000 or some of them, and checks what it
 * saw. `open` resolves once the page is being loaded.
 */
export async function runMutations(
  open: (url: string) => Promise<unknown>,
  { from = 0, to = MUTATIONS }: { readonly from?: number; readonly to?: number } = {},
): Promise<MutationReport> {
  const genuine = await createGenuine();
  const mutations = (await createMutations(genuine, MUTATIONS, SEED)).slice(from, to);
  const server = await serveMutations(genuine, mutations);
  try {
    await open(server.url);
    const report = await server.report(SILENCE_MS);
    checkReport(report, { genuine, mutations, server });
    return report;
  } finally {
    server.close();
  }
}

interface Given {
  readonly genuine: Genuine;
  readonly mutations: readonly Mutation[];
  readonly server: MutationRun;
}

function checkReport(report: MutationReport, { genuine, mutations, server }: Given): void {
  const [older, current] = [genuine.older, genuine.current].map((files) => readManifest(files).modelId);
  const say = (seen: Seen, i: number): string => `${String(i)} ${mutations[i].name}: ${JSON.stringify(seen)}`;

  // the control: what has not been mutated is accepted, by every device, before and after
  expect(report.genuine.map(({ tier, modelId, codes }) => ({ tier, modelId, codes }))).toEqual([
    { tier: 'wasm', modelId: older, codes: [] },
    { tier: 'wasm', modelId: current, codes: [] },
  ]);
  expect([report.after.new, report.after.known].map(({ modelId }) => modelId)).toEqual([current, current]);

  // none is accepted: what serves is compiled in, or release 5 as the device has kept it
  const trusted = { new: '', known: older };
  expect(report.mutants.length).toBe(mutations.length);
  const accepted = report.mutants.filter(({ modelId }, i) => modelId !== trusted[server.devices[i]]);
  expect(accepted.map((seen) => say(seen, report.mutants.indexOf(seen)))).toEqual([]);
  const unnamed = report.mutants.filter(
    ({ tier, codes }, i) =>
      server.devices[i] === 'known' && (tier !== 'wasm' || !codes.some((code) => code.startsWith('bundle_'))),
  );
  expect(unnamed.map((seen) => say(seen, report.mutants.indexOf(seen)))).toEqual([]);

  // the page shows its cards each time
  const bare = report.mutants.filter(({ cards, items }) => cards !== CARDS || items !== CARDS);
  expect(bare.map((seen) => say(seen, report.mutants.indexOf(seen)))).toEqual([]);

  // the other control: with the check taken away, mutants get through
  const through = report.unkeyed.filter(({ seen }) => seen.modelId !== '');
  expect(through.length).toBeGreaterThan(report.unkeyed.length / 5);
  expect(report.unkeyed.filter(({ seen }) => seen.cards !== CARDS)).toEqual([]);
}
