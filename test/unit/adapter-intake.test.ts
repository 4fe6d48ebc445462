import { describe, expect, test, vi } from 'vitest';
import { connectGa4 } from '../../adapters/ga4.ts';
import { type AdapterKit, createIntake, createMemory } from '../../adapters/intake.ts';
import { wrapMethod } from '../../adapters/wrapped-method.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import { type Problem, createProblem } from '../../src/core/problem.ts';
import type { SignalInput } from '../../src/core/signal.ts';

/** A kit that remembers what it was told, in order. */
function createRecordingKit() {
  const signals: SignalInput[] = [];
  const items: Candidate[] = [];
  const kit: AdapterKit = {
    record: (signal) => {
      signals.push(signal);
      return Promise.resolve(createProblem('kit_closed', 'a fake'));
    },
    describe: (given) => void items.push(...given),
  };
  return { kit, signals, items, ids: () => signals.map(({ itemId }) => itemId) };
}

const call = (itemId: string, keys: readonly string[] = []) => ({
  ...{ signals: [{ kind: 'view' as const, itemId }], items: [{ id: itemId }], keys },
});

describe('intake', () => {
  test('describes before it records, and a repeated order or message is none', () => {
    const { kit, ids, items } = createRecordingKit();
    const intake = createIntake(kit, {}, createMemory()({}));
    intake(null);
    intake(call('a', ['order 1', 'message 1']));
    intake(call('b', ['order 1', 'message 2']));
    intake(call('c', ['message 1']));
    intake(call('d'));
    intake(call('d'));
    expect([ids(), items.map(({ id }) => id)]).toEqual([
      ['a', 'd', 'd'],
      ['a', 'd', 'd'],
    ]);
  });

  const order = (itemId: string, key: string) => ({
    ...call(itemId, [key]),
    signals: [{ kind: 'purchase' as const, itemId }],
  });

  test('it remembers 200 of each, so that no number of views pushes an order out', () => {
    const { kit, ids } = createRecordingKit();
    const intake = createIntake(kit, {}, createMemory()({}));
    intake(order('order', 'T1'));
    for (let i = 0; i <= 200; i++) intake(call(String(i), [String(i)]));
    intake(call('again', ['1']));
    intake(call('forgotten', ['0']));
    intake(order('order again', 'T1'));
    expect(ids().slice(201)).toEqual(['200', 'forgotten']);
    for (let i = 2; i <= 201; i++) intake(order(String(i), `T${String(i)}`));
    intake(order('order forgotten', 'T1'));
    expect(ids().slice(-2)).toEqual(['201', 'order forgotten']);
  });

  test('what was taken of a layer is none for who connects later; who is connected takes what comes', () => {
    const remember = createMemory();
    const [layer, other] = [{}, {}];
    const kits = [1, 2, 3, 4].map(createRecordingKit);
    const [first, beside] = kits.slice(0, 2).map(({ kit }) => createIntake(kit, {}, remember(layer)));
    for (const intake of [first, beside]) intake(order('a', 'T1'));
    const later = createIntake(kits[2].kit, {}, remember(layer));
    later(order('a', 'T1'));
    later(order('b', 'T2'));
    createIntake(kits[3].kit, {}, remember(other))(order('a', 'T1'));
    expect(kits.map(({ ids }) => ids())).toEqual([['a'], ['a'], ['b'], ['a']]);
  });

  test('a kind of problem is told once', () => {
    const told: Problem[] = [];
    const intake = createIntake(createRecordingKit().kit, { onProblem: (problem) => told.push(problem) });
    const problem = createProblem('adapter_ignored', 'one');
    intake(problem);
    intake({ ...call('a'), problem });
    intake({ ...call('b'), problem: createProblem('adapter_ignored', 'another') });
    expect(told.map(({ message }) => message)).toEqual(['one', 'another']);
  });

  test('a kit or a listener that throws is the page’s error, and one that rejects nobody’s', async () => {
    const report = vi.fn();
    vi.stubGlobal('reportError', report);
    const error = new Error('theirs');
    const fail = (): never => {
      throw error;
    };
    const { kit } = createRecordingKit();
    createIntake({ ...kit, record: fail }, {})(call('a'));
    createIntake({ ...kit, record: () => Promise.reject(error) }, {})(call('a'));
    await new Promise((resolve) => setTimeout(resolve));
    expect(report).not.toHaveBeenCalled();
    createIntake({ ...kit, describe: fail }, {})(call('a'));
    createIntake(kit, { onProblem: fail })(createProblem('adapter_ignored', 'one'));
    expect(report.mock.calls).toEqual([[error], [error]]);
    vi.unstubAllGlobals();
  });
});

