import { afterEach, describe, expect, test } from 'vitest';
import type { KitOptions, Slate } from '../../src/index.ts';
import { SENDING } from './consent-fixture.ts';
import { candidates, createNet, newName, openKit } from './kit-fixture.ts';

afterEach(() => localStorage.clear());

const LIST = { candidates: candidates(6) };
const ids = ({ items }: Slate): string[] => items.map(({ itemId }) => itemId);
const dismiss = (itemId: string, slateId?: string) => ({
  ...{ kind: 'dismiss' as const, itemId, ...(slateId && { slateId, position: 0 }) },
});

function openSending(options: KitOptions = {}) {
  const net = createNet();
  const kit = openKit({ ...SENDING, fetch: net.fetch, ...options });
  const kinds = async () => {
    await kit.flush();
    return net.sent.flatMap(({ events }) => events).filter(({ kind }) => kind === 'dismiss' || kind === 'undo');
  };
  return { kit, kinds };
}

describe('undo', () => {
  test('the next slate, its scores and what is stored are as if nothing had been dismissed', async () => {
    const { kit } = openSending();
    await kit.record({ kind: 'view', itemId: 'item-1' });
    const before = await kit.slate('home', LIST);
    for (const itemId of ['item-2', 'item-2', 'item-3']) await kit.record(dismiss(itemId));
    expect(ids(await kit.slate('home', LIST))).toHaveLength(4);
    expect(await kit.undo('item-2')).toBeNull();
    expect((await kit.signals()).map(({ kind, itemId }) => [kind, itemId])).toEqual([
      ['dismiss', 'item-3'],
      ['view', 'item-1'],
    ]);
    expect(await kit.undo('item-3')).toBeNull();
    const after = await kit.slate('home', LIST);
    expect(after.items.map(({ itemId, score }) => [itemId, score])).toEqual(
      before.items.map(({ itemId, score }) => [itemId, score]),
    );
    // nothing was dismissed: nothing to do, and no problem
    expect(await kit.undo('item-4')).toBeNull();
  });

  test('is told where the dismissal was: of the slate, once, and at no other level', async () => {
    const { kit, kinds } = openSending({ egress: 'events' });
    const { slateId } = await kit.slate('home', LIST);
    await kit.record(dismiss('item-1', slateId));
    await kit.record(dismiss('item-2'));
    await kit.undo('item-1');
    await kit.undo('item-1');
    await kit.undo('item-2');
    expect((await kinds()).map(({ kind, slateId: of, itemId, placement }) => [kind, of, itemId, placement])).toEqual([
      ['dismiss', slateId, 'item-1', 'home'],
      ['undo', slateId, 'item-1', 'home'],
    ]);
    const quiet = openSending({ egress: 'none' });
    const slate = await quiet.kit.slate('home', LIST);
    await quiet.kit.record(dismiss('item-1', slate.slateId));
    await quiet.kit.undo('item-1');
    expect([await quiet.kinds(), (await quiet.kit.signals()).length]).toEqual([[], 0]);
  });

  test('holds for what was not stored, too', async () => {
    const { kit } = openSending({ consent: 'denied' });
    await kit.record(dismiss('item-2'));
    expect(ids(await kit.slate('home', LIST))).not.toContain('item-2');
    await kit.undo('item-2');
    expect(ids(await kit.slate('home', LIST))).toContain('item-2');
  });
});

describe('hidden sections', () => {
  test('are known to the next page at once, by name and heading, are exported, and go with everything else', async () => {
    const storageName = newName();
    const kit = openKit({ storageName });
    expect([kit.hidden().size, await kit.hide('home', true), await kit.hide('cart', true)]).toEqual([0, null, null]);
    await kit.hide('home', true, 'For you');
    const next = openKit({ storageName });
    expect([...next.hidden()]).toEqual([
      ['cart', ''],
      ['home', 'For you'],
    ]);
    expect(openKit({ storageName: newName() }).hidden().size).toBe(0);
    await next.hide('cart', false);
    expect([...kit.hidden().keys()]).toEqual(['home']);
    const stored = await kit.export();
    expect('localStorage' in stored && stored.localStorage[`${storageName}:hidden`]).toBe('{"home":"For you"}');
    expect([await kit.erase(), kit.hidden().size]).toEqual([null, 0]);
  });

  test('are told of once where they change, here, on another page, after a while in the cache, and by an erasure', async () => {
    const storageName = newName();
    const kit = openKit({ storageName });
    const told: string[][] = [];
    const leave = kit.onHidden((hidden) => told.push([...hidden.keys()]));
    await kit.hide('home', true);
    await kit.hide('home', true);
    await kit.hide('cart', false);
    expect(told).toEqual([['home']]);
    // as another page does it
    for (const [event, text] of [
      ['storage', '{"cart":""}'],
      ['pageshow', '{"order":""}'],
    ] as const) {
      localStorage.setItem(`${storageName}:hidden`, text);
      window.dispatchEvent(new Event(event));
      window.dispatchEvent(new Event(event));
    }
    await kit.erase();
    expect(told).toEqual([['home'], ['cart'], ['order'], []]);
    leave();
    await kit.hide('home', true);
    expect(told).toHaveLength(4);
  });

  test('storage that holds something else hides nothing; one that refuses is a problem', async () => {
    const storageName = newName();
    const kit = openKit({ storageName });
    for (const odd of ['{', '["home"]', '{"home":1}', 'null', '']) {
      localStorage.setItem(`${storageName}:hidden`, odd);
      expect(kit.hidden().size).toBe(0);
    }
    await kit.close();
    expect(await kit.hide('home', true)).toMatchObject({ code: 'kit_closed' });
  });
});

test('what is no list of kept items keeps none', async () => {
  const kit = openKit();
  for (const odd of ['item-5', { 1: 'item-5' }, [7, {}], null]) {
    const { items } = await kit.slate('home', { ...LIST, kept: odd as never });
    expect([items.length, items.some(({ trail }) => trail[0]?.step === 'kept')]).toEqual([6, false]);
  }
});
