import { defineCommand } from './command.ts';
import { exitOnRefusal, parseAccepted } from './data-refusal.ts';
import { parseSeed } from './integer.ts';
import { UsageError } from './usage-error.ts';

export const trainCommand = defineCommand({
  name: 'train',
  summary: "Train vectors, relations, ranker and linear blend on a site's log and write a model bundle",
  options: {
    data: {
      type: 'string',
      value: 'DIR',
      required: true,
      help: 'folder with events.csv.gz, items.csv.gz, splits.json',
    },
    out: { type: 'string', value: 'BUNDLE', required: true, help: 'folder that receives the bundle' },
    fit: { type: 'string', value: 'train|train+valid', default: 'train', help: 'what to fit on' },
    size: { type: 'string', value: 'default|large', default: 'default', help: 'size of the ranker' },
    force: { type: 'boolean', help: 'write the model even if it does not beat its linear blend, and mark it' },
    previous: { type: 'string', value: 'BUNDLE', help: "last training's bundle or manifest, to compare the log with" },
    accept: { type: 'string', value: 'CODE', multiple: true, help: 'a finding that does not refuse the log' },
    seed: { type: 'string', value: 'S', default: '1', help: 'the same seed gives the same bytes' },
  },
  run: async ({ data, out, fit, size, force, seed: seedText, previous, accept }, io) => {
    const seed = parseSeed(seedText);
    if (fit !== 'train' && fit !== 'train+valid') throw new UsageError('--fit must be train or train+valid');
    if (size !== 'default' && size !== 'large') throw new UsageError('--size must be default or large');
    const epoch = readEpoch(process.env['SOURCE_DATE_EPOCH']);
    const { train } = await import('../training/train.ts');
    const options = {
      dataDir: data,
      outDir: out,
      fit,
      size,
      force,
      seed,
      accept: await parseAccepted(accept),
      progress: io.progress,
      warn: io.warn,
      stopwatch: () => performance.now(),
      ...(previous !== undefined && { previous }),
      ...(epoch !== undefined && { sourceDateEpoch: epoch }),
    } as const;
    return exitOnRefusal(async () => {
      const result = await train(options);
      io.print(result);
      return result.modelId === null ? 1 : 0;
    }, io);
  },
});

function readEpoch(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,13}$/.test(text) && Number(text) <= 8.64e12) return Number(text);
  throw new UsageError(`SOURCE_DATE_EPOCH in the environment must be whole seconds since 1970, got "${text}"`);
}
