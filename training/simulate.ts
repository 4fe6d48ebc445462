import { DAY_MS } from './day.ts';
import { createRandom } from '../src/core/random.ts';
import { Crowd } from './simulate-crowd.ts';
import { Generator } from './simulate-generator.ts';
import {
  SIMULATED_DAYS,
  SIMULATION_DEFAULTS,
  SIMULATION_START_MS,
  type Simulation,
  type SimulationOptions,
  type SimulationSettings,
} from './simulate-model.ts';
import { pickIndex } from './simulate-random.ts';
import { createShelf } from './simulate-shelf.ts';
import type { Shop, Visit } from './simulate-visit.ts';

export type { CatalogueItem, SimulatedEvent, SimulatedSlate, Simulation, SimulationOptions } from './simulate-model.ts';

/**
 * Simulated shoppers in a shop that serves lists: tastes over categories and brands that drift, one kind of item in
 * mind per visit, a shelf that changes, lists from a generator that lags and draws with known chances, and position
 * bias. Pure: the same options give the same events. Throws TypeError for options out of range.
 */
export function simulate({ catalogue, ...options }: SimulationOptions): Simulation {
  const settings: SimulationSettings = { ...SIMULATION_DEFAULTS, ...options };
  checkSettings(settings);
  if (catalogue.length < 2) throw new TypeError('catalogue must hold at least 2 items');
  const random = createRandom(settings.seed);
  const shop: Shop = {
    ...{ random, settings, catalogue, shelf: createShelf(random, catalogue), events: [], slates: [] },
    generator: new Generator({ random, catalogue, lagMinutes: settings.lagMinutes }),
    examination: Array.from(
      { length: settings.slateSize },
      (_, place) => Math.round(1e4 / (1 + place) ** settings.positionBias) / 1e4,
    ),
  };
  const crowd = new Crowd(shop);
  runVisits(visitTimes(random, settings.visits), (at) => crowd.nextVisit(at));
  // visits overlap in time; the sort is stable, so a visit keeps its own order
  const events = shop.events.sort((a, b) => a.at - b.at);
  const { examination, shelf, slates } = shop;
  return { events, slates, truth: { settings, ...crowd.truth(), shelf, examination } };
}

function checkSettings(settings: SimulationSettings): void {
  const check = (name: keyof SimulationSettings, isRight: boolean, want: string): void => {
    if (!isRight) throw new TypeError(`${name} must be ${want}, got ${String(settings[name])}`);
  };
  const { visits, drift, positionBias, lagEvents, lagMinutes, slateSize } = settings;
  check('visits', Number.isInteger(visits) && visits >= 1, 'an integer >= 1');
  check('drift', drift >= 0 && drift <= 1, 'from 0 to 1');
  check('positionBias', positionBias >= 0 && positionBias <= 5, 'from 0 to 5');
  check('lagEvents', Number.isInteger(lagEvents) && lagEvents >= 0, 'an integer >= 0');
  check('lagMinutes', lagMinutes >= 0 && Number.isFinite(lagMinutes), 'a number >= 0');
  check('slateSize', Number.isInteger(slateSize) && slateSize >= 1, 'an integer >= 1');
}

/** Starts of visits in order of time: any day, more in the evening than at night. */
function visitTimes(random: () => number, count: number): number[] {
  const hourWeights = Array.from({ length: 24 }, (_, hour) => 1.15 - Math.cos(((hour - 5) / 24) * 2 * Math.PI));
  const starts = Array.from({ length: count }, () => {
    const day = Math.floor(random() * SIMULATED_DAYS);
    const hour = pickIndex(random, hourWeights) + random();
    return SIMULATION_START_MS + day * DAY_MS + Math.floor((hour / 24) * (DAY_MS - 3_600_000));
  });
  return starts.sort((a, b) => a - b);
}

/** Step by step in order of time, so that what a list may know at a moment has happened before it. */
function runVisits(starts: readonly number[], nextVisit: (at: number) => Visit): void {
  const running: Visit[] = [];
  let begun = 0;
  while (begun < starts.length || running.length > 0) {
    // a few visits run at once: looking at all is as good as a heap
    const next = running.reduce<Visit | undefined>(
      (first, visit) => ((visit.nextAt ?? 0) < (first?.nextAt ?? Number.POSITIVE_INFINITY) ? visit : first),
      undefined,
    );
    if (next === undefined || (begun < starts.length && starts[begun] <= (next.nextAt ?? 0))) {
      running.push(nextVisit(starts[begun++]));
      continue;
    }
    next.step();
    if (next.nextAt === undefined) running.splice(running.indexOf(next), 1);
  }
}
