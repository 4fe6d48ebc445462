import { gaussian } from '../../src/core/random.ts';
import type { Arms } from '../statistics/arms.ts';

/** Visitors of whom everything is known that an experiment can only estimate. */
export interface World {
  readonly name: string;
  readonly kind: 'mean' | 'ratio';
  /** Squared correlation of the metric with the covariate, in control; absent where there is no covariate. */
  readonly explained?: number;
  /** The metric in the population. */
  readonly truth: Arms<number>;
  /** One visitor of an arm: y and x of `JointMoments`. */
  readonly draw: (random: () => number, arm: keyof Arms) => readonly [y: number, x: number];
}

/** A Poisson count; `mean` below some 500 (Knuth 1969, The Art of Computer Programming 2, 3.4.1). */
function poisson(random: () => number, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** Chances of buying differ from visitor to visitor: .02 + .16 u ** 2 with a uniform u. */
const BUYING = { least: 0.02, spread: 0.16, mean: 0.02 + 0.16 / 3 };
const drawChance = (random: () => number): number => BUYING.least + BUYING.spread * random() ** 2;

const CONVERSION_LIFT = 1.2;
const conversion: World = {
  name: 'conversion',
  kind: 'mean',
  truth: { control: BUYING.mean, treatment: BUYING.mean * CONVERSION_LIFT },
  draw: (random, arm) => {
    const chance = drawChance(random) * (arm === 'treatment' ? CONVERSION_LIFT : 1);
    return [random() < chance ? 1 : 0, 0];
  },
};

/** Most spend nothing, and what the others spend is log-normal: a few spend a hundred times as much as most. */
const BASKET = { mean: 3, spread: 1 };
const BASKET_LIFT = 1.25;
const MEAN_REVENUE = BUYING.mean * Math.exp(BASKET.mean + BASKET.spread ** 2 / 2);
const revenue: World = {
  name: 'revenue',
  kind: 'mean',
  truth: { control: MEAN_REVENUE, treatment: MEAN_REVENUE * BASKET_LIFT },
  draw: (random, arm) => {
    if (random() >= drawChance(random)) return [0, 0];
    const basket = Math.exp(BASKET.mean + BASKET.spread * gaussian(random));
    return [arm === 'treatment' ? basket * BASKET_LIFT : basket, 0];
  },
};

/**
 * Clicks per impression. Regulars see much and click seldom, so the longer a visitor's list of impressions, the lower the
 * rate; and treatment makes regulars see more, so it changes denominators too.
 */
const AUDIENCE = [
  { share: 0.7, impressions: { control: 3, treatment: 3 }, rate: 0.12 },
  { share: 0.3, impressions: { control: 12, treatment: 15 }, rate: 0.05 },
] as const;
const CLICK_LIFT = { control: 1, treatment: 1.25 };
const clickRate = (arm: keyof Arms): number => {
  const seen = AUDIENCE.map(({ share, impressions }) => share * impressions[arm]);
  const clicked = AUDIENCE.map(({ rate }, at) => (seen[at] ?? 0) * rate * CLICK_LIFT[arm]);
  return clicked.reduce((a, b) => a + b) / seen.reduce((a, b) => a + b);
};
const clicks: World = {
  name: 'clicks per impression',
  kind: 'ratio',
  truth: { control: clickRate('control'), treatment: clickRate('treatment') },
  draw: (random, arm) => {
    const visitor = AUDIENCE[random() < AUDIENCE[0].share ? 0 : 1];
    const impressions = 1 + poisson(random, visitor.impressions[arm] - 1);
    // uniform around the class's rate: impressions of one visitor are alike
    const rate = 2 * random() * visitor.rate * CLICK_LIFT[arm];
    let clicked = 0;
    for (let i = 0; i < impressions; i++) if (random() < rate) clicked++;
    return [clicked, impressions];
  },
};

/**
 * Views of a visitor, and views in a period twice as long before. Both are Poisson around an own rate of gamma
 * distribution (shape 2, scale 2: mean 4, variance 8); a fifth are new and have no past.
 */
const RATE = { mean: 4, variance: 8 };
const PAST = { length: 2, known: 0.8 };
const VIEW_LIFT = 1.1;
const explainedByPast = (): number => {
  const { mean, variance } = RATE;
  const { length, known } = PAST;
  const past = known * (length * mean + length ** 2 * (variance + mean ** 2)) - (known * length * mean) ** 2;
  return (known * length * variance) ** 2 / (past * (mean + variance));
};
const views: World = {
  name: 'views',
  kind: 'mean',
  explained: explainedByPast(),
  truth: { control: RATE.mean, treatment: RATE.mean * VIEW_LIFT },
  draw: (random, arm) => {
    const rate = -2 * Math.log((1 - random()) * (1 - random()));
    const before = random() < PAST.known ? poisson(random, rate * PAST.length) : 0;
    return [poisson(random, arm === 'treatment' ? rate * VIEW_LIFT : rate), before];
  },
};

export const WORLDS: readonly World[] = [conversion, revenue, clicks, views];

/**
 * Treatment wins the clicks of visitors who would have bought anyway, and no buyer more. The same visitors are looked at
 * twice: by conversions that follow a click, and so are attributed to the slate, and by all conversions.
 */
const CLICKED_BEFORE = { control: 0.3, treatment: 0.6 };
const drawBuyer = (random: () => number, arm: keyof Arms): { readonly attributed: number; readonly all: number } => {
  if (random() >= drawChance(random)) return { attributed: 0, all: 0 };
  return { attributed: random() < CLICKED_BEFORE[arm] ? 1 : 0, all: 1 };
};
export const ATTRIBUTION: Readonly<Record<'attributed' | 'intentionToTreat', World>> = {
  attributed: {
    name: 'attributed conversions',
    kind: 'mean',
    truth: { control: BUYING.mean * CLICKED_BEFORE.control, treatment: BUYING.mean * CLICKED_BEFORE.treatment },
    draw: (random, arm) => [drawBuyer(random, arm).attributed, 0],
  },
  intentionToTreat: {
    name: 'all conversions',
    kind: 'mean',
    truth: { control: BUYING.mean, treatment: BUYING.mean },
    draw: (random, arm) => [drawBuyer(random, arm).all, 0],
  },
};
