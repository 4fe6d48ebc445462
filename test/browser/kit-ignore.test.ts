import { expect, test } from 'vitest';
import type { Kit, KitOptions, Reason, Signal, Slate } from '../../src/index.ts';
import { MINUTE_MS, NOON, createBundle, createNet, createWorker, newName, openKit } from './kit-fixture.ts';
import { type Acts, EARLIER, LIST, TODAY, openVisited, reasonsOf, slateOf } from './reasons-fixture.ts';

const isOrder = ({ items, tier, signalAgeMs, serverLag }: Slate) => ({
  ...{ tier, signalAgeMs, serverLag },
  items: items.map(({ itemId, score }) => ({ itemId, score })),
});
const eventOf = ({ seq, kind, itemId = '', at }: Signal): Reason => ({
  ...{ kind: 'event', effect: 1 },
  signal: { seq, kind, itemId, at },
});
const find = async (kit: Kit, itemId: string, kind: Signal['kind']): Promise<Signal> => {
  const signal = (await kit.signals()).find((stored) => stored.itemId === itemId && stored.kind === kind);
  if (signal === undefined) throw new Error('not stored');
  return signal;
};

test.each([
  ['worker', 'view', 'item-7'],
  ['worker', 'add_to_cart', 'item-11'],
  ['page', 'view', 'item-7'],
] as const)('on the %s, %s: the slate is that of a visitor who never did it', async (realm, kind, itemId) => {
  const options: KitOptions = realm === 'page' ? { createWorker: null } : {};
  const never = await openVisited(
    options,
    TODAY.filter(([other, id]) => other !== kind || id !== itemId),
  );
  const expected = await slateOf(never);
  const kit = await openVisited(options);
  const slate = await slateOf(kit);
  expect(isOrder(slate)).not.toEqual(isOrder(expected));
  const signal = await find(kit, itemId, kind);
  expect(await kit.ignore(eventOf(signal))).toBeNull();
  const again = await slateOf(kit);
  expect(isOrder(again)).toEqual(isOrder(expected));
  const told = [...(await reasonsOf(kit, again)).values()].flat();
  expect(told.some((reason) => reason.kind === 'event' && reason.signal.seq === signal.seq)).toBe(false);
  // the reasons of the first slate were true of a visitor who is no more
  expect(await kit.reasons(slate)).toMatchObject({ code: 'reasons_unavailable' });
  expect(await find(kit, itemId, kind)).toEqual({ ...signal, ignored: true });
  expect((await kit.signals()).filter(({ ignored }) => ignored)).toHaveLength(1);
});

test('counts too: an impression that is ignored tires no longer', async () => {
  const never = await openVisited({}, TODAY.slice(0, 3));
  const kit = await openVisited();
  expect(isOrder(await slateOf(kit))).not.toEqual(isOrder(await slateOf(never)));
  await kit.ignore(eventOf(await find(kit, 'item-2', 'impression')));
  expect(isOrder(await slateOf(kit))).toEqual(isOrder(await slateOf(never)));
});

test('a session that only the ignored signal kept running has ended', async () => {
  const acts: Acts = [
    ['view', 'item-3', 50 * MINUTE_MS],
    ['view', 'item-7', 25 * MINUTE_MS],
  ];
  const never = await openVisited({}, acts.slice(0, 1));
  const kit = await openVisited({}, acts);
  await kit.ignore(eventOf(await find(kit, 'item-7', 'view')));
  expect(isOrder(await slateOf(kit))).toEqual(isOrder(await slateOf(never)));
  for (const each of [kit, never]) await each.record({ kind: 'view', itemId: 'item-9' });
  expect(isOrder(await slateOf(kit))).toEqual(isOrder(await slateOf(never)));
});

test('history: the slate is that of a first visit', async () => {
  const kit = await openVisited();
  const slate = await slateOf(kit);
  const history = [...(await reasonsOf(kit, slate, 20)).values()].flat().find(({ kind }) => kind === 'history');
  expect(history).toBeDefined();
  if (history) expect(await kit.ignore(history)).toBeNull();
  const net = createNet(await createBundle());
  const first = openKit({ bundleUrl: '/bundle/', fetch: net.fetch, createWorker });
  first.describe(LIST);
  for (const [kind, itemId, agoMs] of TODAY) await first.record({ kind, itemId, at: NOON - agoMs });
  await first.ready();
  expect(isOrder(await slateOf(kit))).toEqual(isOrder(await slateOf(first)));
  const marks = (await kit.signals()).map(({ source, ignored = false }) => [source.device, ignored]);
  expect(marks).toEqual([...TODAY.map(() => ['local', false]), ...EARLIER.map(() => ['import', true])]);
});

test('what has no signal behind it stays, with the reason why', async () => {
  const kit = await openVisited();
  const before = await kit.signals();
  const gone = { ...(await find(kit, 'item-7', 'view')), at: NOON - 1 };
  const reasons = [
    eventOf(gone),
    ...(['popular', 'new', 'price', 'server', 'anchor'] as const).map((kind) => ({ kind, effect: 1 })),
    ...[{ kind: 'pinned', ruleId: 'r' }, { kind: 'explored' }, { kind: 'server_order' }, { kind: 'event' }, null, 7],
  ];
  for (const reason of reasons) {
    expect(await kit.ignore(reason as Reason)).toMatchObject({ code: 'reason_not_removable' });
  }
  expect(await kit.signals()).toEqual(before);
  const first = openKit({ storageName: newName() });
  expect(await first.ignore({ kind: 'history', effect: 1 })).toMatchObject({ code: 'reason_not_removable' });
  await first.close();
  expect(await first.ignore({ kind: 'history', effect: 1 })).toMatchObject({ code: 'kit_closed' });
});
