import { readFileSync } from 'node:fs';
import type { Candidate } from '../../src/core/candidate.ts';
import { CANDIDATE_FEATURES, CONTEXT_FEATURES, type CandidateFeature } from '../../src/core/contract.ts';
import { fillMissing } from '../../src/core/feature-rule.ts';
import { type Moment, createBatch } from '../../src/core/features.ts';
import { GRAM_INPUTS } from '../../src/core/gram.ts';
import { KnownItemTable } from '../../src/core/known-items.ts';
import { scoreLinear } from '../../src/core/linear.ts';
import { type DenseLayer, scoreMicro } from '../../src/core/micro.ts';
import type { Score } from '../../src/core/occlusion.ts';
import { itemHash, packCandidates } from '../../src/core/packed-items.ts';
import { createRandom } from '../../src/core/random.ts';
import type { NamedSignal } from '../../src/core/reason.ts';
import { SIGNAL_KINDS } from '../../src/core/signal.ts';
import { Visitor } from '../../src/core/visitor.ts';

const DAY_MS = 86_400_000;
export const NOW = Date.UTC(2026, 5, 6, 6);

const ITEMS = readFileSync(new URL('../../demo/bundle/items.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Candidate);

const random = createRandom(11);
/** Every input counts: in the demo's own model those that its training never saw vary are switched off. */
const RULES = GRAM_INPUTS.map((name) => ({
  name,
  mean: random(),
  scale: 0.5 + random(),
  clip: 6,
  missing: 'mean' as const,
}));
const layer = (inputs: number, outputs: number): DenseLayer => ({
  ...{ inputs, outputs },
  weights: Float32Array.from({ length: inputs * outputs }, () => random() - 0.5),
  bias: Float32Array.from({ length: outputs }, () => random() - 0.5),
});
const MICRO = { layers: [layer(GRAM_INPUTS.length, 8), layer(8, 1)] };
const LINEAR = { features: RULES, weights: GRAM_INPUTS.map(() => random() - 0.5) };

/** Two engines of random weights. */
export const SCORES = {
  micro: (batch) => scoreMicro(fillMissing(batch, RULES), RULES, MICRO),
  linear: (batch) => scoreLinear(fillMissing(batch, RULES), LINEAR),
} as const satisfies Record<string, Score>;

/** One list and what its visitor did, oldest first. */
export interface Session {
  readonly list: readonly Candidate[];
  readonly rows: readonly number[];
  readonly signals: readonly NamedSignal[];
  readonly moment: Moment;
}

/** Earlier sessions, a running one (in one of ten ended, in one of a hundred longer than the window), often an anchor. */
export function drawSession(seed: number): Session {
  const random = createRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const list = shuffle(ITEMS, random)
    .slice(0, 4 + below(10))
    .map((item) => ({ ...item, ...drawNumbers(random) }));
  const sessions = below(4);
  const signals: NamedSignal[] = [];
  for (let s = 0; s <= sessions; s++) {
    const count = s === sessions && seed % 100 === 0 ? 70 + below(40) : below(9);
    const startAt = NOW - (sessions - s) * DAY_MS - 3_600_000;
    for (let i = 0; i < count; i++) {
      // few items: repeats, and candidates that have been met
      const { id: itemId } = random() < 0.4 ? list[below(list.length)] : ITEMS[below(20)];
      const kind = SIGNAL_KINDS[below(SIGNAL_KINDS.length)];
      const item = kind === 'search' ? 0 : itemHash(itemId);
      const at = startAt + i * 20_000;
      const [sessionId, dwellMs] = [`s${String(s)}`, below(2) * 5000];
      signals.push({ seq: signals.length + 1, itemId, item, at, sessionId, kind, dwellMs, confidence: 1 });
    }
  }
  const sessionId = seed % 10 === 5 ? null : `s${String(sessions)}`;
  const anchor = random() < 0.3 ? itemHash((random() < 0.5 ? list[0] : ITEMS[below(20)]).id) : 0;
  const serverLag = random() < 0.5 ? below(5) : null;
  const place = { utcOffsetMinutes: 60, isPhone: false, slotWidth: 4 };
  const rows = list.map((_, row) => row).filter(() => random() < 0.6);
  return { list, rows, signals, moment: { now: NOW, ...place, sessionId, anchor, serverLag } };
}

/** What the demo's items lack, some of it missing. */
const drawNumbers = (random: () => number): Partial<Candidate> => ({
  ...(random() < 0.8 && { price: { amount: 1 + random() * 90, currency: 'EUR' } }),
  ...(random() < 0.5 && { publishedAt: NOW - random() * 90 * DAY_MS }),
  ...(random() < 0.5 && { sales: [random() * 3, random() * 9, random() * 20] as const, lastSoldAt: NOW - DAY_MS }),
  ...(random() < 0.5 && { score: random() }),
});

function shuffle<T>(values: readonly T[], random: () => number): T[] {
  const keyed = values.map((value) => [random(), value] as const);
  return keyed.sort(([a], [b]) => a - b).map(([, value]) => value);
}

const KNOWN = new KnownItemTable();
ITEMS.forEach((item, i) => {
  KNOWN.add({ ...item, ...(i % 5 > 0 && { price: { amount: 1 + i, currency: 'EUR' } }) });
});

export function inputOf({ list, rows, signals, moment }: Session) {
  return { candidates: packCandidates(list), rows, known: KNOWN, visitor: visitorOf(signals), moment };
}

function visitorOf(signals: readonly NamedSignal[]): Visitor<NamedSignal> {
  const visitor = new Visitor<NamedSignal>();
  signals.forEach((signal) => {
    visitor.add(signal);
  });
  return visitor;
}

/** Another world to score the whole list in: other signals, another moment, values that are not known. */
export interface World {
  readonly signals?: readonly NamedSignal[];
  readonly moment?: Moment;
  readonly missing?: readonly CandidateFeature[];
}

/** By brute force: everything rebuilt, every row scored; the list's own context is that of the session as it was. */
export function openWorlds(session: Session): (world: World) => (score: Score) => Promise<Float32Array> {
  const candidates = packCandidates(session.list);
  const wholeList = ({ signals, moment } = session) =>
    createBatch({ candidates, known: KNOWN, visitor: visitorOf(signals), moment });
  const before = wholeList();
  return ({ missing = [], ...changed }) => {
    const batch = wholeList({ ...session, ...changed });
    for (const name of ['list_popularity', 'list_neighbour'] as const) {
      const column = CONTEXT_FEATURES.indexOf(name);
      batch.ctx[column] = before.ctx[column];
    }
    batch.candNum.forEach((_, i) => {
      const name = CANDIDATE_FEATURES[i % CANDIDATE_FEATURES.length];
      if (missing.includes(name)) batch.candNum[i] = Number.NaN;
    });
    return async (score) => {
      const scores = await score(structuredClone(batch));
      return Float32Array.from(session.rows, (row) => scores[row]);
    };
  };
}
