import { type Command, defineCommand } from './command.ts';
import { GATE, exitOf } from './gate.ts';
import { parseInteger, parseSeed } from './integer.ts';
import { untilStopped } from './until-stopped.ts';

const SEED = { type: 'string', value: 'S', default: '1', help: 'of what is sent' } as const;
const countOf = (text: string, flag: string): number => parseInteger(text, { flag, min: 1, max: 10_000_000 });

const throughputBench = defineCommand({
  name: 'bench collector',
  summary: 'Compare the collector, fsync included, with the same server that stores nothing',
  options: {
    clients: { type: 'string', value: 'N', default: '50', help: 'that post at once' },
    size: { type: 'string', value: 'N', default: '20', help: 'events of a batch' },
    batches: { type: 'string', value: 'N', default: '5000', help: 'of one measurement' },
    rounds: { type: 'string', value: 'N', default: '5', help: 'measurements of each, in turn' },
    seen: { type: 'string', value: 'N', default: '0', help: 'ids that the log knows beforehand, as after retention' },
    seed: SEED,
    gate: GATE,
    serve: { type: 'string', value: 'FILE|nothing', help: 'be the server that is measured: store in FILE, or nothing' },
  },
  run: async ({ clients, size, batches, rounds, seen, seed, gate, serve }, io) => {
    const { benchThroughput, serveForBench } = await import('../collector/bench/bench-throughput.ts');
    if (serve !== undefined) {
      const server = await serveForBench(serve);
      const stopped = untilStopped();
      io.print({ url: server.url });
      await stopped;
      return server.close();
    }
    const result = await benchThroughput({
      program: process.argv[1] ?? '',
      clients: countOf(clients, 'clients'),
      size: countOf(size, 'size'),
      batches: countOf(batches, 'batches'),
      rounds: countOf(rounds, 'rounds'),
      seen: parseInteger(seen, { flag: 'seen', max: 100_000_000 }),
      seed: parseSeed(seed),
      progress: io.progress,
      stopwatch: () => performance.now(),
    });
    io.print(result);
    return exitOf(gate, result);
  },
});

const crashBench = defineCommand({
  name: 'bench crash',
  summary: 'Kill the collector under load again and again: each event that it acknowledged must be there once',
  options: {
    cycles: { type: 'string', value: 'N', default: '100', help: 'SIGKILLs' },
    seed: SEED,
    gate: GATE,
  },
  run: async ({ cycles, seed, gate }, io) => {
    const { benchCrash } = await import('../collector/bench/bench-crash.ts');
    const program = process.argv[1] ?? '';
    const counts = { cycles: countOf(cycles, 'cycles'), seed: parseSeed(seed) };
    const result = await benchCrash({ program, ...counts, progress: io.progress });
    io.print(result);
    return exitOf(gate, result);
  },
});

const fuzzBench = defineCommand({
  name: 'bench fuzz',
  summary: 'Send made-up bodies to a running collector: it must neither fail, nor crash, nor grow',
  options: {
    bodies: { type: 'string', value: 'N', default: '200000', help: 'to send' },
    corpus: { type: 'string', value: 'DIR', help: 'bodies to send first and to spoil further; gets what fails' },
    seed: SEED,
    gate: GATE,
  },
  run: async ({ bodies, corpus, seed, gate }, io) => {
    const { benchFuzz } = await import('../collector/bench/bench-fuzz.ts');
    const program = process.argv[1] ?? '';
    const counts = { bodies: countOf(bodies, 'bodies'), seed: parseSeed(seed) };
    const result = await benchFuzz({ program, ...counts, ...(corpus && { corpus }), progress: io.progress });
    io.print(result);
    return exitOf(gate, result);
  },
});

const experimentsBench = defineCommand({
  name: 'bench experiments',
  summary: 'Judge the statistics of the report on simulated experiments whose truth is known; exit 1 beyond a bound',
  options: {
    experiments: { type: 'string', value: 'N', default: '2000', help: 'of each metric, with the effect and without' },
    seed: { type: 'string', value: 'S', default: '1', help: 'of the visitors' },
  },
  run: async ({ experiments, seed }, io) => {
    const { benchExperiments } = await import('../collector/bench/bench-experiments.ts');
    const result = benchExperiments({
      experiments: countOf(experiments, 'experiments'),
      seed: parseSeed(seed),
      progress: io.progress,
      stopwatch: () => performance.now(),
    });
    io.print(result);
    return exitOf(true, result);
  },
});

const reportBench = defineCommand({
  name: 'bench report',
  summary: 'Make a log of many events and measure what a report over it takes, beside reading it once',
  options: {
    events: { type: 'string', value: 'N', default: '1000000', help: 'about so many; 10 million take 6 GB of disk' },
    seed: SEED,
    db: { type: 'string', value: 'FILE', help: 'be the process that is measured, over a log that was made' },
  },
  run: async ({ events, seed, db }, io) => {
    const { benchReport, measureReport } = await import('../collector/bench/bench-report.ts');
    if (db !== undefined) return io.print(await measureReport(db, () => performance.now()));
    const counts = { events: countOf(events, 'events'), seed: parseSeed(seed) };
    io.print(await benchReport({ program: process.argv[1] ?? '', ...counts, progress: io.progress }));
  },
});

export const COLLECTOR_BENCHES: readonly Command[] = [
  throughputBench,
  crashBench,
  fuzzBench,
  experimentsBench,
  reportBench,
];
