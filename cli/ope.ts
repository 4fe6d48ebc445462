import { round4 } from '../training/metrics.ts';
import { defineCommand } from './command.ts';
import { parseInteger, parseSeed } from './integer.ts';
import { parseNumber } from './number.ts';
import { DB, openEvents } from './open-database.ts';
import { UsageError } from './usage-error.ts';

/** Every number of a result at the commands' 4 decimals. */
const roundNumbers = (result: object): object =>
  JSON.parse(
    JSON.stringify(result, (_, value: unknown) => (typeof value === 'number' ? round4(value) : value)),
  ) as object;

export const opeCommand = defineCommand({
  name: 'ope',
  summary: 'Estimate what another policy would have earned on the logged slates',
  options: {
    db: DB,
    policy: { type: 'string', value: 'PATH', required: true, help: 'folder of a bundle, or a slate policy as JSON' },
    reward: { type: 'string', value: 'click|conversion', default: 'click', help: 'what counts, once a shown item' },
    slots: { type: 'string', value: 'N', default: '10', help: 'count rewards of the first N slots' },
    clip: { type: 'string', value: 'X', help: 'count weights above X as X; without it none' },
    seed: { type: 'string', value: 'S', default: '1', help: "draws the policy's own slates for the reward model" },
  },
  run: async ({ db, policy, reward, ...values }, io) => {
    if (reward !== 'click' && reward !== 'conversion') {
      throw new UsageError(`--reward must be click or conversion, got "${reward}"`);
    }
    const { evaluateLoggedSlates } = await import('../training/off-policy-log.ts');
    const { readTargetPolicy } = await import('../training/target-policy.ts');
    const target = readTargetPolicy(policy);
    const log = await openEvents(db);
    const read = async function* () {
      for await (const { event } of log.read()) yield event;
    };
    try {
      const result = await evaluateLoggedSlates({
        ...{ read, policy: target, reward, progress: io.progress },
        slots: parseInteger(values.slots, { flag: 'slots', min: 1 }),
        clip: values.clip === undefined ? undefined : parseNumber(values.clip, { flag: 'clip', min: 1 }),
        seed: parseSeed(values.seed),
      });
      io.print(roundNumbers(result));
    } finally {
      log.close();
    }
  },
});