describe('a wrapped method', () => {
  class Layer {
    readonly pushed: unknown[] = [];
    push(...args: unknown[]): unknown {
      if (args[0] === 'throw') throw new Error('theirs');
      this.pushed.push(...args);
      return this;
    }
  }

  test('answers, throws and reads as before, and what follows it comes after', () => {
    const layer = new Layer();
    const own = Object.assign(layer.push.bind(layer), { version: 2 });
    const target = { push: own };
    const after = vi.fn((args: readonly unknown[]) => expect(layer.pushed).toEqual(args));
    const stop = wrapMethod(target, 'push', after);
    expect(target.push).not.toBe(own);
    expect([target.push.version, target.push('a', 1)]).toEqual([2, layer]);
    expect(() => target.push('throw')).toThrow('theirs');
    expect(after.mock.calls).toEqual([[['a', 1]]]);
    stop?.();
    expect(target.push).toBe(own);
  });

  test('one of a prototype is left there', () => {
    const layer = new Layer();
    const stop = wrapMethod(layer, 'push', () => undefined);
    expect([layer.push('a'), layer.pushed, Object.hasOwn(layer, 'push')]).toEqual([layer, ['a'], true]);
    stop?.();
    expect(Object.hasOwn(layer, 'push')).toBe(false);
  });

  test('what others have put over it stays, and what it stood for hands on', () => {
    const layer: unknown[] = [];
    const after = vi.fn();
    const stop = wrapMethod(layer, 'push', after);
    const ours = layer.push;
    // as gtm.js does
    const theirs = (...args: unknown[]): number => Reflect.apply(ours, layer, args);
    layer.push = theirs;
    layer.push('a');
    stop?.();
    layer.push('b');
    expect([layer.push, [...layer], after.mock.calls]).toEqual([theirs, ['a', 'b'], [[['a']]]]);
  });

  test('what cannot be wrapped is left alone', () => {
    expect(wrapMethod(Object.freeze([]), 'push', () => undefined)).toBeNull();
    expect(wrapMethod({}, 'push', () => undefined)).toBeNull();
  });
});

describe('a data layer', () => {
  const view = (id: string) => ({ event: 'view_item', ecommerce: { items: [{ item_id: id }] } });

  test('what is in it is read once, and what comes while nobody listens never', () => {
    const { kit, ids } = createRecordingKit();
    const dataLayer: unknown[] = [view('a')];
    const stop = connectGa4(kit, { dataLayer });
    dataLayer.push(view('b'), view('c'));
    stop();
    dataLayer.push(view('missed'));
    connectGa4(kit, { dataLayer })();
    const again = connectGa4(kit, { dataLayer });
    dataLayer.push(view('d'));
    again();
    expect([ids(), dataLayer.length, Object.hasOwn(dataLayer, 'push')]).toEqual([['a', 'b', 'c', 'd'], 5, false]);
    // what one kit of the page has recorded, the next must not: both may have one storage
    const other = createRecordingKit();
    const stopOther = connectGa4(other.kit, { dataLayer });
    dataLayer.push(view('e'));
    stopOther();
    expect(other.ids()).toEqual(['e']);
  });

  test('a purchase that is pushed again is none, for another kit and after a pause as well', () => {
    const { kit, ids } = createRecordingKit();
    const buy = (id: string) => ({
      event: 'purchase',
      ecommerce: { transaction_id: id, items: [{ item_id: 'a' }, { item_id: 'b' }] },
    });
    const dataLayer = [buy('T1')];
    const stop = connectGa4(kit, { dataLayer });
    dataLayer.push(buy('T1'), buy('T2'));
    stop();
    for (const next of [kit, createRecordingKit().kit]) {
      const end = connectGa4(next, { dataLayer });
      dataLayer.push(buy('T1'), buy('T2'));
      end();
    }
    expect(ids()).toEqual(['a', 'b', 'a', 'b']);
    const other = createRecordingKit();
    connectGa4(other.kit, { dataLayer });
    dataLayer.push(buy('T2'), buy('T3'));
    expect(other.ids()).toEqual(['a', 'b']);
  });

  test('one that cannot be listened to is told', () => {
    const told: Problem[] = [];
    const dataLayer = Object.freeze([]) as unknown as unknown[];
    connectGa4(createRecordingKit().kit, {
      dataLayer,
      onProblem: (problem) => told.push(problem),
    })();
    expect(told).toMatchObject([{ code: 'adapter_ignored' }]);
  });
});
