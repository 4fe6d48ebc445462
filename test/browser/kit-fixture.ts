import { afterEach, vi } from 'vitest';
import { encodeBase64 } from '../../src/core/base64.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import { FEATURE_SCHEMA_HASH } from '../../src/core/contract.ts';
import { fillMissing } from '../../src/core/feature-rule.ts';
import { goldenBatch } from '../../src/core/golden.ts';
import { GRAM_INPUTS } from '../../src/core/gram.ts';
import { scoreLinear } from '../../src/core/linear.ts';
import type { GoldenRow, Manifest } from '../../src/core/manifest.ts';
import { type DenseLayer, encodeMicro, scoreMicro } from '../../src/core/micro.ts';
import { itemHash } from '../../src/core/packed-items.ts';
import { createRandom } from '../../src/core/random.ts';
import type { Signal } from '../../src/core/signal.ts';
import { type Kit, type KitOptions, createKit } from '../../src/index.ts';
import { deleteDatabase, findDatabasePlace } from '../../src/store/database-place.ts';
import { createGramGraph } from '../../training/gram-graph.ts';
import { dequantizeLayer, quantizeLayer } from '../../training/quantize.ts';
import { type Files, describeFiles, readManifest, withManifest } from '../signer.ts';

/** Noon, UTC, on a Wednesday: all tests happen then. */
export const NOON = Date.UTC(2026, 0, 7, 12);
export const MINUTE_MS = 60_000;

const random = createRandom(7);
export const RULES = GRAM_INPUTS.map((name) => ({ name, mean: 0.1, scale: 1.5, clip: 4, missing: 'mean' as const }));
const WEIGHTS = GRAM_INPUTS.map(() => random() - 0.3);
const layer = (inputs: number, outputs: number): DenseLayer => ({
  inputs,
  outputs,
  weights: Float32Array.from({ length: inputs * outputs }, () => random() - 0.5),
  bias: Float32Array.from({ length: outputs }, () => random() - 0.5),
});
const QUANTIZED = [layer(GRAM_INPUTS.length, 6), layer(6, 1)].map((one) => quantizeLayer(one));
export const MICRO = { layers: QUANTIZED.map(dequantizeLayer) };

export const candidate = (id: string): Candidate => {
  const own = createRandom(itemHash(id));
  const bytes = new Uint8Array(72);
  for (let i = 0; i < 64; i++) bytes[i] = own() * 256;
  new DataView(bytes.buffer).setFloat32(64, 0.01, true);
  new DataView(bytes.buffer).setFloat32(68, 0.01, true);
  const price = { amount: Math.round(own() * 100), currency: 'GBP' };
  return { id, category: `c${String(Math.floor(own() * 3))}`, price, popularity: own() * 50, vec: encodeBase64(bytes) };
};
export const candidates = (count: number): Candidate[] =>
  Array.from({ length: count }, (_, i) => candidate(`item-${String(i)}`));

/** A moment at noon without a session. */
export const moment = { now: NOON, utcOffsetMinutes: 0, isPhone: false, slotWidth: 0, anchor: 0, serverLag: null };

type RawRow = Omit<GoldenRow, 'logits' | 'linear'>;
const batchOf = (row: RawRow) => fillMissing(goldenBatch(row), RULES);
/** What core says of raw signals and candidates, by the engine `micro`. */
export const microScores = (row: RawRow): Float32Array => scoreMicro(batchOf(row), RULES, MICRO);
export const linearScores = (row: RawRow, weights: readonly number[] = WEIGHTS): Float32Array =>
  scoreLinear(batchOf(row), { features: RULES, weights });

/** The raw row of stored signals, newest first as the kit gives them. */
export const rowOf = (signals: readonly Signal[], list: readonly Candidate[]): RawRow => ({
  moment: { ...moment, sessionId: signals[0]?.sessionId ?? null },
  signals: signals.toReversed().map(({ at, sessionId, kind, itemId = '' }) => ({ at, sessionId, kind, itemId })),
  known: list,
  candidates: list,
});

/** Of a bundle as `createBundle` makes it: of its files only, whatever the rest of the manifest says. */
export const modelIdOf = (files: Files): string => readManifest(files).modelId;

