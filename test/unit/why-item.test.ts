import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SCORES_POLICY, type SlatePolicy } from '../../src/core/policy.ts';
import { NO_RULES, event, inputOf, newId, slateEvent, whyOf } from './why-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'nearside-why-item-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = whyOf.bind(null, folder);
const explore = (positions: number[]): SlatePolicy => ({
  ...SCORES_POLICY,
  exploration: { positions, epsilon: 1, temperature: 1 },
});
const FOUR = [4, 3, 2, 1];

describe('an item', () => {
  const itemOf = (events: Parameters<typeof run>[0], itemId: string) =>
    run(events, { itemId }).then(({ item }) => item);
  const two = { ...SCORES_POLICY, slots: 2 };

  test('never sent', async () => {
    expect(await itemOf([slateEvent(inputOf(FOUR))], 'z')).toMatchObject({
      ...{ candidate: 0, firstAt: null, meanPosition: null },
      why: "never a candidate: the site's server has not sent it in the 1 slate of this log",
    });
    const seen = event({ kind: 'impression', consent: 'events', itemId: 'z', slateId: newId() });
    expect((await itemOf([slateEvent(inputOf(FOUR)), seen], 'z'))?.why).toContain(
      '1 impression of it is of a slate that was not',
    );
  });

  test('dropped', async () => {
    const dropped = ['no-alcohol', null, null, null];
    const slates = [1000, 2000].map((at) => slateEvent(inputOf(FOUR, { dropped }), { at }));
    expect(await itemOf(slates, 'a')).toMatchObject({
      ...{ candidate: 2, shown: 0, dropped: { 'no-alcohol': 2 }, outranked: 0, firstAt: 1000, lastAt: 2000 },
      why: 'was a candidate in 2 slates and never shown: the rule `no-alcohol` dropped it in all of them',
    });
  });

  test('held back, whether the slate is full or ended before', async () => {
    const quotas = [{ ruleId: 'q', column: 0, value: null, max: 1, min: null, within: null }];
    const full = { rules: { ...NO_RULES, quotas, columns: [[1, 1, 2, 3]] }, policy: { ...SCORES_POLICY, slots: 3 } };
    const short = { rules: { ...NO_RULES, quotas, columns: [[1, 1, 1, 1]] } };
    const within = { ...full, rules: { ...full.rules, quotas: quotas.map((quota) => ({ ...quota, within: 3 })) } };
    for (const more of [full, short, within]) {
      expect(await itemOf([slateEvent(inputOf(FOUR, more))], 'b')).toMatchObject({
        ...{ heldBack: { q: 1 }, outranked: 0, utilityRatio: null },
        why: 'was a candidate in 1 slate and never shown: the quota `q` had no place left for it there',
      });
    }
  });

  test('outranked: by how much at the median, and by something else than utility', async () => {
    const slates = [FOUR, [4, 2, 1, 1], [5, 4, 1, 1], [4, 1, 0.2, 0.1]].map((parts) =>
      slateEvent(inputOf(parts, { policy: two })),
    );
    expect(await itemOf(slates, 'c')).toMatchObject({
      ...{ outranked: 4, utilityRatio: 0.375 },
      why: expect.stringMatching(
        /others were preferred in all of them \(its utility was 0\.375 times that of the last/,
      ) as string,
    });
    const pins = [{ ruleId: 'p', row: 3, position: 1 }];
    const item = await itemOf([slateEvent(inputOf(FOUR, { policy: two, rules: { ...NO_RULES, pins } }))], 'b');
    expect(item).toMatchObject({ outranked: 1, utilityRatio: 3 });
    expect(item?.why).toContain('put others first');
    // the server's order has no utility
    expect(await itemOf([slateEvent(inputOf(FOUR, { policy: two, logits: null }))], 'c')).toMatchObject({
      ...{ outranked: 1, utilityRatio: null },
      why: 'was a candidate in 1 slate and never shown: others were preferred there',
    });
  });

  test('what kept it out most often comes first', async () => {
    const dropped = [null, null, 'stock', null];
    const slates = [inputOf(FOUR, { dropped }), ...[1, 2].map(() => inputOf(FOUR, { policy: two, logits: null }))];
    expect(
      (
        await itemOf(
          slates.map((input) => slateEvent(input)),
          'c',
        )
      )?.why,
    ).toContain('never shown: others were preferred in 2 and the rule `stock` dropped it in 1');
  });

  test('shown: how, where, and why not in the others', async () => {
    const quotas = [{ ruleId: 'q', column: 0, value: 2, max: null, min: 1, within: 2 }];
    const slates = [
      slateEvent(inputOf([1, 1, 9, 1], { policy: two })),
      slateEvent(inputOf(FOUR, { policy: two, rules: { ...NO_RULES, pins: [{ ruleId: 'p', row: 2, position: 1 }] } })),
      slateEvent(inputOf(FOUR, { policy: two, rules: { ...NO_RULES, quotas, columns: [[1, 1, 2, 1]] } })),
      slateEvent(inputOf([1], { policy: explore([0]) }), { items: ['c'] }),
      slateEvent(inputOf(FOUR, { policy: two })),
      slateEvent(inputOf(FOUR, { dropped: [null, null, 'stock', null] })),
      event({ kind: 'impression', consent: 'events', itemId: 'c', slateId: newId() }),
      event({ kind: 'click', consent: 'events', itemId: 'c', slateId: newId() }),
      event({ kind: 'click', consent: 'events', itemId: 'a', slateId: newId() }),
    ];
    expect(await itemOf(slates, 'c')).toEqual({
      ...{ itemId: 'c', candidate: 6, shown: 4, shownBy: { ranked: 1, pinned: 1, drawn: 1, required: 1 } },
      ...{ meanPosition: 0.5, impressions: 1, clicks: 1, dropped: { stock: 1 }, heldBack: {}, outranked: 1 },
      ...{ utilityRatio: 0.6667, firstAt: 1000, lastAt: 1000 },
      why:
        'was a candidate in 6 slates and shown in 4 (1 on its rank, 1 pinned, 1 drawn to explore and 1 to fill a ' +
        "quota's minimum), at place 1.5 on average; of the other 2: the rule `stock` dropped it in 1 and others were " +
        'preferred in 1 (its utility was 0.6667 times that of the last item shown, at the median)',
    });
  });

  test('below the tenth place is not shown', async () => {
    const parts = Array.from({ length: 11 }, (_, row) => 20 - row);
    expect(await itemOf([slateEvent(inputOf(parts))], 'k')).toMatchObject({ shown: 0, outranked: 1 });
    expect(await itemOf([slateEvent(inputOf(parts))], 'j')).toMatchObject({ shown: 1, meanPosition: 9 });
  });
});
