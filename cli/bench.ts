import { carouselBench } from './bench-carousel.ts';
import { COLLECTOR_BENCHES } from './bench-collector.ts';
import { pageBench } from './bench-page.ts';
import { identityBench } from './bench-identity.ts';
import { publishBench } from './bench-publish.ts';
import { defineCommand, type Command } from './command.ts';
import { GATE, exitOf } from './gate.ts';
import { parseInteger, parseSeed } from './integer.ts';
import { parseSplit } from './split.ts';

const freshnessBench = defineCommand({
  name: 'bench freshness',
  summary: 'Measure what live signals are worth when the candidate generator is behind, and what identity is',
  options: {
    data: {
      type: 'string',
      value: 'DIR',
      required: true,
      help: "the site's log; its rerank_SPLIT.csv.gz where it has one",
    },
    bundle: { type: 'string', value: 'BUNDLE', required: true, help: 'folder of a trained bundle' },
    split: { type: 'string', value: 'valid|test', default: 'valid', help: 'the held-out part' },
    seed: { type: 'string', value: 'S', default: '1', help: 'draws samples and the devices of sessions' },
    limit: { type: 'string', value: 'N', help: 'a sample of N queries' },
    out: { type: 'string', value: 'DIR', help: 'folder that receives freshness.svg and the tables of freshness.md' },
    gate: GATE,
  },
  run: async ({ data, bundle, split, seed, limit, out, gate }, io) => {
    const { benchFreshness } = await import('../training/freshness.ts');
    const { prepareOutFolder } = await import('../training/out-folder.ts');
    if (out !== undefined) prepareOutFolder(out);
    const result = await benchFreshness({
      dataDir: data,
      bundleDir: bundle,
      split: parseSplit(split),
      seed: parseSeed(seed),
      ...(limit !== undefined && { limit: parseInteger(limit, { flag: 'limit', min: 1 }) }),
      progress: io.progress,
      warn: io.warn,
      stopwatch: () => performance.now(),
    });
    // first of all: it took long, and a page may fail
    io.print(result);
    if (out !== undefined) {
      const { writeFreshness } = await import('../training/freshness-page.ts');
      writeFreshness(result, out);
    }
    return exitOf(gate, result);
  },
});

const trainingBench = (name: 'payload' | 'forward-chaining', summary: string): Command =>
  defineCommand({
    name: `bench ${name}`,
    summary,
    options: {
      data: { type: 'string', value: 'DIR', required: true, help: "the site's log" },
      seed: { type: 'string', value: 'S', default: '1', help: 'of the trainings' },
    },
    run: async ({ data, seed }, io) => {
      const { benchForwardChaining, benchPayload } = await import('../training/bench-training.ts');
      const bench = name === 'payload' ? benchPayload : benchForwardChaining;
      const variants = await bench({
        dataDir: data,
        seed: parseSeed(seed),
        progress: io.progress,
        warn: io.warn,
      });
      if (name === 'payload') {
        io.print({ seed: Number(seed), variants });
        return 0;
      }
      const [recipe, control] = variants.map(({ model }) => model['NDCG@10']);
      const checks = { 'the control scores lower': (control ?? 1) < (recipe ?? 0) };
      io.print({ seed: Number(seed), variants, checks });
      return checks['the control scores lower'] ? 0 : 1;
    },
  });

const opeBench = defineCommand({
  name: 'bench ope',
  summary: 'Judge the off-policy estimators on simulated logs whose truth is known: bias, error, coverage',
  options: {
    seeds: { type: 'string', value: 'N', default: '1000', help: 'one log for each of the seeds 1 to N' },
    gate: GATE,
  },
  run: async ({ seeds, gate }, io) => {
    const { benchOffPolicy } = await import('../training/bench-off-policy.ts');
    const count = parseInteger(seeds, { flag: 'seeds', min: 1, max: 100_000 });
    const result = benchOffPolicy({
      seeds: Array.from({ length: count }, (_, i) => i + 1),
      progress: io.progress,
      stopwatch: () => performance.now(),
    });
    io.print(result);
    return exitOf(gate, result);
  },
});

const reasonsBench = defineCommand({
  name: 'bench reasons',
  summary: 'Measure what the reasons of 12 items cost beside one ranking of 100 candidates',
  options: {
    bundle: { type: 'string', value: 'BUNDLE', default: 'demo/bundle', help: 'folder of a trained bundle' },
    seed: { type: 'string', value: 'S', default: '1', help: 'draws lists and visitors' },
    repeats: {
      type: 'string',
      value: 'N',
      default: '15',
      help: 'measurements, for each length of session',
    },
    visitors: { type: 'string', value: 'N', default: '50', help: 'of one measurement' },
  },
  run: async ({ bundle, seed, repeats, visitors }, io) => {
    const { benchReasons } = await import('../training/bench-reasons.ts');
    io.print(
      await benchReasons({
        bundleDir: bundle,
        seed: parseSeed(seed),
        repeats: parseInteger(repeats, { flag: 'repeats', min: 1 }),
        visitors: parseInteger(visitors, { flag: 'visitors', min: 1 }),
        stopwatch: () => {
          const { user, system } = process.threadCpuUsage();
          return (user + system) / 1000;
        },
      }),
    );
  },
});

/** Every `nearside bench NAME`: a line each. */
export const BENCHES: readonly Command[] = [
  freshnessBench,
  identityBench,
  trainingBench('payload', 'Train with wider and narrower item data: quality against bytes, on validation queries'),
  trainingBench(
    'forward-chaining',
    'Train forward in time and without: what a leak of the label costs on validation queries',
  ),
  opeBench,
  reasonsBench,
  ...COLLECTOR_BENCHES,
  carouselBench,
  pageBench,
  publishBench,
];
