import {
  ATTRIBUTIONS,
  DWELLS,
  EVENT_KINDS,
  type EventKind,
  type FeedbackEvent,
  MAX_CONTROL_ITEMS,
  TEAMS,
  UNIT_SOURCES,
  parseArms,
  parseLosses,
} from '../src/core/event.ts';
import { isText } from '../src/core/guards.ts';
import { parsePageHealth, parseVitals } from '../src/core/page-view.ts';
import { parseSlateLog } from '../src/core/parse-slate-log.ts';
import { parseRankingLog } from '../src/core/ranking-log.ts';
import { parseMargin, parseMoney } from '../src/core/money.ts';
import { TIERS } from '../src/core/slate.ts';
import { isUuid } from '../src/core/uuid.ts';

/** The largest time a Date can hold, epoch ms (ECMA-262 section 21.4.1.1). */
const MAX_TIME_MS = 8.64e15;

/** An event that is stored, one that is answered with `drop` and a code, or one that has no usable id. */
export type ParsedEvent =
  | { readonly kind: 'event'; readonly event: FeedbackEvent }
  | { readonly kind: 'drop'; readonly id: string; readonly code: string }
  | { readonly kind: 'rejected' };

interface Field {
  /** The value to store, or undefined where it is not valid. */
  readonly read: (value: unknown) => unknown;
  /** Given: the field is required, and this is the drop code where it is missing or wrong. */
  readonly code?: string;
}

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Epoch ms. */
export const isTime = (value: unknown): value is number => isCount(value) && Number(value) <= MAX_TIME_MS;
const only = (check: (value: unknown) => boolean) => (value: unknown) => (check(value) ? value : undefined);
const oneOf = (values: readonly unknown[]) => only((value) => values.includes(value));
const [text, count] = [only(isText), only(isCount)];
const index = only((value) => isCount(value) && Number.isSafeInteger(value));

/** What is stored of an event: exactly the documented fields, which the type of this table enforces. */
const FIELDS: Record<keyof FeedbackEvent, Field> = {
  id: { read: text, code: 'id_invalid' },
  clientSeq: { read: only((value) => Number.isSafeInteger(value) && Number(value) > 0), code: 'client_seq_invalid' },
  unitId: { read: only((value) => isText(value) && value !== ''), code: 'unit_id_invalid' },
  at: { read: only(isTime), code: 'at_invalid' },
  kind: { read: oneOf(EVENT_KINDS), code: 'kind_invalid' },
  // an event of level `none` should never have left its device
  consent: { read: oneOf(['events', 'training']), code: 'consent_invalid' },
  slateId: { read: text },
  placement: { read: text },
  itemId: { read: text },
  position: { read: index },
  propensity: { read: only((value) => isCount(value) && Number(value) > 0 && Number(value) <= 1) },
  modelId: { read: text },
  tier: { read: oneOf(TIERS) },
  signalAgeMs: { read: count },
  serverLag: { read: index },
  quantity: { read: count },
  value: { read: (value) => parseMoney(value) },
  arms: { read: parseArms },
  controlTopK: {
    read: only((value) => Array.isArray(value) && value.length <= MAX_CONTROL_ITEMS && value.every(isText)),
  },
  diversity: { read: only((value) => isCount(value) && Number(value) <= 1) },
  unitSource: { read: oneOf(UNIT_SOURCES) },
  team: { read: oneOf(TEAMS) },
  attribution: { read: oneOf(ATTRIBUTIONS) },
  lagMs: { read: count },
  margin: { read: parseMargin },
  dwell: { read: oneOf(DWELLS) },
  lost: { read: parseLosses },
  health: { read: parsePageHealth },
  vitals: { read: parseVitals },
  slate: { read: parseSlateLog },
  ranking: { read: parseRankingLog },
};

/** Fields that only one kind has. */
const KIND_OF: Partial<Record<keyof FeedbackEvent, EventKind>> = {
  ...{ arms: 'exposure', controlTopK: 'exposure', diversity: 'exposure', unitSource: 'exposure' },
  ...{ attribution: 'conversion', lagMs: 'conversion', margin: 'conversion', dwell: 'dwell' },
  ...{ lost: 'health', health: 'health', vitals: 'vitals', slate: 'slate', ranking: 'ranking' },
};

/** What a kind tells, where it would be nothing without: one of these. */
const CONTENT_OF: Partial<Record<EventKind, readonly (keyof FeedbackEvent)[]>> = {
  ...{ exposure: ['arms'], dwell: ['dwell'], health: ['lost', 'health'], vitals: ['vitals'] },
  ...{ slate: ['slate'], ranking: ['ranking'] },
};

/**
 * Checks one event from the wire. A usable id is a lower-case UUID. Unknown fields are left out, null counts as
 * absent, and a documented field of a wrong type or range drops the whole event with a code. Never throws.
 */
export function parseEvent(input: unknown): ParsedEvent {
  const given = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const id = given['id'];
  if (typeof id !== 'string' || !isUuid(id)) return { kind: 'rejected' };
  const event: Record<string, unknown> = {};
  for (const [name, { read, code }] of Object.entries(FIELDS)) {
    const value = given[name] ?? undefined;
    if (value === undefined && code === undefined) continue;
    const stored = read(value);
    if (stored === undefined) return { kind: 'drop', id, code: code ?? 'field_invalid' };
    event[name] = stored;
  }
  const { kind, consent } = event;
  const isForeign = Object.entries(KIND_OF).some(([name, holder]) => name in event && holder !== kind);
  const content = CONTENT_OF[kind as EventKind];
  if (isForeign || content?.some((name) => name in event) === false) return { kind: 'drop', id, code: 'field_invalid' };
  if ((kind === 'slate' || kind === 'ranking') && consent !== 'training')
    return { kind: 'drop', id, code: 'consent_invalid' };
  return { kind: 'event', event: event as unknown as FeedbackEvent };
}
