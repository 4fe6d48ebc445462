import { createHash } from 'node:crypto';
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

/** `n` is from 1 to 500, so that one kind of edit makes many texts. */
type TextEdit = (text: string, n: number) => string;

/** The same manifest to a lenient reader: other spellings, keys twice. */
const RESPELLINGS: readonly TextEdit[] = [
  (text, n) => `${text}${'\n'.repeat(n)}`,
  (text, n) => `${' '.repeat(n)}${text}`,
  (text, n) => `\ufeff${text}${' '.repeat(n)}`,
  (text, n) => JSON.stringify(JSON.parse(text), null, ' '.repeat(n % 10) + '\t'),
  (text, n) => text.replace('{', `{"release":${String(n + 6)},`),
  (text, n) => text.replace('{', `{"modelId":"${String(n)}",`),
  (text, n) => text.replace('"release":6', `"release":6.${'0'.repeat(n)}`),
  (text, n) =>
    text.replace('"click"', '"\\u0063lick"').replace('"schemaVersion":1', `"schemaVersion":1e${'0'.repeat(n)}`),
  (text, n) => {
    const fields = Object.entries(JSON.parse(text) as object);
    const at = n % fields.length;
    return JSON.stringify(Object.fromEntries([...fields.slice(at), ...fields.slice(0, at)].reverse()));
  },
];

const NONSENSE: readonly TextEdit[] = [
  (_, n) => ' '.repeat(n - 1),
  (_, n) => `<!doctype html><title>Sign in ${String(n)}</title>`,
  (_, n) => `${' '.repeat(n)}null`,
  (_, n) => `[${String(n)}]`,
  (text, n) => text.replace('{', `{"__proto__":{"release":${String(n + 6)}},`),
  (text, n) => text.replace('"release":6', `"release":${String(n)}e999`),
  (text, n) => text.replace('"release":6', `"release":-${String(n)}`),
  (text, n) => text.replace('{', `{"more":${'['.repeat(20_000 + n)}${']'.repeat(20_000 + n)},`),
  (text, n) => text.replace('"golden":[', `"golden":[${'{},'.repeat(n)}`),
];

const inManifest =
  (edits: readonly TextEdit[], name: string): Mutator =>
  ({ genuine, pick, draw }) => ({
    name,
    files: withManifest(genuine.current, pick(edits)(textOf(genuine.current), 1 + draw(500))),
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
  ({ genuine, pick, draw }) => {
    const [name, from] = pick([
      ['rank.onnx', 'micro.bin'],
      ['micro.bin', 'rank.onnx'],
      ['linear.json', 'micro.bin'],
      ['manifest.json', 'linear.json'],
    ] as const);
    const bytes = bytesOf(genuine.current, from);
    return { name: `${from} as ${name}`, files: replace(genuine.current, name, bytes.slice(draw(100))) };
  },
  (tools) => {
    const { genuine, pick } = tools;
    const name = pick(MODEL_FILES);
    const files = replace(genuine.current, name, bytesOf(genuine.older, name));
    // and one more file that does not fit, or there were only three of these
    const other = pick(MODEL_FILES.filter((file) => file !== name));
    return { name: `${name} of release 5`, files: replace(files, other, flipBits(tools, bytesOf(files, other), 1)) };
  },
  async ({ genuine, draw }) => {
    const expiresAt = new Date(genuine.now + (1 + draw(400 * DAY_MS))).toISOString();
    const older = await genuine.signer.sign(genuine.older, { release: 1 + draw(5), expiresAt });
    const files = replace(genuine.current, 'manifest.json', bytesOf(older, 'manifest.json'));
    return { name: 'the manifest of an older release', files };
  },
  (tools) => ({ name: 'a field edited', files: editField(tools) }),
  async (tools) => ({ name: 'a field edited, signed by another key', files: await resign(tools, editField(tools)) }),
  async ({ genuine, attackers, pick, draw }) => ({
    name: 'signed by another key',
    files: await pick(attackers).sign(genuine.current, { release: 6 + draw(1000) }),
  }),
  ({ genuine, draw }) => ({
    name: 'not signed',
    files: withManifest(genuine.current, {
      ...readManifest(genuine.current),
      ...{ signature: undefined, release: 6 + draw(1000) },
    }),
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
  async ({ genuine, draw }) => ({
    name: 'of another id, signed by our own key',
    files: await genuine.signer.sign(genuine.current, {
      ...{ release: 7 + draw(1000), modelId: readManifest(genuine.older).modelId },
    }),
  }),
  inManifest(RESPELLINGS, 'the manifest spelled otherwise'),
  inManifest(NONSENSE, 'no manifest'),
  ({ genuine, pick, draw }) => {
    const name = pick(ALL_FILES);
    return { name: `zeros as ${name}`, files: replace(genuine.current, name, new Uint8Array(draw(1000))) };
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

/** Each another one, and none the genuine bundle; the same seed gives the same. */
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
  const seen = new Set([hash({ name: '', files: genuine.current })]);
  const mutations: Mutation[] = [];
  for (let tries = 0; mutations.length < count; tries++) {
    if (tries > 2 * count) throw new Error(`only ${String(mutations.length)} mutations differ`);
    const mutation = await MUTATORS[mutations.length % MUTATORS.length](tools);
    const what = hash(mutation);
    if (seen.has(what)) continue;
    seen.add(what);
    mutations.push(mutation);
  }
  return mutations;
}

/** Of all that a page is served. */
function hash({ files, cut }: Mutation): string {
  const all = createHash('sha256').update(JSON.stringify(cut ?? null));
  for (const name of ALL_FILES)
    all.update(`${name} ${String(bytesOf(files, name).length)} `).update(bytesOf(files, name));
  return all.digest('hex');
}
