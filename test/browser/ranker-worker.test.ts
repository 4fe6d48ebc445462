import { expect, test, vi } from 'vitest';
import { LOGITS, TENSORS } from '../../src/core/contract.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { orderByScore } from '../../src/core/order.ts';
import type { KitOptions, Slate } from '../../src/index.ts';
import { OnnxGraph } from '../../training/onnx-graph.ts';
import {
  NOON,
  TINY,
  candidates,
  createBundle,
  createNet,
  createWorker,
  holdState,
  microScores,
  openKit,
  publish,
  rowOf,
} from './kit-fixture.ts';

const LIST = candidates(20);
/** For what comes by itself: on a busy machine it comes late. */
const PATIENCE = { timeout: 20_000 };
const ids = ({ items }: Slate): string[] => items.map(({ itemId }) => itemId);

async function openVisited(options: KitOptions = {}) {
  const net = createNet(await createBundle());
  const kit = openKit({ bundleUrl: '/bundle/', fetch: net.fetch, createWorker, ...options });
  kit.describe(LIST);
  for (const [i, itemId] of ['item-3', 'item-7', 'item-7'].entries()) {
    await kit.record({ kind: 'view', itemId, at: NOON - 5000 + i });
  }
  return { net, kit };
}

/** Comlink's. */
const isCall = (message: unknown, name: string): boolean => (message as { path?: string[] } | null)?.path?.[0] === name;

/** Workers of which the first `count` end at a call. */
function createMortalWorkers(count: number, call = 'rank') {
  const made: Worker[] = [];
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const create = (): Worker => {
    const worker = createWorker();
    if (made.push(worker) > count) return worker;
    const post = worker.postMessage.bind(worker) as (message: unknown, transfer: Transferable[]) => void;
    vi.spyOn(worker, 'postMessage').mockImplementation(((message: unknown, transfer: Transferable[]) => {
      if (!isCall(message, call)) return post(message, transfer);
      worker.terminate();
      end();
    }) as never);
    return worker;
  };
  return { create, made, ended };
}

test('onnxruntime, micro and core rank alike', async () => {
  const { kit } = await openVisited();
  expect(await kit.ready()).toEqual({ tier: 'wasm', modelId: TINY });
  const slate = await kit.slate('home', { candidates: LIST });
  expect(slate).toMatchObject({ tier: 'wasm', modelId: TINY, problems: [], signalAgeMs: 4998 });
  expect(slate.tierProblem).toBeUndefined();
  const scores = microScores(rowOf(await kit.signals(), LIST));
  expect(ids(slate)).toEqual(orderByScore(scores).order.map((row) => LIST[row].id));
  slate.items.forEach(({ score, serverRank }) => expect(score).toBeCloseTo(scores[serverRank], 4));
});

test('the worker sees each new signal, and an erase', async () => {
  const { kit } = await openVisited();
  await kit.ready();
  const before = ids(await kit.slate('home', { candidates: LIST }));
  await kit.record({ kind: 'click', itemId: 'item-11' });
  const after = await kit.slate('home', { candidates: LIST });
  expect(ids(after)).toEqual(
    orderByScore(microScores(rowOf(await kit.signals(), LIST))).order.map((row) => LIST[row].id),
  );
  expect(ids(after)).not.toEqual(before);
  await kit.erase();
  expect((await kit.slate('home', { candidates: LIST })).tier).toBe('server');
});

test('many calls at once are answered each with its own', async () => {
  const { kit } = await openVisited();
  await kit.ready();
  const lists = Array.from({ length: 12 }, (_, i) => LIST.slice(i));
  const slates = await Promise.all(lists.map((list) => kit.slate('home', { candidates: list })));
  slates.forEach((slate, i) => {
    expect([slate.tier, ids(slate).sort()]).toEqual(['wasm', lists[i].map(({ id }) => id).sort()]);
  });
});

test('micro answers while onnxruntime is still on its way', async () => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const net = createNet(await createBundle());
  const fetch = (async (url: string, options: RequestInit) => {
    if (url.endsWith('rank.onnx')) await gate;
    return net.fetch(url, options);
  }) as typeof globalThis.fetch;
  const { kit } = await openVisited({ fetch });
  await vi.waitFor(async () => {
    const { tier, tierProblem } = await kit.slate('home', { candidates: LIST });
    expect([tier, tierProblem?.code]).toEqual(['micro', 'engine_loading']);
  }, PATIENCE);
  open();
  expect((await kit.ready()).tier).toBe('wasm');
});

