import { createRandom } from '../src/core/random.ts';
import { sigmoid } from './calibration.ts';
import type { TargetSlot } from './off-policy.ts';
import { gaussian } from './simulate-random.ts';

/** A made-up item in one context. */
interface WorldItem {
  readonly relevance: number;
  readonly popularity: number;
  readonly category: number;
  /** Not for everyone: rules drop it. */
  readonly restricted: boolean;
  /** True chance of a click once it is looked at and nothing of its category stands above. */
  readonly chance: number;
}

export interface WorldContext {
  readonly items: readonly WorldItem[];
  /** An item that every policy puts first. */
  readonly pinned: number | undefined;
}

export interface WorldUnit {
  readonly contexts: readonly WorldContext[];
}

/** A policy over slots: a draw from (1 - epsilon) softmax(utility / tau) + epsilon / feasible items, or the best one. */
export interface WorldPolicy {
  readonly relevance: number;
  readonly popularity: number;
  readonly tau: number;
  readonly epsilon: number;
  readonly explores: (slot: number) => boolean;
  readonly showsRestricted: boolean;
}

export const WORLD = { seed: 20_240_601, units: 400, contexts: 5, items: 10, slots: 4, categories: 4, perCategory: 2 };

/** Chance that a slot is looked at; what stands there has no part in it. */
const EXAMINATION = [1, 0.7, 0.5, 0.4];
/** An item below another of its category is clicked less, by this factor: the slots above matter. */
const SAME_CATEGORY = 0.6;

/** The population that a log is drawn from: units differ in how much they click and in how many slates they see. */
export function createWorld(): readonly WorldUnit[] {
  const random = createRandom(WORLD.seed);
  return Array.from({ length: WORLD.units }, () => {
    const activity = gaussian(random);
    const count = 1 + Math.floor(random() * WORLD.contexts);
    return { contexts: Array.from({ length: count }, () => createContext(random, activity)) };
  });
}

function createContext(random: () => number, activity: number): WorldContext {
  const items = Array.from({ length: WORLD.items }, (_, i): WorldItem => {
    const [relevance, popularity] = [gaussian(random), gaussian(random)];
    const category = Math.floor(random() * WORLD.categories);
    const chance = sigmoid(-2.2 + 0.7 * activity + 1.1 * relevance + 0.2 * popularity + 0.3 * gaussian(random));
    return { relevance, popularity, category, restricted: i === 0, chance };
  });
  return { items, pinned: random() < 0.2 ? 1 : undefined };
}

/** Chance of a click on what stands in each slot, one by one. */
export function clickChances({ items }: WorldContext, order: readonly number[]): number[] {
  return order.map((item, slot) => {
    const repeats = order.slice(0, slot).some((above) => items[above].category === items[item].category);
    return EXAMINATION[slot] * items[item].chance * (repeats ? SAME_CATEGORY : 1);
  });
}

export const utilityOf = ({ relevance, popularity }: WorldItem, policy: WorldPolicy): number =>
  policy.relevance * relevance + policy.popularity * popularity;

/** Chance of each item to fill the next slot after those chosen; 0 for what may not stand there. Sums to 1. */
export function nextChances(context: WorldContext, chosen: readonly number[], policy: WorldPolicy): number[] {
  const { items, pinned } = context;
  if (pinned !== undefined && chosen.length === 0) return items.map((_, i) => (i === pinned ? 1 : 0));
  const feasible = items.map((item, i) => isFeasible(context, chosen, i) && (policy.showsRestricted || !item.restricted));
  const count = feasible.filter(Boolean).length;
  const utilities = items.map((item, i) => (feasible[i] ? utilityOf(item, policy) : Number.NEGATIVE_INFINITY));
  const best = Math.max(...utilities);
  if (!policy.explores(chosen.length)) return items.map((_, i) => (i === utilities.indexOf(best) ? 1 : 0));
  const weights = utilities.map((utility) => Math.exp((utility - best) / policy.tau));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight, i) =>
    feasible[i] ? ((1 - policy.epsilon) * weight) / total + policy.epsilon / count : 0,
  );
}

/** At most so many of a category, nothing twice. */
function isFeasible({ items }: WorldContext, chosen: readonly number[], item: number): boolean {
  const alike = chosen.filter((other) => items[other].category === items[item].category).length;
  return !chosen.includes(item) && alike < WORLD.perCategory;
}

export interface ContextValue {
  /** Expected clicks in each slot. */
  readonly bySlot: readonly number[];
  /** Chance of each item in each slot; `score` is the item's number here. */
  readonly shown: readonly TargetSlot[];
}

/** Exactly what a policy earns in a context: the sum over every order that it may show. */
export function valueContext(context: WorldContext, policy: WorldPolicy): ContextValue {
  const bySlot = new Array<number>(WORLD.slots).fill(0);
  const shares = new Float64Array(WORLD.slots * WORLD.items);
  const extend = (order: readonly number[], chance: number): void => {
    const slot = order.length;
    if (slot === WORLD.slots) return;
    nextChances(context, order, policy).forEach((next, item) => {
      if (next === 0) return;
      const longer = [...order, item];
      shares[slot * WORLD.items + item] += chance * next;
      bySlot[slot] += chance * next * clickChances(context, longer)[slot];
      extend(longer, chance * next);
    });
  };
  extend([], 1);
  const shown = [...shares].map((share, i) => ({ slot: Math.floor(i / WORLD.items), score: i % WORLD.items, share }));
  return { bySlot, shown: shown.filter(({ share }) => share > 0) };
}
