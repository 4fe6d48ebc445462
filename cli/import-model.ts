import { defineCommand } from './command.ts';
import { parseSeed } from './integer.ts';
import { UsageError } from './usage-error.ts';

export const importModelCommand = defineCommand({
  name: 'import-model',
  summary: 'Check an ONNX model of your own against the tensor contract, quantize it and write a model bundle',
  options: {
    model: { type: 'string', value: 'FILE', required: true, help: 'the model, such as PyTorch exports it' },
    bundle: {
      type: 'string',
      value: 'BASE',
      required: true,
      help: 'a trained bundle: its items and linear blend are used',
    },
    out: { type: 'string', value: 'DIR', required: true, help: 'folder that receives the new bundle' },
    heads: {
      type: 'string',
      value: 'A,B',
      help: "names of the logits' columns (default: the first of the base bundle's)",
    },
    fp32: { type: 'boolean', help: 'leave the weights as they are' },
    webgpu: { type: 'boolean', help: 'ask for webgpu where device and site allow it' },
    seed: { type: 'string', value: 'S', default: '1', help: 'of the visits that int8 and fp32 are compared on' },
  },
  run: async ({ model, bundle, out, heads, fp32, webgpu, seed: seedText }, io) => {
    const seed = parseSeed(seedText);
    const names = heads === undefined ? undefined : parseHeads(heads);
    const { importModel } = await import('../training/import-model.ts');
    const result = await importModel({
      ...{ modelFile: model, baseDir: bundle, outDir: out, fp32, webgpu, seed },
      ...(names && { heads: names }),
      progress: io.progress,
      warn: io.warn,
    });
    io.print(result);
  },
});

function parseHeads(text: string): string[] {
  const names = text.split(',');
  if (names.every((name) => /^\w{1,64}$/.test(name)) && new Set(names).size === names.length) return names;
  throw new UsageError(
    `--heads must be different names with commas between them, such as click,purchase, got "${text}"`,
  );
}
