import {
  CLICK_MODEL,
  SIMULATION_END_MS,
  SIMULATION_START_MS,
  type SimulatedSlate,
  type Simulation,
} from './simulate-model.ts';
import { SCORE_RANGE } from './simulate-generator.ts';
import { expectedByPlace } from './simulate-policy.ts';
import { FASHION_SPREAD, TASTE_SPREAD } from './simulate-tastes.ts';

/** Policies whose true value is known: `logging` drew the lists, `generator` is its order without a draw. */
export const PRICED_POLICIES = ['logging', 'uniform', 'generator', 'oracle'] as const;
export type PricedPolicy = (typeof PRICED_POLICIES)[number];

/** Expected clicks at each place of a list. */
export type PolicyValues = Readonly<Record<PricedPolicy, readonly number[]>>;

/**
 * True expected clicks at each place if the policy had filled this list: the candidates and the shopper are those of
 * the log, examination and click chances are the true ones. Exact, but for `logging`, which is an integral (1e-5).
 */
export function priceSlate({ scores, clickChances, order }: SimulatedSlate, examination: readonly number[]) {
  const places = order.length;
  const mean = clickChances.reduce((sum, chance) => sum + chance, 0) / clickChances.length;
  const look = (chances: readonly number[]): number[] =>
    examination.slice(0, places).map((looked, place) => looked * chances[place]);
  return {
    logging: look(expectedByPlace(scores, clickChances, places)),
    uniform: look(Array.from({ length: places }, () => mean)),
    generator: look(clickChances),
    oracle: look(clickChances.toSorted((a, b) => b - a)),
  } satisfies PolicyValues;
}

/** The content of `truth.json`: what is not a row of a table. `values` are `priceSlate` of each slate. */
export function describeTruth({ slates, truth }: Simulation, values: readonly PolicyValues[]) {
  const { settings, examination, shoppers } = truth;
  const places = examination.map((_, place) => place);
  const countAt = (place: number): number => slates.reduce((sum, { clicked }) => sum + (clicked[place] ? 1 : 0), 0);
  const valueOf = (policy: PricedPolicy) => {
    const byPosition = places.map((place) =>
      round8(values.reduce((sum, of) => sum + (of[policy][place] ?? 0), 0) / values.length),
    );
    return { clicksPerSlate: round8(byPosition.reduce((sum, value) => sum + value, 0)), clicksByPosition: byPosition };
  };
  return {
    settings,
    startMs: SIMULATION_START_MS,
    endMs: SIMULATION_END_MS,
    shoppers,
    slates: slates.length,
    impressions: slates.reduce((sum, { order }) => sum + order.length, 0),
    clicksByPosition: places.map(countAt),
    examination,
    clickModel: {
      formula:
        'P(click) = examination[position] x p_click; p_click = 1 / (1 + exp(-logit)); logit = base + category x (own + ' +
        'fashion taste) + brand x (own + fashion taste) + intent [in the category of the visit] + popularity x ' +
        '(ln popularity - its mean over the catalogue) + seen [viewed earlier in this visit] + known [viewed in an ' +
        'earlier visit]; rounded to 4 decimals and drawn so',
      ...CLICK_MODEL,
    },
    tasteModel: {
      formula: 'next week = kept x taste + sqrt(1 - kept ** 2) x spread x normal; kept = sqrt(1 - drift ** 2)',
      drift: settings.drift,
      spread: TASTE_SPREAD,
      fashionSpread: FASHION_SPREAD,
    },
    loggingPolicy: {
      formula: 'each place by a softmax over the scores of the candidates that are left',
      scoreRange: [-SCORE_RANGE, 0],
    },
    policies: Object.fromEntries(PRICED_POLICIES.map((policy) => [policy, valueOf(policy)])),
  };
}

const round8 = (value: number): number => Math.round(value * 1e8) / 1e8;
