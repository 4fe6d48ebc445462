import type { FeedbackEvent } from '../src/core/event.ts';
import { isRecord, isText } from '../src/core/guards.ts';
import type { DeadLetter } from './dead-letter-box.ts';
import { findExceeded } from './json-limits.ts';
import { hasPersonalData, holdsPersonalData } from './personal-data.ts';
import { type Refusal, refuse } from './refusal.ts';
import { isTime, parseEvent } from './wire-event.ts';

/** Batch, list, event and `value` are 4 levels; the rest is room for fields that later versions add. */
const MAX_DEPTH = 16;
/** Events of a batch. */
export const MAX_EVENTS = 1000;
/** One in 20 bytes of the largest batch. A slate of 500 candidates, all of which have a place, has some 520. */
const MAX_CONTAINERS = 50_000;

/** An entry of a batch that cannot be stored; without an id it has no status in the answer. */
export interface BadEntry {
  readonly id?: string;
  readonly code: string;
  /** What to keep as a dead letter; absent where nothing of the entry may be kept. */
  readonly letter?: Pick<DeadLetter, 'code' | 'body' | 'unitId'>;
}

/** A batch after checking: every usable id is an event or a bad entry, never both. */
export interface ParsedBatch {
  readonly kind: 'batch';
  readonly clientId: string;
  /** Epoch ms by the device's clock, where it says so. */
  readonly sentAt?: number;
  readonly key?: string;
  /** By id, in the order sent; of a repeat the first valid one. */
  readonly events: ReadonlyMap<string, FeedbackEvent>;
  readonly bad: readonly BadEntry[];
}

/**
 * Reads the body of `POST /v1/events`. Refuses with 413 more than 1,000 events or 50,000 objects and lists, with 400 what is not UTF-8 JSON, nests
 * too deep, or has no `clientId` text or `events` array; anything wrong inside `events` concerns that event alone.
 * Never throws.
 */
export function parseBatch(body: Uint8Array): ParsedBatch | Refusal {
  switch (findExceeded(body, { maxDepth: MAX_DEPTH, maxEntries: MAX_EVENTS, maxContainers: MAX_CONTAINERS })) {
    case 'depth':
      return refuse(400, 'json_too_deep', `JSON must not nest deeper than ${String(MAX_DEPTH)}`);
    case 'entries':
      return refuse(413, 'too_many_events', `a batch must not hold more than ${String(MAX_EVENTS)} events`);
    case 'containers':
      return refuse(413, 'too_many_values', `JSON must not hold more than ${String(MAX_CONTAINERS)} objects and lists`);
    case undefined:
  }
  const batch = parseJson(body);
  if (batch === undefined) return refuse(400, 'json_invalid', 'the body is not UTF-8 JSON');
  const fields = (typeof batch === 'object' && batch !== null ? batch : {}) as Record<string, unknown>;
  const { clientId, sentAt, key, events } = fields;
  if (!isText(clientId) || clientId === '') return refuse(400, 'client_id_missing', 'clientId must be a text');
  if (!Array.isArray(events)) return refuse(400, 'events_missing', 'events must be an array');
  return {
    ...{ kind: 'batch', clientId },
    ...(isTime(sentAt) && { sentAt: Math.round(sentAt) }),
    ...(typeof key === 'string' && { key }),
    ...sortEntries(events, hasPersonalData(clientId)),
  };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function sortEntries(entries: readonly unknown[], isPersonal: boolean): Pick<ParsedBatch, 'events' | 'bad'> {
  const events = new Map<string, FeedbackEvent>();
  const bad = new Map<string | symbol, BadEntry>();
  for (const entry of entries) {
    const parsed = parseEntry(entry, isPersonal);
    if ('event' in parsed) {
      if (!events.has(parsed.event.id)) events.set(parsed.event.id, parsed.event);
      bad.delete(parsed.event.id);
    } else if (parsed.id === undefined || !events.has(parsed.id)) bad.set(parsed.id ?? Symbol(), parsed);
  }
  return { events, bad: [...bad.values()] };
}

/** Reads one entry of a batch; `isPersonal`: whose client id alone is personal data. Never throws. */
export function parseEntry(entry: unknown, isPersonal: boolean): BadEntry | { readonly event: FeedbackEvent } {
  const parsed = parseEvent(entry);
  const id = parsed.kind === 'rejected' ? {} : { id: parsed.kind === 'event' ? parsed.event.id : parsed.id };
  const isValid = parsed.kind === 'event';
  // of a valid event its own fields alone are stored, so what stands beside them does no harm
  if (isPersonal || holdsPersonalData(isValid ? parsed.event : entry, isValid)) {
    return { ...id, code: 'personal_data' };
  }
  if (isValid) return parsed;
  const code = parsed.kind === 'drop' ? parsed.code : 'id_invalid';
  if (!isRecord(entry) || !isAgreed(entry)) return { ...id, code };
  const { unitId } = entry;
  return { ...id, code, letter: { code, body: JSON.stringify(entry), ...(typeof unitId === 'string' && { unitId }) } };
}

/** Whether what an event holds is of the level it was recorded under: what is not is not kept for a later look either. */
function isAgreed({ consent, kind, ...content }: Record<string, unknown>): boolean {
  const isOfTraining = [kind, ...Object.keys(content)].some((name) => name === 'slate' || name === 'ranking');
  return consent === 'training' || (consent === 'events' && !isOfTraining);
}
