import { describe, expect, test, vi } from 'vitest';
import type { Candidate } from '../../src/core/candidate.ts';
import { GRAM_INPUTS } from '../../src/core/gram.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { orderByScore } from '../../src/core/order.ts';
import type { KitOptions, Slate } from '../../src/index.ts';
import { readManifest } from '../signer.ts';
import {
  NOON,
  TINY,
  candidate,
  candidates,
  createBundle,
  createNet,
  createWorker,
  linearScores,
  microScores,
  modelIdOf,
  openKit,
  publish,
  rowOf,
} from './kit-fixture.ts';

const LIST = candidates(20);
const ids = ({ items }: Slate): string[] => items.map(({ itemId }) => itemId);
const serverIds = (list: readonly Candidate[] = LIST): string[] => list.map(({ id }) => id);

/** A kit with the tiny bundle that ranks on the page, and a visitor who has met the items and viewed two. */
async function openVisited(options: KitOptions = {}) {
  const net = createNet(await createBundle());
  const kit = openKit({ bundleUrl: '/bundle/', fetch: net.fetch, ...options });
  kit.describe(LIST);
  await kit.record({ kind: 'view', itemId: 'item-3', at: NOON - 2000 });
  await kit.record({ kind: 'view', itemId: 'item-7', at: NOON - 1000 });
  await kit.ready();
  return { net, kit };
}

describe('order', () => {
  test('is that of core on the same signals and candidates', async () => {
    const { kit } = await openVisited({ maxTier: 'micro' });
    const slate = await kit.slate('home', { candidates: LIST });
    const scores = microScores(rowOf(await kit.signals(), LIST));
    const { order } = orderByScore(scores);
    expect(ids(slate)).toEqual(order.map((row) => LIST[row].id));
    expect(slate.items.map(({ position }) => position)).toEqual(LIST.map((_, i) => i));
    expect(slate.items.map(({ serverRank }) => serverRank)).toEqual(order);
    expect(slate.items.map(({ score }) => score)).toEqual(order.map((row) => scores[row]));
    expect(slate).toMatchObject({ placement: 'home', tier: 'micro', modelId: TINY, signalAgeMs: 1000, problems: [] });
    expect(slate.tierProblem).toBeUndefined();
    expect(ids(slate)).not.toEqual(serverIds());
  });

  test('by the linear blend where no more is wanted; nothing more is fetched', async () => {
    const { kit, net } = await openVisited({ maxTier: 'linear' });
    const slate = await kit.slate('home', { candidates: LIST });
    const { order } = orderByScore(linearScores(rowOf(await kit.signals(), LIST)));
    expect(ids(slate)).toEqual(order.map((row) => LIST[row].id));
    expect([slate.tier, slate.modelId, slate.tierProblem, slate.problems]).toEqual(['linear', TINY, undefined, []]);
    expect(net.fetched).toEqual(['manifest.json', 'linear.json']);
  });

  test('the server’s with no interest stored: a first visit, and one that has only looked', async () => {
    const { slate: first, kit } = await (async () => {
      const opened = openKit();
      return { kit: opened, slate: await opened.slate('home', { candidates: LIST }) };
    })();
    expect([ids(first), first.tier, first.tierProblem, first.modelId]).toEqual([serverIds(), 'server', undefined, '']);
    expect(first.items.every(({ score }) => score === null)).toBe(true);
    await kit.record({ kind: 'impression', itemId: 'item-3', slateId: first.slateId });
    expect((await kit.slate('home', { candidates: LIST })).tier).toBe('server');
  });

  test('an anchor alone is something to rank by', async () => {
    const slate = await openKit().slate('product', { candidates: LIST, anchorItemId: 'item-3' });
    expect([slate.tier, slate.signalAgeMs]).toEqual(['linear', null]);
  });

  test('no bundle wanted: the weights compiled in, and no problem', async () => {
    const { kit } = await openVisited({ bundleUrl: null });
    const slate = await kit.slate('home', { candidates: LIST });
    expect([slate.tier, slate.modelId, slate.tierProblem, slate.problems]).toEqual(['linear', '', undefined, []]);
    expect(await kit.ready()).toEqual({ tier: 'linear', modelId: '' });
    expect(ids(slate)).not.toEqual(serverIds());
  });

  test('counts the signals that the server had not seen', async () => {
    const { kit } = await openVisited();
    const list = { requestId: 'r', placement: '', issuedAt: NOON, ttlMs: 1, serverSeenAt: NOON - 1500, items: LIST };
    expect(await kit.slate('home', { candidates: list })).toMatchObject({ requestId: 'r', serverLag: 1 });
  });

  test('an aborted call answers with the server’s order, before and during the work', async () => {
    const { kit } = await openVisited();
    const heard = vi.fn();
    kit.onSlate(heard);
    const abort = new AbortController();
    const during = kit.slate('home', { candidates: LIST, abort: abort.signal });
    abort.abort();
    const after = kit.slate('home', { candidates: LIST, abort: abort.signal });
    for (const slate of await Promise.all([during, after])) {
      expect([ids(slate), slate.tierProblem?.code]).toEqual([serverIds(), 'aborted']);
    }
    expect(heard).not.toHaveBeenCalled();
  });

  test('while the bundle is on its way the compiled-in weights answer', async () => {
    const kit = openKit({ bundleUrl: '/bundle/', fetch: () => new Promise(() => undefined) });
    await kit.record({ kind: 'view', itemId: 'item-3' });
    const slate = await kit.slate('home', { candidates: LIST });
    expect([slate.tier, slate.modelId, slate.tierProblem?.code]).toEqual(['linear', '', 'engine_loading']);
  });

  test('an erase leaves nothing to rank by', async () => {
    const { kit } = await openVisited();
    await kit.erase();
    const slate = await kit.slate('home', { candidates: LIST });
    expect([slate.tier, await kit.signals()]).toEqual(['server', []]);
  });
});

