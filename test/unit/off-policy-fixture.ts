import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog } from '../../collector/log.ts';
import { parseEvent } from '../../collector/wire-event.ts';
import { decide } from '../../src/core/decide.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import { GRAM_INPUTS } from '../../src/core/gram.ts';
import { standardise } from '../../src/core/linear.ts';
import { forwardLayers, parseMicro } from '../../src/core/micro.ts';
import { SCORES_POLICY, type SlatePolicy } from '../../src/core/policy.ts';
import { createRandom } from '../../src/core/random.ts';
import { createRankingLog, restoreInputs } from '../../src/core/ranking-log.ts';
import { createSlateLog } from '../../src/core/slate-log.ts';
import type { DecisionInput } from '../../src/core/slot-loop.ts';
import { createUuid } from '../../src/core/uuid.ts';
import { readBundleManifest } from '../../training/bundle-manifest.ts';
import { type WorldContext, clickChances, createWorld, valueContext } from '../../training/off-policy-world.ts';

export const random = createRandom(5);
export const environment = { clock: () => 1_800_000_000_000, random };
export const pool = createWorld().flatMap(({ contexts }) => contexts);
export const LOGGED = pool[0].input.policy;
export const ASKED: SlatePolicy = { ...LOGGED, weights: { relevance: 0.9, popularity: 0.1 } };

/** One slate of one unit as a device sends it: the slate, then a click or a purchase of what was clicked. */
export function slateEvents(
  context: WorldContext,
  reward: 'click' | 'conversion' = 'click',
  inputs?: Float32Array,
): FeedbackEvent[] {
  const slateId = createUuid(environment);
  const unitId = createUuid(environment);
  const about = () => ({
    id: createUuid(environment),
    clientSeq: 1,
    unitId,
    at: 1,
    consent: 'training' as const,
    slateId,
  });
  const input = { ...context.input, slateId };
  const decision = decide(input);
  const itemIds = input.dropped.map((_, row) => `item-${String(row)}`);
  const slate = createSlateLog({ input, decision, itemIds, rulesVersion: '1' });
  const order = decision.slots.map(({ row }) => row);
  const events: FeedbackEvent[] = clickChances(context, order).flatMap((chance, k) =>
    random() < chance ? [{ ...about(), kind: reward, itemId: itemIds[order[k]] }] : [],
  );
  const ranking = inputs && [{ ...about(), kind: 'ranking' as const, ranking: createRankingLog(inputs) }];
  // outboxes of several kinds send in no order that holds
  return [...events, ...(ranking ?? []), { ...about(), kind: 'slate', slate }];
}

export const DEMO_BUNDLE = fileURLToPath(new URL('../../demo/bundle', import.meta.url));
const { heads, features } = readBundleManifest(DEMO_BUNDLE);
const micro = parseMicro(readFileSync(join(DEMO_BUNDLE, 'micro.bin')));
const policy = { ...SCORES_POLICY, slots: 3, exploration: { positions: [0, 1, 2], epsilon: 0.2, temperature: 1 } };

/** A slate that the demo's bundle scored, from inputs made up around those of its training, and its clicks. */
export function bundleEvents({ withRanking = true, chance = 0.3 } = {}): FeedbackEvent[] {
  if (micro === undefined) throw new Error('no micro.bin');
  const size = 6;
  const made = Float32Array.from({ length: size * GRAM_INPUTS.length }, (_, at) => {
    const { mean, scale } = features[at % GRAM_INPUTS.length];
    return mean + (random() - 0.5) / scale;
  });
  // one byte a value, which the slate is scored by too: scores then come back exactly
  const inputs = restoreInputs(createRankingLog(made));
  const logits = forwardLayers(standardise(inputs.slice(), features), size, micro);
  const input: DecisionInput = {
    ...{ slateId: '', policy, heads, logits },
    rules: { pins: [], quotas: [], spacing: [], columns: [[1, 2, 3, 4, 5, 6]] },
    ...{ dropped: Array<null>(size).fill(null), impressions: null, popularity: null, bias: null, vectors: null },
  };
  return slateEvents({ input, chances: Array<number>(size).fill(chance) }, 'click', withRanking ? made : undefined);
}

export function writeLog(file: string, events: readonly FeedbackEvent[]): string {
  const log = createLog(file);
  log.append(
    events.map((event) => {
      const parsed = parseEvent(JSON.parse(JSON.stringify(event)));
      if (parsed.kind !== 'event') throw new Error(JSON.stringify(parsed));
      return { clientId: 'c', receivedAt: 1, event: parsed.event };
    }),
  );
  log.close();
  return file;
}

/** What a policy earns in this world, exactly. */
export function truthOf(policy: SlatePolicy): number {
  const values = pool.map((context) => valueContext(context, { ...context.input, policy }));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
