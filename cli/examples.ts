import { defineCommand } from './command.ts';
import { parseInteger, parseSeed } from './integer.ts';

export const examplesCommand = defineCommand({
  name: 'examples',
  summary: 'Write training examples as the tensors that a ranker is given, for a model of your own',
  options: {
    data: { type: 'string', value: 'DIR', required: true, help: "the site's log, as train reads it" },
    out: { type: 'string', value: 'DIR', required: true, help: 'folder for one .npy file a tensor and examples.json' },
    bundle: { type: 'string', value: 'BUNDLE', help: 'take what stands in for missing values from this one' },
    limit: { type: 'string', value: 'N', default: '10000', help: 'draw about so many, evenly over time (19 kB each)' },
    seed: { type: 'string', value: 'S', default: '1', help: 'the same seed gives the same bytes' },
  },
  run: async ({ data, out, bundle, limit, seed: seedText }, io) => {
    const seed = parseSeed(seedText);
    const maxExamples = parseInteger(limit, { flag: 'limit', min: 1, max: 100_000 });
    const { exportExamples } = await import('../training/export-examples.ts');
    const result = await exportExamples({
      ...{ dataDir: data, outDir: out, maxExamples, seed },
      ...(bundle !== undefined && { bundleDir: bundle }),
      progress: io.progress,
      warn: io.warn,
    });
    io.print(result);
  },
});
