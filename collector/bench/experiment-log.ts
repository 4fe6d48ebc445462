import { type Subject, assign } from '../../src/core/assignment.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import { type Experiment, parseExperiments } from '../../src/core/experiment.ts';
import { createRandom } from '../../src/core/random.ts';
import { createUuid } from '../../src/core/uuid.ts';
import { DAY_MS } from '../day.ts';
import type { LogRow } from '../log.ts';

/** What goes wrong in a made log, each as the share of what it strikes. */
export interface Faults {
  /** Of the treatment's events, lost on the way. */
  readonly loss?: number;
  /** Of control's visitors, who are shown what treatment shows. */
  readonly leak?: number;
  /** Of all visitors, who are exposed to the other arm too. */
  readonly crossed?: number;
  /** Of all visitors, who get the arm that their bucket does not give. */
  readonly misassigned?: number;
}

export interface ExperimentWorld {
  readonly seed: number;
  readonly units: number;
  /** Chance that a visitor of control buys at all. */
  readonly rate: number;
  /** Relative change of that chance in the treatment. */
  readonly effect: number;
  /** Relative change of the chance that a purchase comes after a click in a slate. */
  readonly attributionEffect?: number;
  /** Visitors come first on one of so many days. */
  readonly days: number;
  /** Mean days from the first exposure to a purchase. */
  readonly delayDays?: number;
  /** Impressions of a session. */
  readonly impressions?: number;
  readonly faults?: Faults;
}

/** Epoch ms at which made experiments start: 2026-03-01, UTC. */
export const WORLD_START = Date.UTC(2026, 2, 1);

/** The experiment that made logs are about, as a site would write it. */
export const WORLD_SET = {
  version: 'made',
  experiments: [
    {
      ...{ key: 'fresh-first', variations: [{}, { policy: { diversity: 0.4 } }] },
      meta: [{ key: 'control' }, { key: 'diverse' }],
      analysis: {
        ...{ primary: 'conversion', smallestEffect: 0.02, windowDays: 7, expectedUnits: 20_000 },
        guardrails: [
          { metric: 'dismissals', margin: 0.1 },
          { metric: 'revenue', margin: 0.05 },
        ],
      },
    },
  ],
};

const [EXPERIMENT] = parseExperiments(WORLD_SET).set.experiments as readonly [Experiment];
const ITEMS = 400;
const MAX_SESSIONS = 4;

/** A visitor's events in their order, the lost ones left out; numbers go on over the gaps. */
interface Draft {
  readonly at: number;
  readonly event: Partial<FeedbackEvent> & Pick<FeedbackEvent, 'kind'>;
}

/** Stored rows of an experiment whose truth is known, visitor by visitor. The same world gives the same rows. */
export function* createExperimentRows(world: ExperimentWorld): Generator<LogRow> {
  const random = createRandom(world.seed);
  for (let n = 0; n < world.units; n++) yield* createVisitor(world, random);
}

function* createVisitor(world: ExperimentWorld, random: () => number): Generator<LogRow> {
  const { loss = 0, misassigned = 0 } = world.faults ?? {};
  const start = WORLD_START + random() * world.days * DAY_MS;
  const uuid = (at: number): string => createUuid({ clock: () => at, random });
  const [unitId, clientId] = [uuid(start), uuid(start)];
  const subject: Subject = { attributes: { id: unitId } };
  const { index: own } = assign(EXPERIMENT, subject);
  const arm = random() < misassigned ? 1 - own : own;
  let clientSeq = 0;
  for (const { at, event } of draftVisitor(world, { random, start, arm })) {
    clientSeq++;
    if (arm === 1 && random() < loss) continue;
    const whole = { ...{ id: uuid(at), clientSeq, unitId, at, consent: 'events' as const }, ...event };
    yield { clientId, receivedAt: Math.round(at) + 900, sentAt: Math.round(at) + 800, event: whole };
  }
}

interface Visitor {
  readonly random: () => number;
  readonly start: number;
  readonly arm: number;
}

