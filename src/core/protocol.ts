import type { BundleFiles } from './bundle.ts';
import type { CandidateFacts } from './candidate-facts.ts';
import type { TrialNews } from './engine-trial.ts';
import type { Moment } from './features.ts';
import type { Manifest } from './manifest.ts';
import type { PackedItems } from './packed-items.ts';
import type { Problem } from './problem.ts';
import type { RankingLog } from './ranking-log.ts';
import type { ScoreReason } from './reason.ts';
import type { Tier } from './slate.ts';
import type { Head } from './utility.ts';

/** The one protocol between the page and the ranker's worker; every call has the page's deadline. */
export interface RankerProtocol {
  /** First call, and again where another storage is to be read. Opens it for reading; `remember` writes for the worker, which does not. */
  open(request: OpenRequest, remember?: RememberTrial): Promise<Problem | null>;
  /** Hands over a verified bundle; `micro` answers from then on. Resolves once `wasm` runs or has failed. */
  load(request: LoadRequest): Promise<LoadReply>;
  /** After a reply that says `upgrading`: resolves once `webgpu` runs or has failed. `wasm` answers meanwhile. */
  upgraded(): Promise<LoadReply>;
  rank(request: RankRequest): Promise<RankReply>;
  /** Why rows of a slate scored as they did, by the engine that scored it; `reasons_unavailable` where that is gone. */
  explain(request: ExplainRequest): Promise<ExplainReply | Problem>;
}

/** `key` names the trial. Rejects where storage fails. */
export type RememberTrial = (key: string, news: TrialNews) => Promise<void>;

export interface OpenRequest {
  /** Null: nothing is opened, and every visitor is one without signals. */
  readonly storageName: string | null;
  /** Absolute URL of `ort-wasm-simd-threaded.wasm`. */
  readonly wasmUrl: string;
  /** Absolute URL of `ort-wasm-simd-threaded.asyncify.wasm`, the runtime of `webgpu`. */
  readonly webgpuWasmUrl: string;
  /** The most that one run on the GPU may take, in milliseconds. */
  readonly webgpuRunMs: number;
  readonly maxTier: Tier;
  /** Whether `RankReply.bias` is wanted. */
  readonly adapts: boolean;
}

export interface LoadRequest {
  readonly manifest: Manifest | Problem;
  /** Buffers are transferred. Absent where there is no manifest. */
  readonly files: BundleFiles | null;
}

export interface LoadReply {
  readonly tier: Tier;
  /** Why a stronger engine is not running. */
  readonly problem?: Problem;
  /** A stronger engine is being tried. */
  readonly upgrading?: true;
}

/** What a ranking does not read: the control arms of a new data source or of new features. */
export interface LeftOut {
  /** Signals of these sources (`via`). Facts for rules count them. */
  readonly via: readonly string[];
  /** Columns of `cand_num`, which become missing. */
  readonly columns: readonly number[];
}

/** A moment before the signals and the running session have been read. */
export type MomentRequest = Omit<Moment, 'serverLag' | 'sessionId'> & {
  /** Epoch ms of the newest behaviour that the candidate generator used, or null. */
  readonly serverSeenAt: number | null;
  /** Absent: everything is read. */
  readonly without?: LeftOut | undefined;
};

export interface RankRequest {
  /** Buffers are transferred. */
  readonly candidates: PackedItems;
  readonly moment: MomentRequest;
  /** Windows that the rules count impressions in, in ms. */
  readonly windowsMs: readonly number[];
  /** Asks for `ranking` (level `training`). */
  readonly logs: boolean;
  /** Asks for `micro`, though a stronger engine runs. */
  readonly isSmall?: boolean;
}

export interface RankReply {
  readonly tier: Tier;
  /** Of the model that scored; empty where the compiled-in weights or none did. */
  readonly modelId: string;
  readonly tierProblem?: Problem;
  /** [M, H] row-major logits in the order of the candidates; empty with tier `server`. Transferred. */
  readonly scores: Float32Array;
  /** H columns; none with tier `server`. */
  readonly heads: readonly Head[];
  readonly signalAgeMs: number | null;
  readonly serverLag: number | null;
  /** Null where storage could not be read. */
  readonly facts: CandidateFacts | null;
  /** [M] of on-device adaptation; null where it is not wanted or nothing is learnt. */
  readonly bias: Float64Array | null;
  /** What the model read, where it was asked for and anything was scored. */
  readonly ranking?: RankingLog;
  /** Signals with a lower `seq` were read. */
  readonly beforeSeq: number;
}

/** What was ranked, and which of it to explain. */
export interface ExplainRequest
  extends Pick<RankRequest, 'candidates' | 'moment'>, Pick<RankReply, 'tier' | 'modelId' | 'beforeSeq'> {
  /** Rows of the candidates. */
  readonly rows: readonly number[];
  /** [rows]: what the slate gave them. Reasons that do not start from these scores would be those of another slate. */
  readonly scores: readonly number[];
}

/** [rows]: of each the reasons in its score, strongest first. */
export type ExplainReply = readonly (readonly ScoreReason[])[];
