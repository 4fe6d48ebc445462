import { describe, expect, test } from 'vitest';
import { Conduct } from '../../src/core/conduct.ts';

describe('Conduct', () => {
  test('keeps the newest times, in whatever order signals come', () => {
    const conduct = new Conduct();
    for (const at of [5, 9, 7, Number.NaN]) {
      conduct.add({ kind: 'dismiss', item: -3, at });
      conduct.add({ kind: 'purchase', item: 4, at: at + 1 });
      conduct.add({ kind: 'impression', item: 4, at });
      conduct.add({ kind: 'view', item: 8, at });
      conduct.add({ kind: 'dismiss', item: 0, at });
    }
    const facts = conduct.facts(Int32Array.of(-3, 4, 8, 0), 10, [2, 5.5, 100]);
    expect([...facts.dismissedAt]).toEqual([9, 0, 0, 0]);
    expect([...facts.purchasedAt]).toEqual([0, 10, 0, 0]);
    expect([...facts.impressions]).toEqual([0, 3, 0, 0]);
    expect(facts.windowsMs).toEqual([2, 5.5, 100]);
    expect([...facts.shown]).toEqual([0, 0, 0, 1, 3, 3, 0, 0, 0, 0, 0, 0]);
  });

  test('counts the newest hundred impressions in a window, and all of them in all', () => {
    const conduct = new Conduct();
    for (let at = 250; at > 0; at--) conduct.add({ kind: 'impression', item: 1, at });
    const { shown, impressions } = conduct.facts([1], 251, [1000, 51, 50.5]);
    expect([...shown, ...impressions]).toEqual([100, 50, 50, 250]);
  });
});
