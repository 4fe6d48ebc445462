import { describe, expect, test, vi } from 'vitest';
import { type Act, estimateDrift } from '../../collector/audit/behaviour-drift.ts';
import { estimateByGroups, groupOf } from '../../collector/audit/group-jackknife.ts';
import { DailyMeans } from '../../collector/audit/level-shift.ts';
import { rankAgreement } from '../../collector/audit/rank-agreement.ts';
import { VersionOutcomes } from '../../collector/audit/version-outcomes.ts';
import { DAY_MS } from '../../collector/day.ts';
import { createRandom } from '../../src/core/random.ts';
import { binomialRange } from './statistics.ts';

vi.setConfig({ testTimeout: 60_000 });
const START = Date.UTC(2026, 0, 1);

describe('the window of behaviour', () => {
  const HALF_MS = 2 * DAY_MS;

  /** Visitors who keep a topic for an exponential time: agreement beyond chance halves in `HALF_MS`, by construction. */
  function acts(seed: number, topicOf: (kept: number, random: () => number) => number): Act[] {
    const random = createRandom(seed);
    const exponential = (mean: number): number => -mean * Math.log(1 - random());
    return Array.from({ length: 300 }, (_, visitor) => {
      let [at, topic, changesAt] = [START, 0, 0];
      return Array.from({ length: 40 }, (_, n) => {
        // gaps of all sizes, from minutes to months
        at += 60_000 * Math.exp(12 * random());
        while (changesAt < at) {
          topic = Math.floor(4 * random());
          changesAt = Math.max(changesAt, n === 0 ? at : 0) + exponential(HALF_MS / Math.LN2);
        }
        return { visitor: `v${String(visitor)}`, at, itemId: `i${String(n)}`, topic: String(topicOf(topic, random)) };
      });
    }).flat();
  }

  test('is found where it is known', () => {
    const SEEDS = 40;
    let covered = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { low, high, windowMs, chance } = estimateDrift(acts(seed, (topic) => topic));
      expect(chance).toBeCloseTo(0.25, 1);
      expect(windowMs).toBeGreaterThan(HALF_MS / 1.8);
      expect(windowMs).toBeLessThan(HALF_MS * 1.8);
      if ((low ?? Infinity) <= HALF_MS && (high ?? 0) >= HALF_MS) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(binomialRange(SEEDS, 0.9, 0.001)[0]);
  });

  test('is none where what visitors do tells nothing of what they do next', () => {
    let none = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const { windowMs, reason = '' } = estimateDrift(acts(seed, (_, random) => Math.floor(4 * random())));
      if (windowMs === null && reason.includes('tells nothing')) none++;
    }
    // one in forty is above chance by chance
    expect(none).toBeGreaterThanOrEqual(binomialRange(40, 0.975, 0.001)[0]);
    expect(estimateDrift(acts(1, () => 0)).reason).toBe('the items have no two categories');
  });

  test('is at least as long as the log where a taste never changes', () => {
    const steady = acts(1, (topic) => topic).map((act) => ({
      ...act,
      topic: String(Number(act.visitor.slice(1)) % 4),
    }));
    expect(estimateDrift(steady)).toMatchObject({ isAtLeast: true });
  });

  test('one item that is looked at and bought is one act', () => {
    const one = [0, 1, 2].map((n) => ({ visitor: 'v', at: START + n, itemId: 'same', topic: 'a' }));
    expect(estimateDrift(one).pairs).toBe(0);
  });
});

describe('a level that shifts', () => {
  const days = (random: () => number, means: (day: number) => number) => {
    const daily = new DailyMeans();
    for (let day = 0; day < 40; day++)
      for (let n = 0; n < 60; n++) daily.add(START + day * DAY_MS, random() < means(day) ? 1 : 0);
    return daily;
  };
  const least = (usual: number): number => usual / 3;

  test('is found with its day, and an even one is left alone', () => {
    let alarms = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const random = createRandom(seed);
      if (days(random, () => 0.6).shift('down', least)?.since !== null) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(1);
    const fallen = days(createRandom(1), (day) => (day < 30 ? 0.6 : 0.1)).shift('down', least);
    expect(fallen?.since).toBe('2026-01-31');
    // the other direction is another question
    expect(days(createRandom(1), (day) => (day < 30 ? 0.6 : 0.1)).shift('up', least)?.since).toBeNull();
  });

  test('that came back is over, and a week of few says nothing', () => {
    expect(days(createRandom(1), (day) => (day === 20 ? 0.1 : 0.6)).shift('down', least)?.since).toBeNull();
    const few = new DailyMeans();
    for (let day = 0; day < 40; day++) few.add(START + day * DAY_MS, day < 30 ? 1 : 0);
    expect(few.shift('down', least)).toBeNull();
  });
});

