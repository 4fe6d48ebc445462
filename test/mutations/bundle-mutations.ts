import type { Manifest } from '../../src/core/manifest.ts';
import { createRandom } from '../../src/core/random.ts';
import { type Files, type Signer, createSigner, describeFiles, readManifest, withManifest } from '../signer.ts';

/** What an attacker, or a bad disk, makes of a published bundle. */
export interface Mutation {
  readonly name: string;
  readonly files: Files;
  /** A file whose connection ends after so many bytes, though the answer promised all of them. */
  readonly cut?: { readonly name: string; readonly bytes: number };
}

/** Genuine bundles of one site. */
export interface Genuine {
  readonly signer: Signer;
  /** Release 6; what is mutated. */
  readonly current: Files;
  /** Release 5, of other files. */
  readonly older: Files;
  /** Epoch ms; the mutations' clock. */
  readonly now: number;
}

interface Tools {
  readonly genuine: Genuine;
  /** Whole, in [0, bound). */
  readonly draw: (bound: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
  /** Another key, under its own id and in the name of ours. */
  readonly attackers: readonly Signer[];
}

type Mutator = (tools: Tools) => Mutation | Promise<Mutation>;
type Bytes = Uint8Array<ArrayBuffer>;

/** What a page fetches beside the manifest. */
const MODEL_FILES = ['rank.onnx', 'linear.json', 'micro.bin'];
const ALL_FILES = ['manifest.json', ...MODEL_FILES];
const DAY_MS = 24 * 60 * 60_000;

const bytesOf = (files: Files, name: string): Bytes => files.get(name) ?? new Uint8Array();
const replace = (files: Files, name: string, bytes: Bytes): Files => new Map([...files, [name, bytes]]);
const textOf = (files: Files): string => new TextDecoder().decode(files.get('manifest.json'));

function flipBits({ draw }: Tools, bytes: Bytes, count: number): Bytes {
  const changed = bytes.slice();
  // distinct bits: one flipped twice would be no change
  const bits = new Set<number>();
  while (bits.size < count) bits.add(draw(bytes.length * 8));
  for (const bit of bits) changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

/** A change of what the manifest says, each to another value. */
const FIELD_EDITS: readonly ((manifest: Manifest, tools: Tools) => object)[] = [
  ({ release = 0 }, { draw }) => ({ release: release + 1 + draw(1000) }),
  (_, { genuine, draw }) => ({ expiresAt: new Date(genuine.now + (400 + draw(1000)) * DAY_MS).toISOString() }),
  () => ({ expiresAt: undefined }),
  (_, { draw }) => ({ createdAt: new Date(draw(2 ** 31) * 1000).toISOString() }),
  (_, { genuine }) => ({ modelId: readManifest(genuine.older).modelId }),
  (_, { genuine }) => ({ files: readManifest(genuine.older).files }),
  ({ features }, { draw }) => {
    const at = draw(features.length);
    return { features: features.map((rule, i) => (i === at ? { ...rule, mean: rule.mean + 0.5 } : rule)) };
  },
  ({ golden }) => ({ golden: golden.slice(1) }),
  ({ golden }) => ({ golden: golden.map((row) => ({ ...row, logits: row.logits.map((logit) => logit + 1) })) }),
  ({ heads }, { draw }) => ({ heads: [{ name: `head-${String(draw(1000))}` }, ...heads.slice(1)] }),
  ({ signature }, { genuine, pick }) => ({
    signature: { keyId: pick(['', genuine.signer.publicKey]), value: signature?.value ?? '' },
  }),
  ({ signature }, { genuine }) => ({
    signature: { ...readManifest(genuine.older).signature, keyId: signature?.keyId },
  }),
  ({ signature }) => ({ signature: { ...signature, more: 1 } }),
  ({ signature }) => ({ signature: { ...signature, value: signature?.value.replace(/=+$/, '') } }),
  (_, { draw }) => ({ quality: draw(1000) }),
];

const editField = (tools: Tools): Files => {
  const { current } = tools.genuine;
  const manifest = readManifest(current);
  return withManifest(current, { ...manifest, ...tools.pick(FIELD_EDITS)(manifest, tools) });
};

/** The same manifest to a lenient reader: other spellings, keys twice. */
const RESPELLINGS: readonly ((text: string) => string)[] = [
  (text) => `${text}\n`,
  (text) => ` ${text}`,
  (text) => `\ufeff${text}`,
  (text) => JSON.stringify(JSON.parse(text), null, 2),
  (text) => text.replace('{', '{"release":999999,'),
  (text) => text.replace('{', '{"modelId":"x",'),
  (text) => text.replace('"release":6', '"release":6.0'),
  (text) => text.replace('"click"', '"\\u0063lick"').replace('"schemaVersion":1', '"schemaVersion":1e0'),
  (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse())),
];

const NONSENSE: readonly ((text: string) => string)[] = [
  () => '',
  () => '<!doctype html><title>Sign in</title>',
  () => 'null',
  () => '[]',
  (text) => text.replace('{', '{"__proto__":{"release":7},'),
  (text) => text.replace('"release":6', '"release":1e999'),
  (text) => text.replace('"release":6', '"release":-6'),
  (text) => text.replace('{', `{"more":${'['.repeat(20_000)}${']'.repeat(20_000)},`),
  (text) => text.replace('"golden":[', '"golden":[{},'),
];

const inManifest =
  (edits: readonly ((text: string) => string)[], name: string): Mutator =>
  ({ genuine, pick }) => ({
    name,
    files: withManifest(genuine.current, pick(edits)(textOf(genuine.current))),
  });

/** In turn, so that each has its share. */
const MUTATORS: readonly Mutator[] = [
  (tools) => {
    const name = tools.pick(ALL_FILES);
    const bytes = flipBits(tools, bytesOf(tools.genuine.current, name), 1);
    return { name: `one bit of ${name}`, files: replace(tools.genuine.current, name, bytes) };
  },
  (tools) => {
    const bytes = flipBits(tools, bytesOf(tools.genuine.current, 'manifest.json'), 1);
    return { name: 'one bit of the manifest', files: replace(tools.genuine.current, 'manifest.json', bytes) };
  },
  (tools) => {
    const name = tools.pick(ALL_FILES);
    const bytes = flipBits(tools, bytesOf(tools.genuine.current, name), 2 + tools.draw(30));
    return { name: `some bits of ${name}`, files: replace(tools.genuine.current, name, bytes) };
  },
  ({ genuine, pick, draw }) => {
    const name = pick(ALL_FILES);
    const bytes = bytesOf(genuine.current, name);
    return { name: `${name} shorter`, files: replace(genuine.current, name, bytes.slice(0, draw(bytes.length))) };
  },
  ({ genuine, pick, draw }) => {
    const name = pick(ALL_FILES);
    const more = new Uint8Array([...bytesOf(genuine.current, name), ...new Uint8Array(1 + draw(100)).fill(32)]);
    return { name: `${name} longer`, files: replace(genuine.current, name, more) };
  },
  ({ genuine, pick, draw }) => {
    const name = pick(ALL_FILES);
    const bytes = draw(bytesOf(genuine.current, name).length);
    return { name: `${name} cut off on the way`, files: genuine.current, cut: { name, bytes } };
  },
  ({ genuine, pick }) => {
    const [name, from] = pick([
      ['rank.onnx', 'micro.bin'],
      ['micro.bin', 'rank.onnx'],
      ['linear.json', 'micro.bin'],
      ['manifest.json', 'linear.json'],
    ] as const);
    return { name: `${from} as ${name}`, files: replace(genuine.current, name, bytesOf(genuine.current, from)) };
  },
  ({ genuine, pick }) => {
    const name = pick(MODEL_FILES);
    return { name: `${name} of release 5`, files: replace(genuine.current, name, bytesOf(genuine.older, name)) };
  },
  ({ genuine }) => ({
    name: 'the manifest of release 5',
    files: replace(genuine.current, 'manifest.json', bytesOf(genuine.older, 'manifest.json')),
  }),
  (tools) => ({ name: 'a field edited', files: editField(tools) }),
  async (tools) => ({ name: 'a field edited, signed by another key', files: await resign(tools, editField(tools)) }),
  async ({ genuine, attackers, pick }) => ({
    name: 'signed by another key',
    files: await pick(attackers).sign(genuine.current, { release: 6 }),
  }),
  ({ genuine }) => ({
    name: 'not signed',
    files: withManifest(genuine.current, { ...readManifest(genuine.current), signature: undefined }),
  }),
  async (tools) => ({ name: 'a file changed and described', files: await changeFile(tools) }),
  async (tools) => ({
    name: 'a file changed, described and signed by another key',
    files: await resign(tools, await changeFile(tools)),
  }),
  async ({ genuine, draw }) => ({
    name: 'expired',
    files: await genuine.signer.sign(genuine.current, {
      ...{ release: 7, expiresAt: new Date(genuine.now - draw(400 * DAY_MS)).toISOString() },
    }),
  }),
  async ({ genuine }) => ({
    name: 'of another id, signed by our own key',
    files: await genuine.signer.sign(genuine.current, { release: 7, modelId: readManifest(genuine.older).modelId }),
  }),
  inManifest(RESPELLINGS, 'the manifest spelled otherwise'),
  inManifest(NONSENSE, 'no manifest'),
  ({ genuine, pick }) => {
    const name = pick(ALL_FILES);
    return { name: `no ${name}`, files: replace(genuine.current, name, new Uint8Array()) };
  },
];

/** Its signature does not fit any more, all else does. */
function changeFile(tools: Tools): Promise<Files> {
  const { current } = tools.genuine;
  // one weight more or less: a page without a check takes it
  const { weights } = JSON.parse(new TextDecoder().decode(bytesOf(current, 'linear.json'))) as { weights: number[] };
  const changed = JSON.stringify({ weights: weights.map((weight) => weight * (1 + 1e-9 * (1 + tools.draw(1000)))) });
  return describeFiles(replace(current, 'linear.json', new TextEncoder().encode(changed)));
}

const resign = ({ attackers, pick }: Tools, files: Files): Promise<Files> =>
  pick(attackers).sign(files, { release: readManifest(files).release ?? 6 });

/** Different from the genuine bundle each; the same seed gives the same. */
export async function createMutations(genuine: Genuine, count: number, seed: number): Promise<Mutation[]> {
  const random = createRandom(seed);
  const draw = (bound: number): number => Math.floor(random() * bound);
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)];
  const attackerSeed = new Uint8Array(32).fill(66);
  const attackers = [
    await createSigner({ seed: attackerSeed }),
    await createSigner({ seed: attackerSeed, claimedId: genuine.signer.keyId }),
  ];
  const tools: Tools = { genuine, draw, pick, attackers };
  const mutations: Mutation[] = [];
  for (let i = 0; i < count; i++) {
    const mutation = await MUTATORS[i % MUTATORS.length](tools);
    if (mutation.cut === undefined && isSame(mutation.files, genuine.current)) {
      throw new Error(`mutation ${String(i)} (${mutation.name}) changes nothing`);
    }
    mutations.push(mutation);
  }
  return mutations;
}

const isSame = (a: Files, b: Files): boolean =>
  ALL_FILES.every((name) => {
    const [left, right] = [bytesOf(a, name), bytesOf(b, name)];
    return left.length === right.length && left.every((byte, i) => byte === right[i]);
  });