function draftVisitor(world: ExperimentWorld, visitor: Visitor): readonly Draft[] {
  const { random, start, arm } = visitor;
  const { leak = 0, crossed = 0 } = world.faults ?? {};
  const drafts: Draft[] = [];
  const isLeaked = arm === 0 && random() < leak;
  const isCrossed = random() < crossed;
  const sessions = 1 + Math.floor(random() * MAX_SESSIONS);
  let clicks = 0;
  for (let session = 0; session < sessions; session++) {
    const at = Math.round(start + (session === 0 ? 0 : random() * 20 * DAY_MS));
    const told = isCrossed && session === sessions - 1 ? 1 - arm : arm;
    clicks += draftSession(drafts, world, { random, at, told, shown: isLeaked ? 1 : arm });
  }
  draftPurchases(drafts, world, { ...visitor, hasClicked: clicks > 0 });
  return drafts.sort((a, b) => a.at - b.at);
}

interface Session {
  readonly random: () => number;
  readonly at: number;
  /** Arms that are told of and shown. */
  readonly told: number;
  readonly shown: number;
}

/** Returns the number of clicks. */
function draftSession(drafts: Draft[], world: ExperimentWorld, { random, at, told, shown }: Session): number {
  const slateId = createUuid({ clock: () => at, random });
  const count = world.impressions ?? 8;
  const first = Math.floor(random() * ITEMS);
  const control = Array.from({ length: Math.min(count, 20) }, (_, i) => `item-${String((first + i * i) % ITEMS)}`);
  // the treatment turns the slate's second half around
  const half = control.length >> 1;
  const items = shown === 0 ? control : [...control.slice(0, half), ...control.slice(half).reverse()];
  const about = { slateId, placement: 'home', tier: 'wasm' as const, modelId: 'm1', signalAgeMs: 4000, serverLag: 2 };
  const arms = [{ experiment: EXPERIMENT.key, arm: EXPERIMENT.meta[told]?.key ?? '', phase: 0 }];
  const diversity = 0.3 + 0.1 * shown + 0.05 * random();
  const exposure = { arms, controlTopK: control, diversity, unitSource: 'site' as const };
  drafts.push({ at, event: { kind: 'exposure', ...about, ...exposure } });
  let clicks = 0;
  for (let n = 0; n < count; n++) {
    const position = n % items.length;
    const shownItem = { ...about, itemId: items[position] ?? '', position, propensity: 1 };
    drafts.push({ at: at + n * 400, event: { kind: 'impression', ...shownItem } });
    if (random() < 0.05) {
      clicks++;
      drafts.push({ at: at + n * 400 + 300, event: { kind: 'click', ...shownItem } });
      drafts.push({
        at: at + n * 400 + 350,
        event: { kind: 'dwell', ...shownItem, dwell: random() < 0.5 ? 'long' : 'medium' },
      });
    }
    if (random() < 0.01) drafts.push({ at: at + n * 400 + 350, event: { kind: 'dismiss', ...shownItem } });
  }
  drafts.push({
    at: at + 9000,
    event: { kind: 'vitals', vitals: { lcpMs: Math.round(900 + 900 * random()), inpMs: 60, cls: 0 } },
  });
  return clicks;
}

function draftPurchases(
  drafts: Draft[],
  world: ExperimentWorld,
  visitor: Visitor & { readonly hasClicked: boolean },
): void {
  const { random, start, arm, hasClicked } = visitor;
  const { rate, effect, attributionEffect = 0, delayDays = 2 } = world;
  if (random() >= rate * (arm === 1 ? 1 + effect : 1)) return;
  const at = Math.round(start + 1000 - Math.log(1 - random()) * delayDays * DAY_MS);
  const amount = Math.round(100 * Math.exp(3 + random() + random())) / 100;
  const isAscribed = random() < (hasClicked ? 0.4 : 0.1) * (arm === 1 ? 1 + attributionEffect : 1);
  drafts.push({
    at,
    event: {
      ...{ kind: 'conversion', value: { amount, currency: 'EUR' }, margin: { amount: amount / 4, currency: 'EUR' } },
      ...(isAscribed && { attribution: 'click' as const, lagMs: 60_000 }),
    },
  });
}
