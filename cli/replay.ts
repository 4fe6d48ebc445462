import { TIERS, type Tier } from '../src/core/slate.ts';
import { parsePolicy } from '../src/core/policy.ts';
import { isProblem } from '../src/core/problem.ts';
import type { ReplayPolicy } from '../training/page/replay-messages.ts';
import { defineCommand } from './command.ts';
import { parseInteger } from './integer.ts';
import { UsageError } from './usage-error.ts';

export const replayCommand = defineCommand({
  name: 'replay',
  summary: 'Rank real queries through the public API in a real browser and print quality and speed',
  options: {
    data: { type: 'string', value: 'DIR', required: true, help: "the site's log, for history and demand" },
    bundle: { type: 'string', value: 'BUNDLE', required: true, help: 'folder of a trained bundle' },
    queries: { type: 'string', value: 'FILE', required: true, help: 'queries, such as rerank_valid.csv.gz' },
    engine: {
      type: 'string',
      value: 'NAME',
      required: true,
      help: 'the strongest to use: server, linear, micro, wasm or webgpu',
    },
    policy: {
      type: 'string',
      value: 'scores|default|FILE',
      default: 'scores',
      help: 'no rules, diversity or draws; those of a kit; or its settings as JSON. The last two print scores beside it',
    },
    limit: { type: 'string', value: 'N', help: 'only the first N queries' },
    against: { type: 'string', value: 'ENGINE', help: 'replay this engine too; prints the paired difference' },
  },
  run: async ({ data, bundle, queries, engine, against, policy, limit }, io) => {
    const wanted = await readPolicy(policy);
    if (wanted !== 'scores' && against !== undefined)
      throw new UsageError('--against goes with --policy scores; any other policy is compared with the scores');
    const count = limit === undefined ? undefined : parseInteger(limit, { flag: 'limit', min: 1 });
    const other = against === undefined ? undefined : parseEngine(against, 'against');
    const { replay } = await import('../training/replay.ts');
    const result = await replay({
      dataDir: data,
      bundleDir: bundle,
      queriesFile: queries,
      engine: parseEngine(engine, 'engine'),
      policy: wanted,
      ...(other !== undefined && { against: other }),
      ...(count !== undefined && { limit: count }),
      progress: io.progress,
      warn: io.warn,
    });
    io.print(result);
  },
});

async function readPolicy(name: string): Promise<ReplayPolicy> {
  if (name === 'scores') return name;
  if (name === 'default') return {};
  const { readObject } = await import('../training/json-file.ts');
  const settings = readObject(name);
  const policy = parsePolicy(settings);
  if (isProblem(policy)) throw new UsageError(`${name}: ${policy.message}`);
  return settings;
}

function parseEngine(name: string, flag: string): Tier {
  const tier = TIERS.find((known) => known === name);
  if (tier !== undefined) return tier;
  throw new UsageError(`--${flag} must be server, linear, micro, wasm or webgpu, got "${name}"`);
}
