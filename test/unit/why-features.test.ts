import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { INPUT_GROUPS } from '../../collector/input-groups.ts';
import type { LocalModels } from '../../src/core/bundle.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import type { FeatureRule } from '../../src/core/feature-rule.ts';
import { GRAM_INPUTS } from '../../src/core/gram.ts';
import { type MicroModel, forwardLayers } from '../../src/core/micro.ts';
import { SCORES_POLICY } from '../../src/core/policy.ts';
import { createRandom } from '../../src/core/random.ts';
import { createRankingLog } from '../../src/core/ranking-log.ts';
import { event, inputOf, slateEvent, whyOf } from './why-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'nearside-why-features-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WIDTH = GRAM_INPUTS.length;
const column = (name: string): number => GRAM_INPUTS.indexOf(name);
const rule = (name: string): FeatureRule => ({ name, mean: 1, scale: 0.5, clip: 10, missing: 'mean' });
const features = GRAM_INPUTS.map(rule);

/** One value an input, the rest 0 of every row: standardised, each is the same for all and moves nothing. */
function inputsOf(size: number, columns: Readonly<Record<string, readonly number[]>>): Float32Array {
  const inputs = new Float32Array(size * WIDTH);
  for (const [name, values] of Object.entries(columns)) {
    values.forEach((value, row) => (inputs[row * WIDTH + column(name)] = value));
  }
  return inputs;
}

function modelsOf(weights: Readonly<Record<string, number>>, micro: MicroModel | null = null): LocalModels {
  const row = new Float32Array(WIDTH);
  for (const [name, weight] of Object.entries(weights)) row[column(name)] = weight;
  return { modelId: 'm', features, heads: [{ name: 'next_item' }], linear: { features, weights: [...row] }, micro };
}

const slateOf = (parts: readonly number[], more: Partial<FeedbackEvent> = {}) =>
  slateEvent(inputOf(parts, { policy: { ...SCORES_POLICY, slots: 2 } }), { modelId: 'm', tier: 'linear', ...more });
const rankingOf = ({ slateId = '' }: FeedbackEvent, inputs: Float32Array) =>
  event({ kind: 'ranking', slateId, ranking: createRankingLog(inputs) });
const sharesOf = async (events: readonly FeedbackEvent[], models: LocalModels) =>
  (await whyOf(folder, events, { models })).featureGroups;

test('every input of the ranker is in one group', () => {
  const columns = INPUT_GROUPS.flatMap((group) => group.columns).sort((a, b) => a - b);
  expect(columns).toEqual(GRAM_INPUTS.map((_, at) => at));
});

test('a group moves what it changes between the items of a list; an input alike for all moves nothing', async () => {
  const slate = slateOf([3, 2, 1]);
  const inputs = inputsOf(3, { cosine_max: [4, 0, 2], price_gap: [0, 2, 1], session_length: [5, 5, 5] });
  const models = modelsOf({ cosine_max: 1, price_gap: -1, session_length: 9 });
  // halves of 4, 0, 2 less their mean: 1, -1, 0; of 0, 2, 1: -.5, .5, 0; the first two are shown
  for (const events of [
    [slate, rankingOf(slate, inputs)],
    [rankingOf(slate, inputs), slate],
  ]) {
    expect(await sharesOf(events, models)).toEqual({
      slates: 1,
      shares: { session: 0.6667, history: 0, popular: 0, new: 0, price: 0.3333, server: 0, context: 0 },
    });
  }
});