test('a runtime that cannot be fetched leaves micro with the problem', async () => {
  const { kit } = await openVisited({ wasmUrl: '/nowhere/ort.wasm' });
  expect(await kit.ready()).toMatchObject({ tier: 'micro', problem: { code: 'engine_failed' } });
  const slate = await kit.slate('home', { candidates: LIST });
  expect([slate.tier, slate.tierProblem?.code, slate.problems]).toEqual(['micro', 'engine_failed', []]);
});

test('a model that does not follow the contract is named by its tensor, and micro ranks', async () => {
  const files = await createBundle();
  const graph = new OnnxGraph();
  const [{ name, shape }] = TENSORS.filter((spec) => spec.name === 'cand_num');
  const flat = graph.slice(graph.input({ name, type: 'float32', shape: ['M', shape[2]] }), 1, [0, 1]);
  const wrong = graph.encode(graph.node('Unsqueeze', [flat, graph.int64([0])]), LOGITS);
  const net = createNet(await publish(files, 'rank.onnx', new Uint8Array(wrong)));
  const { kit } = await openVisited({ fetch: net.fetch });
  const { tier, problem } = await kit.ready();
  expect([tier, problem?.code]).toEqual(['micro', 'model_contract_mismatch']);
  expect(problem?.message).toMatch(
    /input cand_num must be float32 \[1, M, \d+\] with M dynamic and is float32 \[M, \d+\]/,
  );
  expect(await kit.slate('home', { candidates: LIST })).toMatchObject({
    tier: 'micro',
    tierProblem: { code: 'model_contract_mismatch' },
  });
});

test('a bundle without micro.bin, as of a model of one’s own: linear until onnxruntime runs, and nothing is missed', async () => {
  const files = await createBundle();
  const manifest = JSON.parse(new TextDecoder().decode(files.get('manifest.json'))) as Manifest;
  const kept = Object.entries(manifest.files)
    .filter(([name]) => name !== 'micro.bin')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const list = JSON.stringify(kept.map(([name, { sha256 }]) => [name, sha256]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(list)));
  const modelId = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const changed = { ...manifest, modelId, files: Object.fromEntries(kept) };
  files.set('manifest.json', new TextEncoder().encode(JSON.stringify(changed)));
  files.delete('micro.bin');
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const net = createNet(files);
  const fetch = (async (url: string, options: RequestInit) => {
    if (url.endsWith('rank.onnx')) await gate;
    return net.fetch(url, options);
  }) as typeof globalThis.fetch;
  const { kit } = await openVisited({ fetch });
  await vi.waitFor(async () => {
    const slate = await kit.slate('home', { candidates: LIST });
    expect([slate.tier, slate.tierProblem?.code, slate.modelId]).toEqual(['linear', 'engine_loading', modelId]);
  }, PATIENCE);
  open();
  expect(await kit.ready()).toEqual({ tier: 'wasm', modelId });
  expect(net.fetched).not.toContain('micro.bin');
  // in the worker, and on the page
  for (const create of [createWorker, null]) {
    const { kit: small } = await openVisited({ fetch: net.fetch, createWorker: create, maxTier: 'micro' });
    expect(await small.ready()).toEqual({ tier: 'linear', modelId });
    const slate = await small.slate('home', { candidates: LIST });
    expect([slate.tier, slate.tierProblem, slate.problems]).toEqual(['linear', undefined, []]);
  }
});

test('with less wanted, the worker ranks with less and says nothing of it', async () => {
  for (const maxTier of ['micro', 'linear'] as const) {
    const { kit, net } = await openVisited({ maxTier });
    expect(await kit.ready()).toEqual({ tier: maxTier, modelId: TINY });
    const slate = await kit.slate('home', { candidates: LIST });
    expect([slate.tier, slate.tierProblem, slate.problems]).toEqual([maxTier, undefined, []]);
    expect(net.fetched).not.toContain('rank.onnx');
  }
});

test('a worker whose script is slow to arrive is waited for and not ended', async () => {
  let arrive: () => void = () => undefined;
  const made: Worker[] = [];
  const create = (): Worker => {
    const worker = createWorker();
    made.push(worker);
    const post = worker.postMessage.bind(worker) as (message: unknown, transfer: Transferable[]) => void;
    const held: (() => void)[] = [];
    const spy = vi.spyOn(worker, 'postMessage').mockImplementation(((message: unknown, transfer: Transferable[]) => {
      held.push(() => {
        post(message, transfer);
      });
    }) as never);
    arrive = () => {
      spy.mockRestore();
      held.forEach((send) => {
        send();
      });
    };
    return worker;
  };
  const { kit } = await openVisited({ createWorker: create, deadlineMs: 1500 });
  const early = await kit.slate('home', { candidates: LIST });
  expect([early.tier, early.tierProblem?.code]).toEqual(['micro', 'engine_loading']);
  arrive();
  expect((await kit.ready()).tier).toBe('wasm');
  const late = await kit.slate('home', { candidates: LIST });
  expect([late.tier, made.length, ids(late)]).toEqual(['wasm', 1, ids(early)]);
});

