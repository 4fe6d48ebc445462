import { isRecord } from './guards.ts';
import type { Money } from './money.ts';
import type { PageHealth, Vitals } from './page-view.ts';
import type { RankingLog } from './ranking-log.ts';
import type { EgressLevel } from './signal.ts';
import type { SlateLog } from './slate-log.ts';
import type { SlateArm, Tier } from './slate.ts';

/**
 * Kinds on the wire (docs/privacy.md lists every field). `refund` and `complaint` are told by the site's own server: no
 * device knows of them.
 */
export const EVENT_KINDS = [
  'impression',
  'click',
  'add_to_cart',
  'dismiss',
  'undo',
  'dwell',
  'conversion',
  'exposure',
  'opt_out',
  'refund',
  'complaint',
  'vitals',
  'health',
  'slate',
  'ranking',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Why an event is gone unsent: it waited for 7 days, the outbox was full, or the collector takes no such body. */
const LOSS_REASONS = ['too_old', 'no_room', 'refused'] as const;
export type Losses = Readonly<Partial<Record<(typeof LOSS_REASONS)[number], number>>>;

/** The counts of known reasons, each a whole number above 0; undefined where it is no such object or holds none. */
export function parseLosses(value: unknown): Losses | undefined {
  if (!isRecord(value)) return undefined;
  const counts = LOSS_REASONS.flatMap((reason) => {
    const count = Object.hasOwn(value, reason) ? value[reason] : 0;
    return Number.isSafeInteger(count) && Number(count) > 0 ? [[reason, Number(count)] as const] : [];
  });
  return counts.length === 0 ? undefined : Object.fromEntries(counts);
}

/**
 * How long a visitor stayed with an item that was clicked in a slate: below 10 s, between, and from 30 s, where a click
 * counts as satisfied (Fox et al. 2005, doi:10.1145/1059981.1059982). The time itself stays on the device.
 */
export const DWELLS = ['quick_back', 'medium', 'long'] as const;
export type Dwell = (typeof DWELLS)[number];

export const dwellOf = (dwellMs: number): Dwell => DWELLS[dwellMs < 10_000 ? 0 : dwellMs < 30_000 ? 1 : 2];

/** What a conversion is ascribed to: the newest click on the item in a slate, else its newest impression. */
export const ATTRIBUTIONS = ['click', 'impression'] as const;
export type Attribution = (typeof ATTRIBUTIONS)[number];

/** Whose bundle put an item into an interleaved slate: the kit's own, or that of the arm. */
export const TEAMS = ['own', 'other'] as const;
export type Team = (typeof TEAMS)[number];

/** Who made the unit id: the site, or the browser's storage, which may not live long. */
export const UNIT_SOURCES = ['site', 'device'] as const;
export type UnitSource = (typeof UNIT_SOURCES)[number];

/** Items that control would have shown: a slate's length, and never more. */
export const MAX_CONTROL_ITEMS = 20;

/** Experiments that concern one slate: more than a page can have. */
const MAX_ARMS = 50;
const ARM_KEY = /^[A-Za-z0-9._-]{1,64}$/;

/** Arms from outside, their known fields alone; undefined where it is no such list, or an empty one. */
export function parseArms(value: unknown): readonly SlateArm[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_ARMS) return undefined;
  const arms = value.flatMap((one: unknown): SlateArm[] => {
    const { experiment, arm, phase } = isRecord(one) ? one : {};
    const isKey = (key: unknown): key is string => typeof key === 'string' && ARM_KEY.test(key);
    return isKey(experiment) && isKey(arm) && Number.isSafeInteger(phase) && Number(phase) >= 0
      ? [{ experiment, arm, phase: Number(phase) }]
      : [];
  });
  return arms.length === value.length ? arms : undefined;
}

/**
 * One feedback event: what a visitor did to a slate, derived from a signal and never the signal itself; and at level
 * `training` how a slate was decided.
 */
export interface FeedbackEvent {
  /** UUIDv7, stable over retries: the collector's dedupe key. */
  readonly id: string;
  /** Gapless within a client id, starting at 1: what the collector counts losses by. */
  readonly clientSeq: number;
  readonly unitId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly kind: EventKind;
  readonly consent: EgressLevel;
  readonly slateId?: string;
  readonly placement?: string;
  readonly itemId?: string;
  readonly position?: number;
  /** Chance of the item on its position, given the positions before it. */
  readonly propensity?: number;
  readonly modelId?: string;
  readonly tier?: Tier;
  readonly signalAgeMs?: number;
  readonly serverLag?: number;
  readonly quantity?: number;
  readonly value?: Money;
  /** Of kind `exposure`: what the unit was exposed to. */
  readonly arms?: readonly SlateArm[];
  /** Of kind `exposure`: what control would have shown here, in its order; what was shown where that is control. */
  readonly controlTopK?: readonly string[];
  /** Of kind `exposure`: mean distance of the shown items' vectors, in [0, 1]. */
  readonly diversity?: number;
  /** Of kind `exposure`. */
  readonly unitSource?: UnitSource;
  /** Of acts in an interleaved slate. */
  readonly team?: Team;
  /** Of kind `conversion`, with `slateId` and `itemId`; for labels and diagnosis only. */
  readonly attribution?: Attribution;
  /** Of kind `conversion`: since what it is ascribed to. */
  readonly lagMs?: number;
  /** Of kind `conversion`: what is left of the value to the site; below 0 where something is sold under its cost. */
  readonly margin?: Money;
  /** Of kind `dwell`. */
  readonly dwell?: Dwell;
  /** Of kind `health`: how many events of this unit were lost on the device since the last such event. */
  readonly lost?: Losses;
  /** Of kind `health`, where it is told at the end of a page view and not because events were lost. */
  readonly health?: PageHealth;
  /** Of kind `vitals`: once per page view, when it is first hidden. */
  readonly vitals?: Vitals;
  /** Of kind `slate`. */
  readonly slate?: SlateLog;
  /** Of kind `ranking`. */
  readonly ranking?: RankingLog;
}

/** Whether an event may be sent at a level. */
export const isOfLevel = ({ kind }: FeedbackEvent, level: EgressLevel): boolean =>
  level === 'training' || (level === 'events' && kind !== 'slate' && kind !== 'ranking');

/** What goes first where the outbox is full: the highest, and last what is not named. */
const PRIORITY: Readonly<Partial<Record<EventKind, number>>> = {
  ...{ click: 1, add_to_cart: 1, dismiss: 1, undo: 1, dwell: 1, impression: 2 },
  ...{ slate: 3, ranking: 3, vitals: 4 },
};
/** What a page view was like matters least; how many events were lost is told before all. */
export const priorityOf = ({ kind, lost }: Pick<FeedbackEvent, 'kind' | 'lost'>): number =>
  PRIORITY[kind === 'health' && lost === undefined ? 'vitals' : kind] ?? 0;

/** The body of `POST /v1/events`. */
export interface EventBatch {
  readonly clientId: string;
  /** Epoch ms by the device's clock. */
  readonly sentAt: number;
  readonly key?: string;
  readonly events: readonly FeedbackEvent[];
}

export type EventStatus = 'ok' | 'duplicate' | 'drop' | 'limited' | 'retry';

/** The collector's 200 answer: one status an event id. */
export interface BatchResult {
  readonly results: Readonly<Record<string, { readonly status: EventStatus; readonly code?: string }>>;
  /** Events that had no usable id. */
  readonly rejected: number;
  /** The collector's clock, epoch ms. */
  readonly time: number;
}

/** A body larger than this is refused with 413, as received or after gunzip. */
export const MAX_BATCH_BYTES = 1_000_000;