test('of a net, equal to scoring each list again without the group', async () => {
  const random = createRandom(5);
  const layer = (inputs: number, outputs: number) => ({
    ...{ inputs, outputs, weights: Float32Array.from({ length: inputs * outputs }, () => random() - 0.5) },
    bias: Float32Array.from({ length: outputs }, () => random() - 0.5),
  });
  const net = { layers: [layer(WIDTH, 8), layer(8, 2)] };
  const movements = new Map(INPUT_GROUPS.map(({ name }) => [name as string, 0]));
  const events = Array.from({ length: 30 }, () => {
    // multiples of a step of 255 from -1 to 1 survive the log's bytes
    const codes = Array.from({ length: 4 * WIDTH }, (_, at) =>
      at < WIDTH ? 0 : at < 2 * WIDTH ? 255 : random() * 255,
    );
    const inputs = Float32Array.from(codes, (code) => (2 * Math.round(code)) / 255 - 1);
    const ready = inputs.map((value) => (value - 1) * 0.5);
    const scores = forwardLayers(ready, 4, net);
    for (const { name, columns } of INPUT_GROUPS) {
      const without = forwardLayers(
        ready.map((value, at) => (columns.includes(at % WIDTH) ? 0 : value)),
        4,
        net,
      );
      const changes = [0, 1, 2, 3].map((row) => scores[row * 2] - without[row * 2]);
      const mean = changes.reduce((a, b) => a + b, 0) / 4;
      // rows 1 and 3 are shown
      const moved = Math.abs(changes[1] - mean) + Math.abs(changes[3] - mean);
      movements.set(name, (movements.get(name) ?? 0) + moved);
    }
    const slate = slateOf([1, 3, 1, 2], { tier: 'wasm' });
    return [slate, rankingOf(slate, inputs)];
  });
  const total = [...movements.values()].reduce((a, b) => a + b, 0);
  const found = await sharesOf(events.flat(), modelsOf({}, net));
  expect(found?.slates).toBe(30);
  for (const [name, share] of Object.entries(found?.shares ?? {})) {
    expect(share, name).toBeCloseTo((movements.get(name) ?? 0) / total, 3);
    expect(share).toBeGreaterThan(0);
  }
});

test('not observable without a bundle, without ranking events, or of another model', async () => {
  const slate = slateOf([3, 2, 1]);
  const ranking = rankingOf(slate, inputsOf(3, { cosine_max: [4, 0, 2] }));
  const models = modelsOf({ cosine_max: 1 });
  const groups = async (events: readonly FeedbackEvent[], more: { models?: LocalModels } = { models }) => {
    const { featureGroups, notes } = await whyOf(folder, events, more);
    expect(notes.filter((note) => note.includes('feature groups'))).toHaveLength(featureGroups === null ? 1 : 0);
    return featureGroups;
  };
  expect(await groups([slate, ranking])).not.toBeNull();
  expect(await groups([slate, ranking], {})).toBeNull();
  expect(await groups([slate])).toBeNull();
  expect(await groups([{ ...slate, modelId: 'other' }, ranking])).toBeNull();
  expect(await groups([{ ...slate, tier: 'wasm' }, ranking])).toBeNull();
  const layer = { inputs: WIDTH, outputs: 1, weights: new Float32Array(WIDTH).fill(1), bias: new Float32Array(1) };
  const net = modelsOf({}, { layers: [layer] });
  expect(await groups([{ ...slate, tier: 'micro' }, ranking], { models: net })).not.toBeNull();
  expect(await groups([{ ...slate, tier: 'server' }, ranking], { models: net })).toBeNull();
  // a ranking of fewer candidates than the slate shows
  expect(await groups([slate, rankingOf(slate, inputsOf(1, { cosine_max: [4] }))])).toBeNull();
});

test('what waits for its other half for a thousand slates is given up', async () => {
  const models = modelsOf({ cosine_max: 1 });
  const first = slateOf([3, 2, 1]);
  const ranking = rankingOf(first, inputsOf(3, { cosine_max: [4, 0, 2] }));
  const others = Array.from({ length: 1000 }, () => slateOf([1]));
  expect((await sharesOf([first, ...others.slice(1), ranking], models))?.slates).toBe(1);
  expect(await sharesOf([first, ...others, ranking], models)).toBeNull();
});
