import { describe, expect, test } from 'vitest';
import { OVERRIDE, apply, items } from './rule-fixture.ts';

describe('slot rules', () => {
  const candidates = items(
    { brand: 'x', stock: 0 },
    { brand: 'y' },
    { brand: 'x' },
    {},
    { brand: 1 },
    { brand: ['x'] },
  );

  test('pins are rows; what is dropped or absent is not pinned, and the first of two has its place', () => {
    const pin = (id: string, item: string, position: number) => ({ id, kind: 'pin', item, position, ...OVERRIDE });
    const pins = [pin('p1', 'a', 0), pin('p2', 'b', 0), pin('p3', 'c', 0), pin('p4', 'b', 2), pin('p5', 'zz', 1)];
    const { slotRules, overrides } = apply([{ id: 'stock', kind: 'stock' }, ...pins, pin('p6', 'd', 3)], candidates);
    expect(slotRules.pins).toEqual([
      { ruleId: 'p2', row: 1, position: 0 },
      { ruleId: 'p6', row: 3, position: 3 },
    ]);
    expect(overrides.map(({ ruleId, itemIds }) => [ruleId, itemIds.join()])).toEqual([
      ...[['p1', ''], ['p2', 'b'], ['p3', ''], ['p4', ''], ['p5', ''], ['p6', 'd']], // prettier-ignore
    ]);
  });

  test('overrides in effect are named with their author, expiry and what they dropped', () => {
    const hide = { id: 'h', kind: 'hide', items: ['a', 'b', 'zz'], ...OVERRIDE };
    const over = { ...hide, id: 'over', expiresAt: '2026-11-21T12:00:00Z' };
    const { overrides } = apply([{ id: 'stock', kind: 'stock' }, hide, over], candidates);
    const expiresAt = Date.parse(OVERRIDE.expiresAt);
    expect(overrides).toEqual([{ ruleId: 'h', kind: 'hide', author: 'Ann', expiresAt, itemIds: ['b'] }]);
  });

  test('quotas and spacing share a column of codes for each field', () => {
    const { slotRules } = apply(
      [
        { id: 'q1', kind: 'quota', by: 'brand', value: 'y', max: 1, within: 4 },
        { id: 'q2', kind: 'quota', by: 'brand', max: 2 },
        { id: 'q3', kind: 'quota', by: 'brand', value: 'nobody', min: 1 },
        { id: 'q4', kind: 'quota', by: 'brand', value: 1, min: 1 },
        { id: 's', kind: 'spacing', by: 'stock', gap: 2 },
      ],
      candidates,
    );
    expect(slotRules).toEqual({
      pins: [],
      quotas: [
        { ruleId: 'q1', column: 0, value: 2, max: 1, min: null, within: 4 },
        { ruleId: 'q2', column: 0, value: null, max: 2, min: null, within: null },
        { ruleId: 'q4', column: 0, value: 3, max: null, min: 1, within: null },
      ],
      spacing: [{ ruleId: 's', column: 1, gap: 2 }],
      columns: [
        [1, 2, 1, 0, 3, 0],
        [1, 0, 0, 0, 0, 0],
      ],
    });
  });

  test('a boost is margin^g, 1 where unknown and never below 0 or infinite', () => {
    const margins = [0.25, 0, -2, undefined, Number.NaN, 1e300, 'x'].map((margin) => ({ margin }));
    const boost = (g: number) => apply([{ id: 'm', kind: 'margin', boost: g }], items(...margins)).slotRules.boost;
    expect(boost(0.5)).toEqual([0.5, 0, 0, 1, 1, 1e150, 1]);
    expect(boost(10)?.slice(4)).toEqual([1, Number.MAX_VALUE, 1]);
    expect(boost(0)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    const two = apply(['m', 'n'].map((id) => ({ id, kind: 'margin', boost: 1 })), items(...margins)); // prettier-ignore
    expect(two.slotRules.boost?.[0]).toBe(0.0625);
    expect(apply([{ id: 'm', kind: 'margin', floor: 0 }], items({})).slotRules).not.toHaveProperty('boost');
  });
});
