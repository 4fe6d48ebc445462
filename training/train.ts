import { readCheckedLog } from './checked-log.ts';
import type { DataFinding, FindingCode } from './data-finding.ts';
import type { DataProfile } from './data-profile.ts';
import {
  type Fit,
  type Size,
  EPOCHS,
  createDraft,
  cutOf,
  fitBoth,
  judgeEarlier,
  payloadBytes,
  sessionsBefore,
  validate,
} from './draft.ts';
import { type TrainedModel, exportBundle } from './export-bundle.ts';
import type { GateReport } from './gate.ts';
import { createItemDataAt } from './item-data.ts';
import { type QueryQuality, round4 } from './metrics.ts';
import { prepareOutFolder } from './out-folder.ts';

export interface TrainOptions {
  readonly dataDir: string;
  readonly outDir: string;
  readonly fit: Fit;
  /** Default: `default`. */
  readonly size?: Size;
  /** Writes a model that fails its gate too, and marks the manifest. */
  readonly force?: boolean;
  /** Bundle, or its manifest, of the previous training: the log is compared with the one of then. */
  readonly previous?: string;
  /** Findings that do not refuse the log. */
  readonly accept?: readonly FindingCode[];
  readonly seed: number;
  readonly progress: (text: string) => void;
  /** Bad rows of the input, and failures of the gate, named. */
  readonly warn: (text: string) => void;
  /** For `seconds` in the result; a monotonic millisecond clock. */
  readonly stopwatch: () => number;
  /** SOURCE_DATE_EPOCH, in seconds; default: the newest training event. */
  readonly sourceDateEpoch?: number;
}

export interface TrainResult {
  /** Null where the gate refused the model: nothing has been written then. */
  readonly modelId: string | null;
  readonly seed: number;
  readonly fit: Fit;
  readonly size: Size;
  readonly heads: readonly string[];
  readonly onnxBytes: number | null;
  /** gzip bytes of `vec` and `nbrs` of the 100 most popular items. */
  readonly payloadBytes: number;
  readonly valid: QueryQuality | null;
  readonly linear: QueryQuality | null;
  readonly gate: GateReport | null;
  readonly forced: boolean;
  readonly sessions: number;
  readonly items: number;
  readonly examples: number;
  readonly rejectedRows: number;
  readonly otherEvents: Readonly<Record<string, number>>;
  readonly dataFindings: readonly DataFinding[];
  readonly seconds: number;
  /** Seconds of each part. */
  readonly parts: Readonly<Record<string, number>>;
  readonly examplesPerSecond: number;
}

/**
 * Reads a site's log, trains vectors, relations, ranker and linear blend on what lies before the cut, and writes a
 * bundle, unless the model does not beat its linear blend or loses by its quantization.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { progress, seed, fit, size = 'default' } = options;
  const lap = createLaps(options.stopwatch);
  progress(`seed ${String(seed)}; reading ${options.dataDir}`);
  const { log, findings, profileBefore } = await readCheckedLog(options);
  const sessions = sessionsBefore(log, options);
  prepareOutFolder(options.outDir);
  lap('read');
  const draft = createDraft({ log, sessions }, options);
  lap('examples');
  const fitted = fitBoth(draft, draft.examples, options);
  lap('fit');
  progress('item vectors and neighbour lists');
  const data = createItemDataAt(draft, sessions[sessions.length - 1].startAt);
  lap('itemData');
  const model = { ...draft, ...fitted, data };
  const gate = fit === 'train' ? validate(model, options) : judgeEarlier(draft, options);
  lap('gate');
  const payload = payloadBytes(data, draft.vocabulary);
  const { written, forced } = writeUnlessRefused(
    { ...model, gate, payloadBytes: payload, dataProfile: profileBefore(cutOf(log.splits, fit)) },
    options,
  );
  const parts = lap('export');
  return {
    modelId: written?.modelId ?? null,
    ...{ seed, fit, size, heads: draft.heads },
    onnxBytes: written?.onnxBytes ?? null,
    payloadBytes: payload,
    valid: fit === 'train' ? (gate?.model ?? null) : null,
    linear: fit === 'train' ? (gate?.linear ?? null) : null,
    ...{ gate, forced },
    sessions: sessions.length,
    items: draft.vocabulary.ids.length,
    examples: draft.examples.count,
    rejectedRows: log.rejectedRows,
    otherEvents: log.otherEvents,
    dataFindings: findings,
    seconds: round4(Object.values(parts).reduce((sum, seconds) => sum + seconds, 0)),
    parts,
    examplesPerSecond: Math.round((draft.examples.count * EPOCHS) / parts['fit']),
  };
}

type Judged = TrainedModel &
  Pick<TrainResult, 'gate' | 'payloadBytes'> & { readonly dataProfile: DataProfile | undefined };

/** What failed its gate is written by force only, and says so in its manifest. */
function writeUnlessRefused({ gate, payloadBytes: payload, dataProfile, ...model }: Judged, options: TrainOptions) {
  const { force = false, warn } = options;
  const failures = gate === null ? ['no session is left to judge the model on'] : gate.failures;
  for (const failure of failures) warn(`${force ? 'written all the same' : 'nothing written'}: ${failure}`);
  const forced = force && failures.length > 0;
  if (failures.length > 0 && !force) return { written: undefined, forced };
  const facts = { quality: { gate, payloadBytes: payload, forced }, ...(dataProfile && { dataProfile }) };
  return { written: exportBundle(model, { ...options, facts }), forced };
}

/** Adds up seconds by part: each call ends the part that it names. */
function createLaps(stopwatch: () => number): (part: string) => Readonly<Record<string, number>> {
  const parts: Record<string, number> = {};
  let last = stopwatch();
  return (part) => {
    const now = stopwatch();
    parts[part] = round4((now - last) / 1000);
    last = now;
    return parts;
  };
}
