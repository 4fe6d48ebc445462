import type { BundleFiles } from './bundle.ts';
import type { TrialNews } from './engine-trial.ts';
import type { Moment } from './features.ts';
import type { Manifest } from './manifest.ts';
import type { PackedItems } from './packed-items.ts';
import type { Problem } from './problem.ts';
import type { ScoreReason } from './reason.ts';
import type { Tier } from './slate.ts';

/** The one protocol between the page and the ranker's worker; every call has the page's deadline. */
export interface RankerProtocol {
  /** First call. Opens storage for reading; `remember` writes for the worker, which does not. */
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
  readonly storageName: string;
  /** Absolute URL of `ort-wasm-simd-threaded.wasm`. */
  readonly wasmUrl: string;
  /** Absolute URL of `ort-wasm-simd-threaded.asyncify.wasm`, the runtime of `webgpu`. */
  readonly webgpuWasmUrl: string;
  /** The most that one run on the GPU may take, in milliseconds. */
  readonly webgpuRunMs: number;
  readonly maxTier: Tier;
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

/** A moment before the signals and the running session have been read. */
export type MomentRequest = Omit<Moment, 'serverLag' | 'sessionId'> & {
  /** Epoch ms of the newest behaviour that the candidate generator used, or null. */
  readonly serverSeenAt: number | null;
};

export interface RankRequest {
  /** Buffers are transferred. */
  readonly candidates: PackedItems;
  readonly moment: MomentRequest;
}

export interface RankReply {
  readonly tier: Tier;
  /** Of the model that scored; empty where the compiled-in weights or none did. */
  readonly modelId: string;
  readonly tierProblem?: Problem;
  /** [M] in the order of the candidates; empty with tier `server`. Transferred. */
  readonly scores: Float32Array;
  readonly signalAgeMs: number | null;
  readonly serverLag: number | null;
  /** Signals with a lower `seq` were read. */
  readonly beforeSeq: number;
}

/** What was ranked, and which of it to explain. */
export interface ExplainRequest extends RankRequest, Pick<RankReply, 'tier' | 'modelId' | 'beforeSeq'> {
  /** Rows of the candidates. */
  readonly rows: readonly number[];
  /** [rows]: what the slate gave them. Reasons that do not start from these scores would be those of another slate. */
  readonly scores: readonly number[];
}

/** [rows]: of each the reasons in its score, strongest first. */
export type ExplainReply = readonly (readonly ScoreReason[])[];
