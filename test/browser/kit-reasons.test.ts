import { expect, test, vi } from 'vitest';
import { fillMissing } from '../../src/core/feature-rule.ts';
import { KnownItemTable } from '../../src/core/known-items.ts';
import { scoreMicro } from '../../src/core/micro.ts';
import { occlude } from '../../src/core/occlusion.ts';
import { itemHash, packCandidates } from '../../src/core/packed-items.ts';
import { type Problem, createProblem } from '../../src/core/problem.ts';
import { type NamedSignal, scoreReasons } from '../../src/core/reason.ts';
import type { Reason, Signal, Slate } from '../../src/index.ts';
import { Visitor } from '../../src/core/visitor.ts';
import { Ranker } from '../../workers/ranker.ts';
import { MICRO, MINUTE_MS, NOON, RULES, createBundle, createWorker, moment, openKit, wasmUrl } from './kit-fixture.ts';
import { DAY_MS, LIST, openVisited, reasonsOf, slateOf } from './reasons-fixture.ts';

const itemIds = ({ items }: Slate): string[] => items.map(({ itemId }) => itemId);

/** What core says of the stored signals: nothing of this goes through storage, worker or protocol. */
async function expectedReasons(signals: readonly Signal[], slate: Slate, limit: number) {
  const known = new KnownItemTable();
  LIST.forEach((item) => {
    known.add(item);
  });
  const visitor = new Visitor<NamedSignal>();
  for (const { seq, kind, itemId = '', at, sessionId } of signals.toReversed()) {
    visitor.add({ seq, kind, itemId, at, sessionId, item: itemHash(itemId), dwellMs: 0, confidence: 1 });
  }
  const shown = slate.items.slice(0, limit);
  const occlusion = await occlude({
    ...{ candidates: packCandidates(LIST), known, visitor, rows: shown.map(({ serverRank }) => serverRank) },
    moment: { ...moment, sessionId: signals[0]?.sessionId ?? null, serverLag: 2 },
    score: (batch) => scoreMicro(fillMissing(batch, RULES), RULES, MICRO),
  });
  return new Map(shown.map(({ itemId }, i) => [itemId, scoreReasons(occlusion, i)]));
}

/** Engines agree on a logit to 1e-4. */
const rounded = (reasons: ReadonlyMap<string, readonly Reason[]>) =>
  [...reasons].map(([itemId, all]) => [
    itemId,
    all.map((reason) =>
      'effect' in reason ? { ...reason, effect: expect.closeTo(reason.effect, 3) as number } : reason,
    ),
  ]);

test.each([
  ['worker', 'wasm'],
  ['worker', 'micro'],
  ['page', 'micro'],
] as const)('on the %s by %s: those of core, of the first 12 items', async (realm, tier) => {
  const kit = await openVisited({ maxTier: tier, ...(realm === 'page' && { createWorker: null }) });
  const slate = await slateOf(kit);
  expect([slate.tier, slate.serverLag]).toEqual([tier, 2]);
  const reasons = await reasonsOf(kit, slate);
  const expected = await expectedReasons(await kit.signals(), slate, 12);
  expect([...reasons]).toEqual(rounded(expected));
  expect([...reasons.keys()]).toEqual(itemIds(slate).slice(0, 12));
  const kinds = new Set([...reasons.values()].flat().map(({ kind }) => kind));
  expect(kinds.has('event') && kinds.has('history')).toBe(true);
  expect((await reasonsOf(kit, slate, 3)).size).toBe(3);
});

test('by the linear blend, on worker and page alike', async () => {
  const told = [];
  for (const create of [createWorker, null]) {
    const kit = await openVisited({ maxTier: 'linear', createWorker: create });
    const slate = await slateOf(kit);
    expect(slate.tier).toBe('linear');
    told.push([...(await reasonsOf(kit, slate))]);
  }
  expect(told[0]).toEqual(told[1]);
  expect(told[0]?.flatMap(([, reasons]) => reasons)).not.toEqual([]);
});

test('are of the slate as it was ranked, whatever has happened since', async () => {
  let now = NOON;
  const kit = await openVisited({ clock: () => now });
  const slate = await slateOf(kit);
  const before = await reasonsOf(kit, slate);
  await kit.record({ kind: 'view', itemId: 'item-9' });
  await kit.import([{ kind: 'purchase', itemId: 'item-1', at: NOON - 2 * DAY_MS }]);
  now = NOON + 40 * MINUTE_MS;
  await kit.record({ kind: 'click', itemId: 'item-15' });
  const newer = await slateOf(kit);
  expect(await reasonsOf(kit, slate)).toEqual(before);
  expect(await reasonsOf(kit, newer)).not.toEqual(before);
});

test('of a slate that no engine has ranked: the server’s order', async () => {
  const kit = openKit();
  const slate = await kit.slate('home', { candidates: LIST });
  const reasons = await reasonsOf(kit, slate, 2);
  expect([...reasons.values()]).toEqual([[{ kind: 'server_order' }], [{ kind: 'server_order' }]]);
});

