import { describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import { createRandom } from '../../src/core/random.ts';
import { slotDraw } from '../../src/core/slot-loop.ts';
import type { SlotRules } from '../../src/core/slot-rules.ts';
import { type DraftedSlot, draftTeams } from '../../src/core/team-draft.ts';
import { randomDecision } from './random-decision.ts';

const NO_RULES: SlotRules = { pins: [], quotas: [], spacing: [], columns: [] };
const free = (size: number) => ({ rules: NO_RULES, dropped: Array<null>(size).fill(null), slots: null });
const sizeOf = (slots: readonly DraftedSlot[], of: string): number => slots.filter(({ team }) => team === of).length;

/** A slate whose first coins fall like this. */
function slateOf(coins: string): string {
  for (let n = 0; ; n++) {
    const id = `slate-${String(n)}`;
    const isIt = [...coins].every((coin, round) => slotDraw(`${id}:team`, round) < 0.5 === (coin === 'A'));
    if (isIt) return id;
  }
}

function shuffled(size: number, random: () => number): number[] {
  const keys = Array.from({ length: size }, random);
  return [...keys.keys()].sort((a, b) => keys[a] - keys[b]);
}

// the input rankings of Figure 1 of the paper: A = (a b c d g h), B = (b e a f g h)
test.each([
  ['AAAA', 'aA bB cA eB dA fB gA hB'],
  ['BAAA', 'bB aA cA eB dA fB gA hB'],
  ['ABAA', 'aA bB eB cA dA fB gA hB'],
  ['BBBB', 'bB aA eB cA fB dA gB hA'],
])('the rankings of the paper’s figure, coins %s', (coins, wanted) => {
  const rows = (letters: string): number[] => [...letters].map((letter) => 'abcdefgh'.indexOf(letter));
  const lists = { own: rows('abcdgh'), other: rows('beafgh') };
  const drafted = draftTeams({ slateId: slateOf(coins), lists, ...free(8) });
  const shown = drafted.map(({ row, team }) => `${'abcdefgh'[row] ?? ''}${team === 'own' ? 'A' : 'B'}`);
  expect(shown.join(' ')).toBe(wanted);
  // both would take g, and no coin changes that
  const odds = drafted.map(({ propensity }) => propensity);
  expect(odds).toEqual([0.5, 1, 0.5, 1, 0.5, 1, 1, 1]);
});

describe('a draft of 10,000 random pairs of lists', () => {
  test('takes every item once, each from the top of its team, and no team is ever two ahead', () => {
    const random = createRandom(1);
    for (let n = 0; n < 10_000; n++) {
      const size = 1 + Math.floor(random() * 12);
      const lists = { own: shuffled(size, random), other: shuffled(size, random) };
      const drafted = draftTeams({ slateId: `slate-${String(n)}`, lists, ...free(size) });
      expect(drafted.map(({ row }) => row).toSorted((a, b) => a - b)).toEqual([...Array(size).keys()]);
      drafted.forEach(({ row, team }, at) => {
        const taken = drafted.slice(0, at).map((slot) => slot.row);
        expect(row).toBe(lists[team ?? 'own'].find((one) => !taken.includes(one)));
        const upTo = drafted.slice(0, at + 1);
        expect(Math.abs(sizeOf(upTo, 'own') - sizeOf(upTo, 'other'))).toBeLessThan(2);
      });
    }
  });

  test('keeps the hard rules, and pins what a slate of its own pins, for no team', () => {
    let [pins, full] = [0, 0];
    for (let seed = 1; seed <= 10_000; seed++) {
      const input = randomDecision(seed);
      const { slateId, rules, dropped, policy, logits } = input;
      const own = decide(input).slots.map(({ row }) => row);
      const other = decide({ ...input, logits: logits && Array.from(logits, (logit) => -logit) });
      const lists = { own, other: other.slots.map(({ row }) => row) };
      const drafted = draftTeams({ slateId, lists, rules, dropped, slots: policy.slots });
      const rows = drafted.map(({ row }) => row);
      expect(new Set(rows).size).toBe(rows.length);
      expect(rows.filter((row) => dropped[row] !== null)).toEqual([]);
      expect(rows.length).toBeLessThanOrEqual(policy.slots ?? Infinity);
      const pinned = drafted.flatMap(({ row, isPinned }) => (isPinned ? [row] : []));
      expect(pinned.toSorted()).toEqual(
        decide(input)
          .slots.flatMap(({ row, by }) => (by === 'pinned' ? [row] : []))
          .toSorted(),
      );
      expect(drafted.every(({ isPinned, team }) => isPinned === (team === null))).toBe(true);
      pins += pinned.length;
      full += Number(rules.quotas.some(({ max }) => max !== null));
      expect(overfull(drafted, rules)).toEqual([]);
    }
    expect([pins, full].map((count) => count > 1000)).toEqual([true, true]);
  });
});

test('a draft ends for a maximum alone: an item that is on neither list keeps none from its position', () => {
  const random = createRandom(5);
  let [pairs, short] = [0, 0];
  for (let seed = 1; seed <= 20_000; seed++) {
    const base = randomDecision(seed);
    const input = { ...base, policy: { ...base.policy, exploration: { ...base.policy.exploration, positions: [] } } };
    const { slateId, rules, dropped, policy, logits } = input;
    if (logits === null) continue;
    const rowsOf = (scores: ArrayLike<number>): number[] =>
      decide({ ...input, logits: scores }).slots.map(({ row }) => row);
    const lists = { own: rowsOf(logits), other: rowsOf(Array.from(logits, () => random() * 4 - 2)) };
    const drafted = draftTeams({ slateId, lists, rules, dropped, slots: policy.slots });
    const shorter = Math.min(lists.own.length, lists.other.length);
    pairs += Number(shorter > 1);
    if (drafted.length >= shorter) continue;
    short++;
    const left = [...lists.own, ...lists.other].filter((row) => drafted.every((slot) => slot.row !== row));
    const next = { team: 'own', propensity: 1, isPinned: false, relaxed: [] } as const;
    // two lists keep a maximum each in its own way, and their mixture may reach it sooner
    for (const row of left) expect(overfull([...drafted, { row, ...next }], rules)).toHaveLength(1);
  }
  expect([pairs > 10_000, short < 10]).toEqual([true, true]);
});

/** Items that were picked though a quota had no place for them. */
function overfull(drafted: readonly DraftedSlot[], { quotas, columns }: SlotRules): DraftedSlot[] {
  return drafted.filter(({ row, isPinned }, at) =>
    quotas.some(({ column, value, max, within }) => {
      const code = columns[column][row];
      const before = drafted
        .slice(0, Math.min(at, within ?? Infinity))
        .filter((slot) => columns[column][slot.row] === code);
      const counts = !isPinned && max !== null && code !== 0 && (value === null || value === code);
      return counts && at < (within ?? Infinity) && before.length >= max;
    }),
  );
}

test('two lists that are the same: each item is as often one’s as the other’s', () => {
  const list = [0, 1, 2, 3, 4, 5, 6, 7];
  const owned = list.map(() => 0);
  const runs = 20_000;
  for (let n = 0; n < runs; n++) {
    const drafted = draftTeams({ slateId: `${String(n)}-slate`, lists: { own: list, other: list }, ...free(8) });
    expect(drafted.map(({ row }) => row)).toEqual(list);
    drafted.forEach(({ row, team, propensity }) => {
      owned[row] += Number(team === 'own');
      expect(propensity).toBe(1);
    });
  }
  // four standard errors of a share of 1/2
  for (const count of owned) expect(Math.abs(count / runs - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / runs));
});

test('a team whose list has ended leaves the rest to the other, and with both the slate ends', () => {
  const drafted = draftTeams({ slateId: 's', lists: { own: [2], other: [0, 1] }, ...free(5) });
  expect(drafted.map(({ row }) => row).toSorted()).toEqual([0, 1, 2]);
  expect(sizeOf(drafted, 'other')).toBe(2);
});

test('the same slate is drafted the same again, another one otherwise', () => {
  const random = createRandom(3);
  const lists = { own: shuffled(20, random), other: shuffled(20, random) };
  const draft = (slateId: string) => draftTeams({ slateId, lists, ...free(20) }).map(({ row, team }) => [row, team]);
  expect(draft('s')).toEqual(draft('s'));
  expect(draft('s')).not.toEqual(draft('t'));
});
