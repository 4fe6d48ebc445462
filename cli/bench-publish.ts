import { defineCommand } from './command.ts';
import { GATE, exitOf } from './gate.ts';
import { parseInteger } from './integer.ts';

export const publishBench = defineCommand({
  name: 'bench publish',
  summary: 'Publish canaries and measure when a real browser first ranks by them, and how it rolls a bad one back',
  options: {
    rounds: { type: 'string', value: 'N', default: '10', help: 'canaries that are published and promoted' },
    gate: GATE,
  },
  run: async ({ rounds, gate }, io) => {
    const { benchPublish } = await import('../bench/publish.ts');
    const count = parseInteger(rounds, { flag: 'rounds', min: 1, max: 1000 });
    const result = await benchPublish({ rounds: count, progress: io.progress });
    io.print(result);
    return exitOf(gate, result);
  },
});