test('an item that a minimum put in its place says which rule', async () => {
  const rules = {
    schemaVersion: 1,
    version: '1',
    rules: [{ id: 'one-of-17', kind: 'quota', by: 'id', value: 'item-17', min: 1, within: 1 }],
  };
  const kit = await openVisited({ rules });
  const slate = await slateOf(kit);
  expect([slate.problems, itemIds(slate)[0]]).toEqual([[], 'item-17']);
  const reasons = await reasonsOf(kit, slate, 2);
  expect(reasons.get('item-17')?.[0]).toEqual({ kind: 'required', ruleId: 'one-of-17' });
  expect(reasons.get(itemIds(slate)[1] ?? '')?.map(({ kind }) => kind)).not.toContain('required');
});

test('none where the policy gives the head that they are of no weight', async () => {
  const kit = await openVisited({ policy: { weights: { click: 0 } } });
  const answer = await kit.reasons(await slateOf(kit));
  expect(answer).toMatchObject({ code: 'reasons_unavailable' });
  expect((answer as Problem).message).toContain('"click", which policy.weights gives no weight');
  const weighed = await openVisited({ policy: { weights: { click: 1 } } });
  expect(await weighed.reasons(await slateOf(weighed))).toBeInstanceOf(Map);
});

test('none where the visitor, the slate or the kit is gone', async () => {
  const kit = await openVisited();
  const slate = await slateOf(kit);
  for (const other of [{ ...slate, slateId: 'other' }, null, 7]) {
    expect(await kit.reasons(other as Slate)).toMatchObject({ code: 'reasons_unavailable' });
  }
  for (let i = 0; i < 7; i++) await slateOf(kit);
  expect((await reasonsOf(kit, slate)).size).toBe(12);
  await slateOf(kit);
  expect(await kit.reasons(slate)).toMatchObject({ code: 'reasons_unavailable' });
  const last = await slateOf(kit);
  await kit.erase();
  expect(await kit.reasons(last)).toMatchObject({ code: 'reasons_unavailable' });
  await kit.close();
  expect(await kit.reasons(last)).toMatchObject({ code: 'kit_closed' });
});

test('never those of another model, and by the same engine where a stronger one has come', async () => {
  const files = await createBundle();
  const buffer = (name: string): ArrayBuffer => files.get(name)?.slice().buffer ?? new ArrayBuffer();
  const manifest = JSON.parse(new TextDecoder().decode(buffer('manifest.json'))) as never;
  const kit = await openVisited({ createWorker: null });
  const ranker = new Ranker();
  await ranker.open({
    storageName: kit.storageName,
    maxTier: 'wasm',
    wasmUrl,
    webgpuWasmUrl: '',
    webgpuRunMs: 0,
    adapts: false,
  });
  const names = ['rank.onnx', 'linear.json', 'micro.bin'] as const;
  const load = (change: object, missing: object = {}) =>
    ranker.load({
      manifest: { ...(manifest as object), ...change } as never,
      files: { ...Object.fromEntries(names.map((name) => [name, buffer(name)])), ...missing } as never,
    });
  const place = { now: NOON, utcOffsetMinutes: 0, isPhone: false, slotWidth: 0, anchor: 0, serverSeenAt: null };
  const rank = () => ranker.rank({ candidates: packCandidates(LIST), moment: place, windowsMs: [], logs: false });
  const early = await rank();
  expect([early.tier, early.modelId]).toEqual(['linear', '']);
  await load({});
  const { scores, ...ranked } = await rank();
  expect(ranked.tier).toBe('wasm');
  const explain = (change: object = {}) =>
    ranker.explain({
      ...{ candidates: packCandidates(LIST), moment: place, ...ranked },
      ...{ rows: [0, 5], scores: [scores[0] ?? 0, scores[5] ?? 0] },
      ...change,
    });
  const {
    scores: [first],
    ...compiledIn
  } = early;
  expect(await explain({ ...compiledIn, rows: [0], scores: [first] })).toHaveLength(1);
  const tiers = ['webgpu', 'wasm', 'micro'] as const;
  for (const tier of tiers) expect(await explain({ tier })).toHaveLength(2);
  const unavailable = { code: 'reasons_unavailable' };
  expect(await explain({ scores: [scores[0], (scores[5] ?? 0) + 0.01] })).toMatchObject(unavailable);
  await load({ modelId: 'another' });
  for (const tier of [...tiers, 'linear', 'server']) expect(await explain({ tier })).toMatchObject(unavailable);
  await load({}, { 'rank.onnx': createProblem('bundle_unreachable', 'gone') });
  expect(await explain()).toMatchObject(unavailable);
  expect(await explain({ tier: 'micro' })).toHaveLength(2);
});

test('a worker that has died: the page gives the reasons of its own engines', async () => {
  const worker = createWorker();
  const kit = await openVisited({ createWorker: () => worker, maxTier: 'micro' });
  const slate = await slateOf(kit);
  const before = await reasonsOf(kit, slate);
  const asked = new Promise<void>((resolve) => {
    vi.spyOn(worker, 'postMessage').mockImplementation(() => {
      worker.terminate();
      resolve();
    });
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const reasons = kit.reasons(slate);
    await asked;
    await vi.advanceTimersByTimeAsync(5000);
    expect(await reasons).toEqual(before);
  } finally {
    vi.useRealTimers();
  }
});