test('a worker that dies in the middle of a call: a slate in time, and the next one from a new worker', async () => {
  const { create, made } = createMortalWorkers(1);
  const { kit } = await openVisited({ createWorker: create, deadlineMs: 4000 });
  const heard: string[] = [];
  kit.onProblem(({ code }) => heard.push(code));
  expect((await kit.ready()).tier).toBe('wasm');
  const startedAt = performance.now();
  const slate = await kit.slate('home', { candidates: LIST });
  expect(performance.now() - startedAt).toBeLessThan(4000);
  expect([slate.tier, slate.modelId, slate.tierProblem?.code]).toEqual(['micro', TINY, 'worker_timeout']);
  expect(ids(slate)).not.toEqual(LIST.map(({ id }) => id));
  expect(heard).toEqual(['worker_timeout']);
  expect((await kit.ready()).tier).toBe('wasm');
  const next = await kit.slate('home', { candidates: LIST });
  expect([next.tier, next.tierProblem, made.length]).toEqual(['wasm', undefined, 2]);
  expect(ids(next)).toEqual(ids(slate));
});

test('a worker that dies while it explains is found out by the ranking after it, and made anew', async () => {
  const { create, made, ended } = createMortalWorkers(1, 'explain');
  const { kit } = await openVisited({ createWorker: create, deadlineMs: 1000 });
  await kit.ready();
  const rank = async () => kit.slate('home', { candidates: LIST });
  const asked = kit.reasons(await rank());
  await ended;
  expect(await rank()).toMatchObject({ tier: 'micro', tierProblem: { code: 'engine_loading' } });
  expect(await asked).toMatchObject({ code: 'worker_timeout' });
  expect(await rank()).toMatchObject({ tier: 'micro', tierProblem: { code: 'worker_timeout' } });
  expect([(await kit.ready()).tier, made.length]).toEqual(['wasm', 2]);
});

test('workers that keep dying are made anew three times, then the page ranks by itself', async () => {
  const { create, made } = createMortalWorkers(Number.POSITIVE_INFINITY);
  const { kit } = await openVisited({ createWorker: create, deadlineMs: 2000, maxTier: 'micro' });
  const answers: (string | undefined)[][] = [];
  for (let i = 0; i < 6; i++) {
    await kit.ready();
    const { tier, tierProblem } = await kit.slate('home', { candidates: LIST });
    answers.push([tier, tierProblem?.code]);
  }
  expect(answers).toEqual(Array.from({ length: 6 }, () => ['micro', 'worker_timeout']));
  expect(made.length).toBe(4);
  expect(await kit.ready()).toMatchObject({ tier: 'micro', problem: { code: 'worker_timeout' } });
});

test('no engine in time at all: the server’s order', async () => {
  const { kit } = await openVisited({ deadlineMs: 50 });
  await kit.ready();
  // a database that another transaction holds: neither the worker nor the page can read
  const letGo = await holdState(kit.storageName);
  const slate = await kit.slate('home', { candidates: LIST });
  expect([slate.tier, slate.tierProblem?.code, ids(slate)]).toEqual([
    'server',
    'worker_timeout',
    LIST.map(({ id }) => id),
  ]);
  letGo();
});

test('a worker that cannot be created, or whose script is missing: the page ranks', async () => {
  const broken = [
    () => {
      throw new DOMException('cross-origin', 'SecurityError');
    },
    () => new Worker('/no-such-worker.js', { type: 'module' }),
  ];
  for (const create of broken) {
    const { kit } = await openVisited({ createWorker: create });
    const heard: string[] = [];
    kit.onProblem(({ code }) => heard.push(code));
    expect(await kit.ready()).toMatchObject({
      tier: 'micro',
      modelId: TINY,
      problem: { code: 'worker_unavailable' },
    });
    const slate = await kit.slate('home', { candidates: LIST });
    expect([slate.tier, slate.tierProblem?.code, slate.problems]).toEqual(['micro', 'worker_unavailable', []]);
    expect(heard.length).toBeLessThanOrEqual(1);
  }
});
