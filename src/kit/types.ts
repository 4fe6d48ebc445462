import type { AdaptationTable } from '../core/adaptation.ts';
import type { Assignment } from '../core/assignment.ts';
import type { Candidate, CandidateList } from '../core/candidate.ts';
import type { Consent, ConsentInput } from '../core/consent.ts';
import type { SlatePolicy } from '../core/policy.ts';
import type { Problem } from '../core/problem.ts';
import type { Reason } from '../core/reason.ts';
import type { DismissReason } from '../core/dismiss-reason.ts';
import type { EgressLevel, Signal, SignalInput } from '../core/signal.ts';
import type { Slate, Tier } from '../core/slate.ts';
import type { ExportedRows } from '../store/export.ts';
import type { Pending } from '../store/outbox-state.ts';

/** Everything the outside gives to a kit. Every option has a default. */
export interface KitOptions {
  /**
   * Folder of the model bundle, or the `releases.json` of a registry (docs/releases.md); null ranks with the linear weights
   * compiled in. Default null.
   */
  readonly bundleUrl?: string | null;
  /**
   * One or several Ed25519 public keys, as `nearside bundle keygen` prints them: base64 of the 32 bytes, or the `x` of a
   * JWK. With them only a bundle serves that one of them has signed, that has not expired and that is not of a lower
   * release than one seen before (docs/bundles.md). Default: bundles need no signature.
   */
  readonly bundleKeys?: string | readonly string[];
  /** Origin (and path) of the collector; `/v1/events` is appended. Default null: nothing is sent. */
  readonly collectorUrl?: string | null;
  /** One of the collector's write keys (docs/operations.md), sent with each batch. Default: none. */
  readonly writeKey?: string;
  /** The most that may leave the device; consent may allow less. Default `none`. Under Global Privacy Control always `none`. */
  readonly egress?: EgressLevel;
  /**
   * What the visitor has agreed to (docs/privacy.md): one state for every purpose, or some purposes by name, the others
   * `pending`. What `setConsent` has stored goes before it. Default: the site has asked by itself, and `egress` is the answer.
   */
  readonly consent?: ConsentInput;
  /** Signals, items and slates of more than so many days ago are deleted, by `clock`. Above 0; default 90. */
  readonly retentionDays?: number;
  /** Name of the IndexedDB database. Default `nearside`. */
  readonly storageName?: string;
  /** What is bucketed and analysed; default: a random id kept in storage. */
  readonly unitId?: string;
  /** Epoch ms. Default `Date.now`. */
  readonly clock?: () => number;
  /** Uniform in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
  readonly fetch?: typeof fetch;
  /** Makes the ranker's worker; null ranks on the page. Default: `worker.js` beside the kit's own module. */
  readonly createWorker?: (() => Worker) | null;
  /** Where `ort-wasm-simd-threaded.wasm` lies. Default: beside the kit's own module. */
  readonly wasmUrl?: string;
  /** Where `ort-wasm-simd-threaded.asyncify.wasm` lies, the runtime of `webgpu`. Default: beside the kit's own module. */
  readonly webgpuWasmUrl?: string;
  /** The strongest engine to use; `webgpu` also wants a bundle that asks for it. Default `wasm`. */
  readonly maxTier?: Tier;
  /**
   * Business rules (docs/rules.md), as the site wrote them; a candidate list that brings `rules` of its own goes by those.
   * What cannot be read is a problem and the rest applies. Default: the built-in rules alone.
   */
  readonly rules?: unknown;
  /** How scores become a slate (docs/slates.md), over the default policy; false: the order of the scores. */
  readonly policy?: Partial<SlatePolicy> | false;
  /** What rules may read; its fields are read for each slate, so a getter may give what changes on a page. */
  readonly context?: SlateContext;
  /** Experiments (docs/experiments.md), as the site wrote them; one that cannot be read is a problem and does not run. */
  readonly experiments?: unknown;
  /** What the conditions of experiments read and what they bucket by, beside `id`, the unit id. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** For quality assurance: the arm of an experiment by its key. It counts nowhere. */
  readonly experimentOverrides?: Readonly<Record<string, string>>;
  /**
   * Whether slates lean towards the categories and brands that this visitor takes more often than others
   * (docs/adaptation.md). Default false.
   */
  readonly adaptation?: boolean;
  /** A slate is answered within this many milliseconds, by a lower tier if need be. Default 500. */
  readonly deadlineMs?: number;
  /** Minutes that local time is ahead of UTC; default: the browser's. */
  readonly utcOffsetMinutes?: number;
}

