import { expect, test } from 'vitest';
import { measureAdaptation } from '../../src/core/adaptation-effect.ts';
import { decide } from '../../src/core/decide.ts';
import { type SlateLog, decisionInputOf } from '../../src/core/slate-log.ts';
import type { Kit, KitOptions, SignalInput, Slate } from '../../src/index.ts';
import { MINUTE_MS, NOON, candidates, createBundle, createNet, createWorker, newName, openKit } from './kit-fixture.ts';

const LIST = candidates(20).map((item, n) => ({ ...item, brand: n % 2 === 0 ? 'even' : 'odd' }));
const LOVED = 'c1';
const ids = ({ items }: Slate): string[] => items.map(({ itemId }) => itemId);
const slateOf = (kit: Kit): Promise<Slate> => kit.slate('home', { candidates: LIST });

/** Six sessions in which all items were shown and those of one category clicked. */
const history = Array.from({ length: 6 }, (_, session) =>
  LIST.flatMap(({ id: itemId, category }): SignalInput[] => {
    const about = { itemId, sessionId: `h${String(session)}`, at: NOON - (session + 1) * 60 * MINUTE_MS };
    const shown: SignalInput = { kind: 'impression', ...about };
    return category === LOVED ? [shown, { kind: 'click', ...about }] : [shown];
  }),
).flat();

/** A kit with the tiny bundle and that history, in the real worker unless told otherwise. */
async function openAdapting(options: KitOptions = {}) {
  const net = createNet(await createBundle());
  const kit = openKit({
    ...{ bundleUrl: '/bundle/', fetch: net.fetch, createWorker, adaptation: true, policy: false },
    ...options,
  });
  kit.describe(LIST);
  await kit.import(history);
  await kit.record({ kind: 'view', itemId: 'item-3' });
  await kit.ready();
  return { kit, net };
}

test('off unless asked for: no bias, no comparison', async () => {
  const { kit } = await openAdapting({ adaptation: undefined as never });
  const slate = await slateOf(kit);
  expect([slate.tier, slate.adaptation]).toEqual(['wasm', undefined]);
});

test('in the worker and on the page: the loved category comes up, compared with the order without', async () => {
  const { kit } = await openAdapting();
  const { kit: onPage } = await openAdapting({ createWorker: null });
  const { kit: off } = await openAdapting({ adaptation: false });
  const [adapted, here, plain] = await Promise.all([kit, onPage, off].map(slateOf));
  expect([adapted.tier, here.tier, plain.tier]).toEqual(['wasm', 'micro', 'wasm']);
  expect(ids(here)).toEqual(ids(adapted));
  const places = (slate: Slate): number =>
    slate.items.reduce((sum, { candidate, position }) => sum + (candidate.category === LOVED ? position : 0), 0);
  expect(places(adapted)).toBeLessThan(places(plain));
  const without = ids(plain);
  const moves = ids(adapted).map((id, position) => Math.abs(position - without.indexOf(id)));
  expect(adapted.adaptation).toEqual({
    top10Overlap: ids(adapted).filter((id, position) => position < 10 && without.indexOf(id) < 10).length / 10,
    firstChanged: moves.findIndex((move) => move > 0),
    meanMove: moves.reduce((sum, move) => sum + move, 0) / LIST.length,
  });
  expect(here.adaptation).toEqual(adapted.adaptation);
});

test('what was learnt is plain JSON with names, and comes with the option off too', async () => {
  const { kit } = await openAdapting({ adaptation: false });
  const table = await kit.adaptation();
  expect(JSON.parse(JSON.stringify(table))).toEqual(table);
  expect(table?.at).toBe(NOON);
  expect(table?.keys.map(({ attribute, name }) => `${attribute} ${String(name)}`).sort()).toEqual(
    ['brand even', 'brand odd', 'category c0', 'category c1', 'category c2'].sort(),
  );
  expect(table?.keys[0]).toMatchObject({ attribute: 'category', name: LOVED });
  const loved = LIST.filter(({ category }) => category === LOVED).length;
  // the oldest session is six hours old, of a half-life of 14 days
  expect((table?.overall.successes ?? 0) / (6 * loved)).toBeCloseTo(1, 1);
  expect(table?.keys.find(({ name }) => name === 'c0')?.successes).toBe(0);
});

test('a reset forgets what was recorded before it, keeps the signals, and learns anew', async () => {
  const { kit } = await openAdapting();
  const before = await slateOf(kit);
  const stored = (await kit.signals()).length;
  await kit.resetAdaptation();
  const after = await slateOf(kit);
  expect([before.adaptation === undefined, after.adaptation]).toEqual([false, undefined]);
  expect([after.tier, (await kit.signals()).length]).toEqual(['wasm', stored]);
  expect((await kit.adaptation())?.keys).toEqual([]);
  const { kit: off } = await openAdapting({ adaptation: false });
  expect(ids(after)).toEqual(ids(await slateOf(off)));
  await kit.record({ kind: 'dismiss', itemId: LIST.find(({ category }) => category === LOVED)?.id ?? '' });
  const { keys = [] } = (await kit.adaptation()) ?? {};
  expect(keys.map(({ name, failures }) => [name, failures])).toContainEqual([LOVED, 3]);
  expect((await slateOf(kit)).adaptation).toBeDefined();
});

test('an erase leaves nothing to adapt to, and a reset before any signal is none', async () => {
  const { kit } = await openAdapting();
  const heard: string[] = [];
  kit.onProblem(({ message }) => heard.push(message));
  await kit.resetAdaptation();
  await kit.erase();
  await kit.resetAdaptation();
  expect(heard).toEqual([]);
  expect((await kit.adaptation())?.keys).toEqual([]);
  await kit.import(history);
  expect((await kit.adaptation())?.keys[0]?.name).toBe(LOVED);
  await kit.erase();
  expect((await kit.adaptation())?.keys).toEqual([]);
  expect((await slateOf(kit)).adaptation).toBeUndefined();
});

test('the server’s order is never adapted', async () => {
  const { kit } = await openAdapting({ maxTier: 'server' });
  const slate = await slateOf(kit);
  expect([slate.tier, ids(slate), slate.adaptation]).toEqual(['server', LIST.map(({ id }) => id), undefined]);
});

test('at level training the comparison comes out of the logged row', async () => {
  const { kit, net } = await openAdapting({ egress: 'training', collectorUrl: '/collect' });
  const slate = await slateOf(kit);
  await kit.flush();
  const event = net.sent.flatMap(({ events }) => events).find(({ kind }) => kind === 'slate');
  const log = event?.['slate'] as SlateLog;
  expect(log.bias).toHaveLength(LIST.length);
  const input = decisionInputOf(slate.slateId, log);
  expect(measureAdaptation(decide(input), decide({ ...input, bias: null }))).toEqual(slate.adaptation);
});

test('a closed kit knows nothing', async () => {
  const { kit } = await openAdapting();
  await kit.close();
  await kit.resetAdaptation();
  expect(await kit.adaptation()).toBeNull();
});

test('an option that is no boolean is the caller’s mistake', () => {
  expect(() => openKit({ storageName: newName(), adaptation: 'yes' as never })).toThrow('adaptation cannot be "yes"');
});
