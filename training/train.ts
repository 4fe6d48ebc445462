import { readCheckedLog } from './checked-log.ts';
import type { DataFinding, FindingCode } from './data-finding.ts';
import type { DataProfile } from './data-profile.ts';
import {
  type Draft,
  type Fit,
  type Size,
  EPOCHS,
  createDraft,
  cutOf,
  fitBoth,
  judgeEarlier,
  sessionsBefore,
  validate,
} from './draft.ts';
import { type TrainedModel, exportBundle } from './export-bundle.ts';
import type { GateReport } from './gate.ts';
import { createGramGraph } from './gram-graph.ts';
import { createItemDataAt } from './item-data.ts';
import { type Lap, createLaps } from './laps.ts';
import { type QueryQuality, round4 } from './metrics.ts';
import { prepareOutFolder } from './out-folder.ts';
import { payloadBytes } from './payload-bytes.ts';

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
  const { lap, seconds } = createLaps(options.stopwatch);
  progress(`seed ${String(seed)}; reading ${options.dataDir}`);
  const { log, findings, profileBefore } = await readCheckedLog(options);
  const sessions = sessionsBefore(log, options);
  prepareOutFolder(options.outDir);
  lap('read');
  const draft = createDraft({ log, sessions }, { ...options, lap });
  lap('features');
  const { model, gate } = fitAndJudge(draft, { ...options, lap });
  const payload = payloadBytes(model.data, draft.vocabulary);
  const { written, forced } = writeUnlessRefused(
    { ...model, gate, payloadBytes: payload, dataProfile: profileBefore(cutOf(log.splits, fit)) },
    { ...options, lap },
  );
  lap('export');
  const parts = seconds();
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
    examplesPerSecond: Math.round((draft.examples.count * EPOCHS) / parts['model']),
  };
}

type Timed = TrainOptions & { readonly lap: Lap };

function fitAndJudge(draft: Draft, options: Timed) {
  const fitted = fitBoth(draft, draft.examples, options);
  options.progress('item vectors and neighbour lists');
  const data = createItemDataAt({ ...draft, lap: options.lap }, draft.sessions[draft.sessions.length - 1].startAt);
  const model = { ...draft, ...fitted, data, onnx: createGramGraph(draft.features, fitted.quantized) };
  const gate = options.fit === 'train' ? validate(model, options) : judgeEarlier(model, options);
  options.lap('gate');
  return { model, gate };
}

type Judged = TrainedModel &
  Pick<TrainResult, 'gate' | 'payloadBytes'> & { readonly dataProfile: DataProfile | undefined };

/** Bytes: what a page downloads, and what travels with 100 candidates. */
const MAX_ONNX_BYTES = { default: 50_000, large: 300_000 } as const;
const MAX_PAYLOAD_BYTES = 25_000;

export function overBudget(
  { onnxBytes, payloadBytes: payload }: { readonly onnxBytes: number; readonly payloadBytes: number },
  size: Size,
): string[] {
  const failures: string[] = [];
  if (onnxBytes > MAX_ONNX_BYTES[size])
    failures.push(`rank.onnx has ${String(onnxBytes)} bytes, more than ${String(MAX_ONNX_BYTES[size])}`);
  if (payload > MAX_PAYLOAD_BYTES)
    failures.push(
      `vec and nbrs of 100 candidates take ${String(payload)} bytes, more than ${String(MAX_PAYLOAD_BYTES)}`,
    );
  return failures;
}

/** What failed its gate is written by force only, and says so in its manifest. */
function writeUnlessRefused({ gate, payloadBytes: payload, dataProfile, ...model }: Judged, options: Timed) {
  const { force = false, warn, size = 'default' } = options;
  const failures = [
    ...(gate === null ? ['no session is left to judge the model on'] : gate.failures),
    ...overBudget({ onnxBytes: model.onnx.length, payloadBytes: payload }, size),
  ];
  for (const failure of failures) warn(`${force ? 'written all the same' : 'nothing written'}: ${failure}`);
  const forced = force && failures.length > 0;
  if (failures.length > 0 && !force) return { written: undefined, forced };
  const facts = { quality: { gate, payloadBytes: payload, forced }, ...(dataProfile && { dataProfile }) };
  return { written: exportBundle(model, { ...options, facts }), forced };
}