/** What rules may read beside the items; any further field is for the site's own conditions. */
export interface SlateContext {
  /** Where the visitor is, in the terms of the candidates' `region`. */
  readonly region?: string;
  /** What the site knows of the customer. Rules read `age` and the fields that the rule set lists; nothing else does. */
  readonly customer?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface SlateRequest {
  /** A DESIGN section 4 candidate list, or a bare array of candidates. */
  readonly candidates: CandidateList | readonly Candidate[];
  readonly anchorItemId?: string;
  /**
   * By position, the item that stays there because it is in view, null where none is. It gives way to a rule that drops it,
   * but for a frequency cap, and to no pin.
   */
  readonly kept?: readonly (string | null)[];
  /** Over that of the kit's options, field by field. */
  readonly context?: SlateContext;
  readonly abort?: AbortSignal;
}

/** What the device holds of this visitor; plain JSON. */
export interface DeviceExport extends ExportedRows {
  /** Raised where a field changes its meaning. */
  readonly version: 1;
  /** Epoch ms. */
  readonly exportedAt: number;
  readonly consent: Consent;
  readonly level: EgressLevel;
  /** Every key of the kit's own with its text: the visitor's answer, acts on their way to the database, the last erasure. */
  readonly localStorage: Readonly<Record<string, string>>;
}

export interface ImportResult {
  readonly imported: number;
  readonly problems: readonly Problem[];
}

export interface DeliveryReport {
  readonly sent: number;
  readonly pending: number;
  readonly problem?: Problem;
}

export type Unsubscribe = () => void;

/** The public API. No call throws into the host page or rejects because of input, storage or network. */
export interface Kit {
  /**
   * Commits the signal, and its feedback event where the level allows one, in one transaction. Without consent to
   * personalisation it answers `consent_pending` or `consent_denied`, which `onProblem` does not hear of; `aborted` where
   * everything was erased meanwhile.
   */
  record(signal: SignalInput): Promise<Signal | Problem>;
  /**
   * Takes back every dismissal of an item: rules and ranking know nothing of it any more, and what was told of it is told
   * to be undone. Resolves when that is stored.
   */
  undo(itemId: string): Promise<Problem | null>;
  /** Notes why the visitor has dismissed an item. It stays on the device. */
  giveReason(itemId: string, reason: DismissReason): Promise<Problem | null>;
  /** The placements that the visitor does not want to see, with the headings they had. `<rec-carousel>` asks by itself. */
  hidden(): ReadonlyMap<string, string>;
  /**
   * Hides a placement on every page of the site, or shows it again; `storage_failed` where it could not be stored.
   * `heading` is what `<rec-controls>` calls it; default empty, for its name.
   */
  hide(placement: string, isHidden: boolean, heading?: string): Promise<Problem | null>;
  /** Adds history in one batch, oldest first. Never leaves the device; never joins the running session. */
  import(signals: readonly SignalInput[]): Promise<ImportResult>;
  /**
   * Tells the kit of items that no slate has shown (the product of this page, an order's lines): a later signal about
   * one stores its vector, neighbours, category, brand and price, over what is known of it; what cannot be read takes
   * nothing away. With `toldBy` it counts only where no more than such words is known. The newest 20,000 are kept until
   * the page ends.
   */
  describe(items: readonly Candidate[]): void;
  slate(placement: string, request: SlateRequest): Promise<Slate>;
  /**
   * Why the first `limit` items of a slate stand where they stand, by item id, strongest reason first: what the score that
   * ranked them loses without one event or one group of features (docs/reasons.md). Of the newest 8 slates of this kit;
   * `reasons_unavailable` where it is another one, or its model or its visitor has changed since.
   */
  reasons(slate: Slate, limit?: number): Promise<ReadonlyMap<string, readonly Reason[]> | Problem>;
  /**
   * "Not this reason": the next slate is that of a visitor without this event, or without all earlier sessions for the
   * reason `history`. The signals stay in `signals()`, marked `ignored`. Other reasons are `reason_not_removable`.
   */
  ignore(reason: Reason): Promise<Problem | null>;
  /** Resolves when the strongest engine that will run is running, with its tier and the problem that kept a stronger one away. */
  ready(): Promise<{ tier: Tier; modelId: string; problem?: Problem }>;
  /** Stored signals, newest first. */
  signals(limit?: number): Promise<readonly Signal[]>;
  /** What adaptation goes by now, or would with the option on; null where storage fails or the kit is closed. */
  adaptation(): Promise<AdaptationTable | null>;
  /** From now on adaptation knows nothing of what was recorded before. Signals stay stored. */
  resetAdaptation(): Promise<void>;
  /** Which arm of each experiment this visitor gets, and why; empty without experiments or where storage fails. */
  assignments(): Promise<readonly Assignment[]>;
  /**
   * What this visitor's arms change of a placement beside its slates: where its candidates come from (an absolute URL), and
   * the name of its layout. `<rec-carousel>` asks by itself. Answers within half of `deadlineMs`, and never rejects; empty
   * without experiments, or where they do not answer.
   */
  arrangement(placement: string): Promise<{ readonly source?: string; readonly layout?: string }>;
  /** What holds now; under Global Privacy Control measurement and training are denied. */
  consent(): Consent;
  /** What may leave the device now: the lower one of the option `egress` and what consent allows. */
  level(): EgressLevel;
  /**
   * Stores the visitor's answer for every page of the site; purposes that are not named stay as they are. Resolves when
   * what is no longer agreed to is deleted and what waited for a yes is stored. `consent_invalid` changes nothing; after
   * `storage_failed` the answer holds on this page alone, or something could not be deleted.
   */
  setConsent(consent: ConsentInput): Promise<Problem | null>;
  /** What waits in the outbox; null where storage fails or the kit is closed. */
  pending(): Promise<Pending | null>;
  /** Sends what the outbox holds now; a collector that has asked for time is left alone until then. */
  flush(): Promise<DeliveryReport>;
  /** Everything that is stored about the visitor, as plain JSON (docs/privacy.md). `storage_failed` or `kit_closed`. */
  export(): Promise<DeviceExport | Problem>;
  /**
   * Deletes all of that but the visitor's answer, with its bytes on the disk where the browser can, and stops what is on
   * its way, on every page of the site. What was sent is the collector's to erase. Resolves when it is done; after
   * `storage_failed` something may be left.
   */
  erase(): Promise<Problem | null>;
  onSignal(listener: (signal: Signal) => void): Unsubscribe;
  onSlate(listener: (slate: Slate) => void): Unsubscribe;
  onProblem(listener: (problem: Problem) => void): Unsubscribe;
  /** Consent has changed, here or on another page of the site. */
  onConsent(listener: (consent: Consent) => void): Unsubscribe;
  /**
   * Another section is hidden, or shown again, here or on another page of the site. `<rec-carousel>` listens by
   * itself, but with `actions="none"`.
   */
  onHidden(listener: (hidden: ReadonlyMap<string, string>) => void): Unsubscribe;
  onDelivery(listener: (report: DeliveryReport) => void): Unsubscribe;
  /** Ends the worker, timers and listeners. Later calls answer `kit_closed`. */
  close(): Promise<void>;
}
