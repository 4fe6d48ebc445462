import { defineCommand } from './command.ts';
import { GATE, exitOf } from './gate.ts';
import { parseInteger, parseSeed } from './integer.ts';
import { parseSplit } from './split.ts';

export const identityBench = defineCommand({
  name: 'bench identity',
  summary: 'Rank with a visitor’s history on several devices: apart, joined, and as if it had been one',
  options: {
    data: { type: 'string', value: 'DIR', required: true, help: "the site's log, with user ids" },
    bundle: { type: 'string', value: 'BUNDLE', required: true, help: 'folder of a trained bundle' },
    split: { type: 'string', value: 'valid|test', default: 'valid', help: 'the held-out part' },
    seed: { type: 'string', value: 'S', default: '1', help: 'draws samples, the devices of sessions and their clocks' },
    limit: { type: 'string', value: 'N', help: 'a sample of N queries' },
    gate: GATE,
  },
  run: async ({ data, bundle, split, seed, limit, gate }, io) => {
    const { benchIdentity } = await import('../training/identity-curve.ts');
    const result = await benchIdentity({
      ...{ dataDir: data, bundleDir: bundle, split: parseSplit(split), seed: parseSeed(seed) },
      ...(limit !== undefined && { limit: parseInteger(limit, { flag: 'limit', min: 1 }) }),
      ...{ progress: io.progress, warn: io.warn },
    });
    io.print(result);
    return exitOf(gate, result);
  },
});
