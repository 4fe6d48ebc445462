import { defineCommand } from './command.ts';
import { parseInteger, parseSeed } from './integer.ts';
import { parseSplit } from './split.ts';

export const evaluateCommand = defineCommand({
  name: 'evaluate',
  summary: 'Judge a bundle and simple baselines on held-out queries: quality, lists, segments, calibration',
  options: {
    data: {
      type: 'string',
      value: 'DIR',
      required: true,
      help: "the site's log; its rerank_SPLIT.csv.gz where it has one",
    },
    bundle: { type: 'string', value: 'BUNDLE', required: true, help: 'folder of a trained bundle' },
    'against-bundle': {
      type: 'string',
      value: 'DIR',
      help: 'another bundle that ranks the same queries; prints the paired difference of the two models',
    },
    split: { type: 'string', value: 'valid|test', default: 'valid', help: 'the held-out part' },
    seed: { type: 'string', value: 'S', default: '1', help: 'draws samples, halves and the random baseline' },
    limit: { type: 'string', value: 'N', help: 'a sample of N queries' },
    out: { type: 'string', value: 'DIR', help: 'folder whose evaluation.md receives the tables' },
  },
  run: async ({ data, bundle, 'against-bundle': against, split, seed, limit, out }, io) => {
    const { evaluate } = await import('../training/evaluate.ts');
    const { prepareOutFolder } = await import('../training/out-folder.ts');
    if (out !== undefined) prepareOutFolder(out);
    const result = await evaluate({
      dataDir: data,
      bundleDir: bundle,
      ...(against !== undefined && { againstBundle: against }),
      split: parseSplit(split),
      seed: parseSeed(seed),
      ...(limit !== undefined && { limit: parseInteger(limit, { flag: 'limit', min: 1 }) }),
      progress: io.progress,
      warn: io.warn,
      stopwatch: () => performance.now(),
    });
    // first of all: it took long, and a page may fail
    io.print(result);
    if (out === undefined) return;
    const { writeEvaluation } = await import('../training/evaluation-page.ts');
    writeEvaluation(result, out);
  },
});
