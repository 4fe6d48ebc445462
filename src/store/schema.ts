import type { Candidate } from '../core/candidate.ts';
import type { Attribution, FeedbackEvent, Losses, Team } from '../core/event.ts';
import type { ReleaseFault, ReleaseRun } from '../core/release-run.ts';
import type { EgressLevel, Signal } from '../core/signal.ts';
import type { SlateArm, Tier } from '../core/slate.ts';

/** What is kept of an item that the visitor has met: what features read, no title, link or picture. */
export type StoredItem = Pick<Candidate, 'id' | 'category' | 'brand' | 'price' | 'vec' | 'nbrs' | 'toldBy'> & {
  /** Epoch ms of the newest signal that mentions it. */
  readonly seenAt: number;
};

/** What is kept of a slate, so that later signals can be tied to it; the newest 50 stay. */
export interface StoredSlate {
  /** UUIDv7, so key order is time order. */
  readonly slateId: string;
  /** The level when it was made: what was made under `none` is named in no event. */
  readonly consent: EgressLevel;
  readonly placement: string;
  readonly tier: Tier;
  readonly modelId: string;
  readonly signalAgeMs: number | null;
  readonly serverLag: number | null;
  /** In the order of the slate. */
  readonly itemIds: readonly string[];
  /** Of each item on its position; absent in rows of before they were kept. */
  readonly propensities?: readonly number[];
  /** Of each item of an interleaved slate; null where a rule placed it. */
  readonly teams?: readonly (Team | null)[];
  /** Of experiments; absent where there are none, as is what an exposure tells beside them. */
  readonly arms?: readonly SlateArm[];
  readonly controlTopK?: readonly string[];
  readonly diversity?: number;
  /** Items whose impression is recorded, with the `seq` of that signal. */
  readonly shown: Readonly<Record<string, number>>;
  /** Items clicked in this slate, with the session of the newest click. */
  readonly clicked: Readonly<Record<string, string>>;
  /** Epoch ms of these, of the newest click; absent in rows of before they were kept. */
  readonly touchedAt?: Readonly<Partial<Record<Attribution, Readonly<Record<string, number>>>>>;
  /** Clicked items of which it is told how long they were looked at. */
  readonly dwelt?: readonly string[];
}

/** What is known of the outbox beside its rows. */
export interface OutboxState {
  readonly rows: number;
  /** Bytes of the rows as JSON in UTF-8. */
  readonly sizeBytes: number;
  /** Lost since the last event of kind `health`. */
  readonly lost: Losses;
  /** Highest `clientSeq` of a batch that got no answer: until it has one, nothing above is sent. */
  readonly probeTo: number | null;
  /** Attempts in a row that the collector did not take. */
  readonly failures: number;
  /** Epoch ms before which nothing is sent on its own. */
  readonly retryAt: number;
  /** Whether `retryAt` is the collector's word, which `flush()` keeps to as well. */
  readonly isTold: boolean;
  /** Who drains it where there are no Web Locks; until epoch ms. */
  readonly lease: { readonly holder: string; readonly until: number } | null;
}

/** The row `visit` of the store `state`: who, which session, and the counters. */
export interface Visit {
  /** Drawn anew where signals are deleted or taken out of ranking, and by a reset of the adaptation: readers that hold another one start again. */
  readonly epoch: string;
  /** Signals with a lower `seq` do not adapt the order: set by a reset. */
  readonly adaptsFrom?: number;
  /** A stream of events; drawn anew when unsent events are deleted, so that their numbers are not missed. */
  readonly clientId: string;
  readonly unitId: string;
  /** `seq` of the next signal, from 1. */
  readonly nextSeq: number;
  /** `clientSeq` of the newest event of this client id; 0 before the first. */
  readonly clientSeq: number;
  /** Absent before the first event. */
  readonly outbox?: OutboxState;
  /** Of experiments, by key and version of its buckets. */
  readonly arms?: Readonly<Record<string, string>>;
  /** The unit that has them; absent in rows of before it was kept. */
  readonly armsOf?: string;
  /** What the unit has been exposed to in this session, one key for experiment, phase, arm and placement. */
  readonly exposed?: { readonly sessionId: string; readonly keys: readonly string[] };
  /** Epoch ms at which old rows were last looked for. */
  readonly retainedAt?: number;
  readonly session: { readonly sessionId: string; /** Epoch ms. */ readonly lastAt: number } | null;
}

/** A bundle as it was fetched and checked; it is checked again when it is read. */
export interface StoredBundle {
  /** Text of `manifest.json`. */
  readonly manifest: string;
  /** By name. */
  readonly files: Readonly<Record<string, ArrayBuffer>>;
}

/** What is kept of the bundle of one address. */
export interface StoredModel {
  /** Of the bundle's folder. */
  readonly url: string;
  /** The highest release seen of each key, by the key's id; empty where none was signed. */
  readonly releases: Readonly<Record<string, number>>;
  /** Epoch ms. */
  readonly savedAt: number;
  /** The newest that was whole; null before any. */
  readonly bundle: StoredBundle | null;
  /** Where the address is that of a registry. */
  readonly registry?: StoredRegistry;
}

/** What a device knows of a registry's releases. Bundles are named by the sha256 of their manifests. */
export interface StoredRegistry {
  /** The newest `releases.json` that was trusted. */
  readonly text: string;
  /** Bundles that this device has rolled back from, and why. */
  readonly faults: Readonly<Record<string, ReleaseFault>>;
  /** How bundles did here. */
  readonly runs: Readonly<Record<string, ReleaseRun>>;
  /** Slates whose outcome is not counted yet, with what the model promised of each position. */
  readonly open: readonly { readonly slateId: string; readonly bundle: string; readonly promised: readonly number[] }[];
}

/** Every object store with its key and value; `state` also has the row `trials`, of engines on this device. */
export interface Tables {
  signals: { key: number; value: Signal };
  items: { key: string; value: StoredItem };
  outbox: { key: number; value: FeedbackEvent };
  slates: { key: string; value: StoredSlate };
  state: { key: 'visit'; value: Visit };
  models: { key: string; value: StoredModel };
}
export type TableName = keyof Tables;

export const TABLE_NAMES = [
  'signals',
  'items',
  'outbox',
  'slates',
  'state',
  'models',
] as const satisfies readonly TableName[];

/** 2 added `models`, 3 the releases by key in it: rows of version 2 go, and come back from the network. */
export const SCHEMA_VERSION = 3;