/** A bundle of small, fixed weights whose three engines agree with core on one golden row. */
export async function createBundle(change: Partial<Manifest> = {}): Promise<Files> {
  const [first, second] = candidates(5);
  const seen = [first, second].map(({ id }, i) => ({
    at: NOON - i,
    sessionId: 's',
    kind: 'view' as const,
    itemId: id,
  }));
  const row = { moment: { ...moment, sessionId: 's' }, signals: seen.reverse(), known: [first, second] };
  const raw = { ...row, candidates: candidates(5) };
  const golden = [{ ...raw, logits: [...microScores(raw)], linear: [...linearScores(raw)] }];
  const files: Files = new Map([
    ['rank.onnx', new Uint8Array(createGramGraph(RULES, QUANTIZED))],
    ['linear.json', new TextEncoder().encode(JSON.stringify({ weights: WEIGHTS }))],
    ['micro.bin', new Uint8Array(encodeMicro(MICRO))],
  ]);
  const manifest: Manifest = {
    schemaVersion: 1,
    modelId: '',
    createdAt: '2026-01-01T00:00:00Z',
    files: {},
    featureSchemaHash: FEATURE_SCHEMA_HASH,
    features: RULES,
    heads: [{ name: 'click' }],
    golden,
    trainingWindow: { from: '2025-12-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    ...change,
  };
  return describeFiles(withManifest(files, manifest));
}

/** The id of every bundle that `createBundle` makes. */
export const TINY = modelIdOf(await createBundle());

/** Puts other bytes in a file's place and describes them in the manifest: broken, but as published. */
export const publish = (files: Files, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Files> =>
  describeFiles(new Map([...files, [name, bytes]]));

export interface SentBatch {
  readonly clientId: string;
  readonly events: { id: string; clientSeq: number; kind: string; [field: string]: unknown }[];
}
type Collector = (batch: SentBatch) => Response;

export const accept: Collector = ({ events }) =>
  Response.json({ results: Object.fromEntries(events.map(({ id }) => [id, { status: 'ok' }])), rejected: 0, time: 0 });

/** A network with one bundle at /bundle/ and one collector; `sent` holds what reached the collector. */
export function createNet(files: Files = new Map(), collector: Collector = accept) {
  const net = { files, collector, sent: [] as SentBatch[], options: [] as RequestInit[], fetched: [] as string[] };
  const fake = async (url: string, options: RequestInit = {}): Promise<Response> => {
    await Promise.resolve();
    options.signal?.throwIfAborted();
    if (options.method === 'POST') {
      const batch = JSON.parse(options.body as string) as SentBatch;
      net.sent.push(batch);
      net.options.push(options);
      return net.collector(batch);
    }
    const name = url.slice(url.lastIndexOf('/') + 1);
    net.fetched.push(name);
    const bytes = net.files.get(name);
    return bytes ? new Response(bytes) : new Response('none', { status: 404 });
  };
  return Object.assign(net, { fetch: fake as unknown as typeof fetch });
}

export const createWorker = (): Worker =>
  new Worker(new URL('../../workers/ranker.worker.ts', import.meta.url), { type: 'module' });
export const wasmUrl = new URL('../../node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm', import.meta.url)
  .href;

/** A connection of its own to a kit's database, or to a newer version of it. */
export async function openRaw(name: string, version?: number): Promise<IDBDatabase> {
  const request = (await findDatabasePlace(name)).open(name, version);
  return new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
}

/** Holds the row `visit` of a kit's database in a transaction, so that nobody else reads it before it is let go. */
export async function holdState(name: string): Promise<() => void> {
  const database = await openRaw(name);
  const store = database.transaction('state', 'readwrite').objectStore('state');
  let isHeld = true;
  const hold = (): void => {
    if (isHeld) store.get('visit').onsuccess = hold;
  };
  hold();
  return () => {
    isHeld = false;
    database.close();
  };
}

const open: { kit: Kit; storageName: string }[] = [];
let count = 0;
/** A name that no other test uses. */
export const newName = (): string => `test-${String(performance.timeOrigin)}-${String(count++)}`;

/** A kit that ranks on the page at noon, by the scores alone, without bundle and collector; closed after the test. */
export function openKit(options: KitOptions = {}): Kit & { readonly storageName: string } {
  const storageName = options.storageName ?? newName();
  const settings = { clock: () => NOON, deadlineMs: 20_000, createWorker: null, utcOffsetMinutes: 0, wasmUrl };
  const kit = createKit({ ...settings, policy: false, ...options, storageName });
  open.push({ kit, storageName });
  return Object.assign(kit, { storageName });
}

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const { kit, storageName } of open.splice(0)) {
    await kit.close();
    await deleteDatabase(storageName);
  }
});
