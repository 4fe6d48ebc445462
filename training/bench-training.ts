import { type DraftOptions, createDraft, fitBoth, sessionsBefore, validate } from './draft.ts';
import { InputError } from './input-error.ts';
import { payloadBytes } from './payload-bytes.ts';
import type { Interval, QueryQuality } from './metrics.ts';
import { ITEM_SHAPE, type ItemShape, createItemDataAt } from './item-data.ts';
import { type SiteLog, readSiteLog } from './site-log.ts';

/** One training, judged on validation queries; nothing is written. */
export interface TrainedVariant {
  readonly name: string;
  /** gzip bytes of `vec` and `nbrs` of the 100 most popular items. */
  readonly payloadBytes: number;
  readonly model: QueryQuality;
  readonly linear: QueryQuality;
  readonly difference: Interval;
}

export interface BenchOptions {
  readonly dataDir: string;
  readonly seed: number;
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** Vector width and neighbour count of each row of the table quality against bytes. */
const SHAPES: readonly ItemShape[] = [
  { width: 0, neighbours: 0 },
  { width: 32, neighbours: 0 },
  { width: 0, neighbours: 16 },
  { width: 16, neighbours: 16 },
  { width: 32, neighbours: 8 },
  ITEM_SHAPE,
  { width: 32, neighbours: 24 },
];

/** Fewer than a training takes: seven trainings in the time of three, each as many. */
const PAYLOAD_EXAMPLES = 40_000;

/** Quality against the bytes that travel with the candidates: the model is trained anew for each shape. */
export async function benchPayload(options: BenchOptions): Promise<TrainedVariant[]> {
  const log = await readSiteLog(options.dataDir, options.warn);
  return SHAPES.map((shape) => {
    const name = `${String(shape.width)} dimensions, ${String(shape.neighbours)} neighbours`;
    return trainVariant(log, name, { ...options, fit: 'train', shape, maxExamples: PAYLOAD_EXAMPLES });
  });
}

/** The recipe, then its control, whose item data was built over the very sessions that the examples come from. */
export async function benchForwardChaining(options: BenchOptions): Promise<TrainedVariant[]> {
  const log = await readSiteLog(options.dataDir, options.warn);
  return [true, false].map((isForwardChained) =>
    trainVariant(log, isForwardChained ? 'forward-chained' : 'built once over the training sessions', {
      ...options,
      fit: 'train',
      isForwardChained,
    }),
  );
}

function trainVariant(log: SiteLog, name: string, options: DraftOptions): TrainedVariant {
  options.progress(name);
  const draft = createDraft({ log, sessions: sessionsBefore(log, options) }, options);
  const newest = draft.sessions[draft.sessions.length - 1].startAt;
  const data = createItemDataAt({ ...draft, ...(options.shape && { shape: options.shape }) }, newest);
  const gate = validate({ ...draft, ...fitBoth(draft, draft.examples, options), data }, options);
  if (gate === null) throw new InputError(`${options.dataDir}: no session is left to judge the models on`);
  const { model, linear, difference } = gate;
  return { name, payloadBytes: payloadBytes(data, draft.vocabulary), model, linear, difference };
}