describe('bad candidates', () => {
  const expectSane = (slate: Slate, wanted: readonly string[]): void => {
    expect(ids(slate).sort()).toEqual([...wanted].sort());
    expect(slate.items.every(({ score }) => score === null || Number.isFinite(score))).toBe(true);
  };

  test('none at all, or nothing like a list', async () => {
    const { kit } = await openVisited();
    for (const given of [[], { items: [] }, null, 'list', 7, {}]) {
      const slate = await kit.slate('home', { candidates: given as never });
      expect([slate.items, slate.tier, slate.tierProblem]).toEqual([[], 'server', undefined]);
    }
  });

  test('missing ids, repeats, NaN and wrong fields', async () => {
    const { kit } = await openVisited();
    const heard: string[] = [];
    kit.onProblem(({ code }) => heard.push(code));
    const bad = [
      ...[null, 5, {}, { id: '' }, { id: 7 }],
      { ...candidate('a'), popularity: Number.NaN, score: Infinity },
      { ...candidate('b'), vec: 'no base64!', nbrs: 'AAAA', price: { amount: -1, currency: 'x' } },
      { ...candidate('c'), publishedAt: 'yesterday', sales: [1, 2], category: 9 },
      candidate('a'),
    ];
    const slate = await kit.slate('home', { candidates: [...LIST, ...bad] as never });
    expectSane(slate, [...serverIds(), 'a', 'b', 'c']);
    const codes = slate.problems.map(({ code }) => code);
    expect(codes).toEqual([
      ...['candidate_id_missing', 'candidate_duplicate', 'candidate_field_invalid', 'candidate_unknown'],
    ]);
    expect(heard).toEqual(codes);
  });

  test('ten thousand are cut at 500, within the deadline', async () => {
    const { kit } = await openVisited({ deadlineMs: 2000 });
    const many = Array.from({ length: 10_000 }, (_, i) => ({ id: `x${String(i)}`, score: -i }));
    const slate = await kit.slate('home', { candidates: many });
    expectSane(slate, serverIds(many.slice(0, 500)));
    expect([slate.tier, slate.problems.map(({ code }) => code)]).toEqual(['micro', ['candidates_too_many']]);
  });

  test('a score that is not finite puts its item last and is named', async () => {
    const net = createNet(await createHuge());
    const kit = openKit({ bundleUrl: '/bundle/', fetch: net.fetch, maxTier: 'linear' });
    kit.describe(LIST);
    await kit.record({ kind: 'view', itemId: 'item-3' });
    await kit.ready();
    const slate = await kit.slate('home', { candidates: LIST });
    expectSane(slate, serverIds());
    expect(slate.problems.map(({ code }) => code)).toEqual(['scores_not_finite']);
    const firstNull = slate.items.findIndex(({ score }) => score === null);
    expect(slate.items.slice(firstNull).every(({ score }) => score === null)).toBe(true);
  });
});

