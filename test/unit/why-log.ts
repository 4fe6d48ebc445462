import { join } from 'node:path';
import { createLog, openLog } from '../../collector/log.ts';
import { type WhyOptions, type WhyResult, why } from '../../collector/why.ts';
import { parseEvent } from '../../collector/wire-event.ts';
import { decide } from '../../src/core/decide.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import { SCORES_POLICY } from '../../src/core/policy.ts';
import { createRandom } from '../../src/core/random.ts';
import { createSlateLog } from '../../src/core/slate-log.ts';
import type { DecisionInput } from '../../src/core/slot-loop.ts';
import type { SlotRules } from '../../src/core/slot-rules.ts';
import { createUuid } from '../../src/core/uuid.ts';

const environment = { clock: () => 1_800_000_000_000, random: createRandom(23) };
export const newId = (): string => createUuid(environment);

export const NO_RULES: SlotRules = { pins: [], quotas: [], spacing: [], columns: [] };

/** Of items whose chances are these parts of their sum, in the order of the scores unless `more` says otherwise. */
export function inputOf(parts: readonly number[], more: Partial<DecisionInput> = {}): DecisionInput {
  const logits = Float32Array.from(parts, Math.log);
  return {
    ...{ slateId: newId(), policy: SCORES_POLICY, rules: NO_RULES, dropped: parts.map(() => null), logits },
    ...{ heads: [{ name: 'next' }], impressions: null, popularity: null, bias: null, vectors: null },
    ...more,
  };
}

export const event = (more: Partial<FeedbackEvent>): FeedbackEvent => ({
  ...{ id: newId(), clientSeq: 1, unitId: 'u', at: 1000, kind: 'slate', consent: 'training', placement: 'home' },
  ...more,
});

/** As a device sends it; items are `a`, `b`, ... unless named. */
export function slateEvent(
  given: DecisionInput,
  more: Partial<FeedbackEvent> & { items?: string[] } = {},
): FeedbackEvent {
  const { items = given.dropped.map((_, row) => String.fromCharCode(97 + row)), ...rest } = more;
  const input = given;
  const slate = createSlateLog({ input, decision: decide(input), itemIds: items, rulesVersion: '7' });
  return event({ slateId: input.slateId, tier: 'wasm', slate, ...rest });
}

/** Through JSON and the collector's own reading into a real file, and then `why`. */
export async function whyOf(
  folder: string,
  events: readonly FeedbackEvent[],
  options: WhyOptions = {},
): Promise<WhyResult> {
  const file = join(folder, `${newId()}.sqlite`);
  const target = createLog(file);
  target.append(
    events.map((one) => {
      const parsed = parseEvent(JSON.parse(JSON.stringify(one)));
      if (parsed.kind !== 'event') throw new Error(JSON.stringify(parsed));
      return { clientId: 'c', receivedAt: 1, event: parsed.event };
    }),
  );
  target.close();
  const log = openLog(file);
  try {
    return await why(log, options);
  } finally {
    log.close();
  }
}
