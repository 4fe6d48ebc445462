import { expect, test } from 'vitest';
import { Adaptation } from '../../src/core/adaptation.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import { decide } from '../../src/core/decide.ts';
import { KnownItemTable } from '../../src/core/known-items.ts';
import { packCandidates } from '../../src/core/packed-items.ts';
import { SCORES_POLICY } from '../../src/core/policy.ts';
import { createRandom } from '../../src/core/random.ts';

const START = Date.UTC(2026, 0, 7, 12);
const DAY_MS = 86_400_000;
const [VISITORS, VISITS, SLOTS] = [80, 40, 6];

/** 40 items: five categories by four brands, two of each. */
const ITEMS: readonly Candidate[] = Array.from({ length: 40 }, (_, n) => ({
  ...{
    id: `item-${String(n)}`,
    category: `category-${String(n % 5)}`,
    brand: `brand-${String(Math.floor(n / 5) % 4)}`,
  },
}));
const PACKED = packCandidates(ITEMS);
const known = new KnownItemTable();
ITEMS.forEach((item) => known.add(item));

interface Shopper {
  readonly seed: number;
  readonly adapts: boolean;
  /** By category: what the visitor's chance to click is multiplied by. The scores do not know it. */
  readonly taste: readonly number[];
}

/** Mean chance that an item shown is clicked, over a shopper's visits: one a day, one slate each. */
function clickRate({ seed, adapts, taste }: Shopper): number {
  const random = createRandom(seed);
  const adaptation = new Adaptation();
  const quality = ITEMS.map(() => 0.02 + 0.1 * random());
  let chances = 0;
  for (let visit = 0; visit < VISITS; visit++) {
    const now = START + visit * DAY_MS;
    // what the model sees: the quality all visitors agree on, with an error
    const logits = Float32Array.from(quality, (chance) => Math.log(chance) + random() - 0.5);
    const draws = ITEMS.map(() => random());
    const { slots } = decide({
      ...{ slateId: `${String(seed)}-${String(visit)}`, policy: { ...SCORES_POLICY, slots: SLOTS }, logits },
      ...{ rules: { pins: [], quotas: [], spacing: [], columns: [] }, heads: [{ name: 'click' }], vectors: null },
      dropped: ITEMS.map(() => null),
      ...{ impressions: null, popularity: null, bias: adapts ? adaptation.bias(PACKED, now, known) : null },
    });
    for (const { row } of slots) {
      const chance = quality[row] * taste[row % 5];
      chances += chance / SLOTS;
      const about = { at: now, sessionId: String(visit), item: PACKED.ids[row * 3] };
      adaptation.add({ kind: 'impression', ...about });
      if (draws[row] < chance) adaptation.add({ kind: 'click', ...about });
    }
  }
  return chances / VISITS;
}

/** Click rate of the adapted order over that of the unadapted one, one seed each. */
function measureGain(name: string, tasteOf: (seed: number) => readonly number[]): number {
  const rates = [false, true].map((adapts) =>
    Array.from({ length: VISITORS }, (_, n) => clickRate({ seed: n + 1, adapts, taste: tasteOf(n + 1) })),
  );
  const [without, adapted] = rates.map((all) => all.reduce((sum, rate) => sum + rate, 0) / VISITORS);
  console.log(
    `${name}: click rate ${without.toFixed(4)} unadapted, ${adapted.toFixed(4)} adapted, ratio ${(adapted / without).toFixed(3)} (seeds 1 to ${String(VISITORS)})`,
  );
  return adapted / without;
}

const FLAT = [1, 1, 1, 1, 1];
/** `factor` times as likely to click in one category. */
const likes = (category: number, factor: number): number[] => FLAT.map((_, at) => (at === category ? factor : 1));

test.each([
  { factor: 3, atLeast: 1.1 },
  { factor: 1.5, atLeast: 1 },
])('visitors who like one category $factor times as much click more', { timeout: 60_000 }, ({ factor, atLeast }) => {
  const gain = measureGain(`one category ${String(factor)} times`, (seed) => likes(seed % 5, factor));
  expect(gain).toBeGreaterThan(atLeast);
});

test('visitors without a taste lose at most 1 %', { timeout: 60_000 }, () => {
  expect(measureGain('no taste', () => FLAT)).toBeGreaterThan(0.99);
});