describe('broken bundles', () => {
  const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  /** With the worker, whose answer is the same as the page's. */
  const rank = async (files: Awaited<ReturnType<typeof createBundle>>) => {
    const { kit } = await openVisited({ fetch: createNet(files).fetch, createWorker });
    const slate = await kit.slate('home', { candidates: LIST });
    const model = slate.modelId !== '' && slate.modelId === modelIdOf(files) ? 'its' : slate.modelId;
    return [slate.tier, model, slate.tierProblem?.code, slate.problems.map(({ code }) => code)];
  };
  const drop = (files: Map<string, Uint8Array<ArrayBuffer>>, ...names: string[]) =>
    new Map([...files].filter(([name]) => !names.includes(name)));
  const corrupt = (files: Map<string, Uint8Array<ArrayBuffer>>, ...names: string[]) =>
    new Map([...files].map(([name, file]) => [name, names.includes(name) ? file.map((byte) => byte ^ 1) : file]));

  test('rank.onnx missing, changed, or no model: micro answers', async () => {
    const files = await createBundle();
    expect(await rank(drop(files, 'rank.onnx'))).toEqual(['micro', 'its', 'bundle_unreachable', []]);
    expect(await rank(corrupt(files, 'rank.onnx'))).toEqual(['micro', 'its', 'bundle_file_mismatch', []]);
    const none = await publish(files, 'rank.onnx', bytes('no model'));
    expect(await rank(none)).toEqual(['micro', 'its', 'engine_failed', []]);
  });

  test('micro.bin too: linear answers with micro’s problem, rank.onnx’s is listed', async () => {
    const files = await createBundle();
    const expected = ['linear', 'its', 'bundle_file_mismatch', ['bundle_unreachable']];
    expect(await rank(drop(corrupt(files, 'micro.bin'), 'rank.onnx'))).toEqual(expected);
    const invalid = drop(await publish(files, 'micro.bin', bytes('no model')), 'rank.onnx');
    expect(await rank(invalid)).toEqual(['linear', 'its', 'bundle_file_invalid', ['bundle_unreachable']]);
  });

  test('linear.json too: the weights compiled in answer', async () => {
    const files = corrupt(await createBundle(), 'rank.onnx', 'micro.bin', 'linear.json');
    const three = ['bundle_file_mismatch', 'bundle_file_mismatch'];
    expect(await rank(files)).toEqual(['linear', '', 'bundle_file_mismatch', three]);
  });

  test('an unreadable or missing manifest: the weights compiled in answer', async () => {
    const files = await createBundle();
    const unreadable = new Map([...files, ['manifest.json', bytes('{"schemaVersion":')] as const]);
    expect(await rank(unreadable)).toEqual(['linear', '', 'bundle_manifest_invalid', []]);
    expect(await rank(new Map())).toEqual(['linear', '', 'bundle_unreachable', []]);
  });

  test('golden rows that do not come out demote each engine', async () => {
    const text = new TextDecoder().decode((await createBundle()).get('manifest.json'));
    const [golden] = (JSON.parse(text) as Manifest).golden;
    const logits = golden.logits.map((value) => value + 0.001);
    const files = await createBundle({ golden: [{ ...golden, logits }] });
    expect(await rank(files)).toEqual(['linear', 'its', 'engine_golden_mismatch', ['engine_golden_mismatch']]);
  });

  test('each problem is told once', async () => {
    const { fetch } = createNet(drop(await createBundle(), 'rank.onnx', 'micro.bin'));
    const kit = openKit({ bundleUrl: '/bundle/', fetch, createWorker });
    const heard: string[] = [];
    kit.onProblem(({ message }) => heard.push(message.replace(/.*bundle\/| could.*/g, '')));
    const { tier, problem } = await kit.ready();
    expect([tier, problem?.code, heard.sort()]).toEqual(['linear', 'bundle_unreachable', ['micro.bin', 'rank.onnx']]);
  });
});

/** Its one weight is so large that a candidate of the last event's category overflows; the golden row has none. */
async function createHuge() {
  const weights = GRAM_INPUTS.map((name) => (name === 'category_last' ? 3e38 : 0));
  const [row] = readManifest(await createBundle()).golden;
  const unknown = { ...row, known: [] };
  const files = await createBundle({ golden: [{ ...unknown, linear: [...linearScores(unknown, weights)] }] });
  return publish(files, 'linear.json', new TextEncoder().encode(JSON.stringify({ weights })));
}