describe('rank correlation', () => {
  const at = (offline: number, online: number, standardError = 0) => ({ offline, online, standardError });

  test('is Kendall’s, with its exact chance', () => {
    const same = [1, 2, 3, 4].map((n) => at(n, n));
    // 2 of 24 orders are so far from unrelated
    expect(rankAgreement(same, createRandom(1))).toMatchObject({
      tau: 1,
      p: expect.closeTo(2 / 24, 10) as number,
      low: 1,
      high: 1,
    });
    const swapped = [at(1, 2), at(2, 1), at(3, 3)];
    expect(rankAgreement(swapped, createRandom(1))).toMatchObject({
      tau: expect.closeTo(1 / 3, 10) as number,
      p: expect.closeTo(1, 10) as number,
    });
    expect(rankAgreement(same.slice(0, 2), createRandom(1))).toBeNull();
  });

  test('is as uncertain as the online figures are', () => {
    const noisy = rankAgreement(
      [1, 2, 3].map((n) => at(n, n, 5)),
      createRandom(1),
    );
    expect(noisy).toMatchObject({ tau: 1, low: -1, high: 1 });
    const sharp = rankAgreement(
      [1, 2, 3].map((n) => at(n, n, 0.01)),
      createRandom(1),
    );
    expect(sharp).toMatchObject({ tau: 1, low: 1, high: 1 });
  });
});

describe('outcomes of versions', () => {
  /** A new version takes over from day to day, while all visitors click more from day to day; `effect` is its own. */
  function outcomes(seed: number, effect: number): VersionOutcomes {
    const random = createRandom(seed);
    const all = new VersionOutcomes();
    for (let unit = 0; unit < 4000; unit++) {
      const day = Math.floor(10 * random());
      const modelId = random() < 0.05 + 0.09 * day ? 'new' : 'old';
      // visitors differ, so that impressions of one are alike
      const rate = 2 * random() * (0.05 + 0.02 * day) + (modelId === 'new' ? effect : 0);
      const add = (kind: 'impression' | 'click'): void =>
        all.add({
          ...{ clientId: 'c', receivedAt: START + day * DAY_MS },
          event: {
            ...{
              id: '',
              clientSeq: 1,
              unitId: `u${String(seed)} ${String(unit)}`,
              at: START + day * DAY_MS,
              consent: 'events',
            },
            ...{ kind, modelId, slateId: 's' },
          },
        });
      for (let n = 0; n < 8; n++) {
        add('impression');
        if (random() < rate) add('click');
      }
    }
    return all;
  }
  const SEEDS = 60;

  test('are compared day by day: a roll-out over days is no effect, and an effect is one', () => {
    let [covered, naive] = [0, 0];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const all = outcomes(seed, 0);
      const { low, high, isConcurrent } = all.difference('new', 'old');
      expect(isConcurrent).toBe(true);
      if ((low ?? 1) <= 0 && (high ?? -1) >= 0) covered++;
      const [one, other] = ['new', 'old'].map(
        (id) => all.outcomes().find(({ modelId }) => modelId === id)?.clicksPerImpression,
      );
      // the control: rates of all days would call the newer days an effect of the version
      if ((one?.low ?? 0) > (other?.high ?? 1)) naive++;
    }
    expect(covered).toBeGreaterThanOrEqual(binomialRange(SEEDS, 0.95, 0.001)[0]);
    expect(naive).toBe(SEEDS);
    expect(outcomes(1, 0.05).difference('new', 'old').low).toBeGreaterThan(0.03);
  });

  test('an interval by groups covers a mean over visitors', () => {
    let covered = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed);
      const values = Array.from(
        { length: 400 },
        (_, i) => [groupOf(`${String(seed)}.${String(i)}`), random()] as const,
      );
      const { low, high } = estimateByGroups((without) => {
        const rest = values.filter(([group]) => group !== without);
        return rest.reduce((sum, [, value]) => sum + value, 0) / rest.length;
      });
      if ((low ?? 1) <= 0.5 && (high ?? 0) >= 0.5) covered++;
    }
    const [least] = binomialRange(200, 0.95, 0.001);
    expect(covered).toBeGreaterThanOrEqual(least);
  });
});
