import type { FeedbackEvent } from '../src/core/event.ts';
import { isDeeperThan } from './json-depth.ts';
import { type Refusal, refuse } from './refusal.ts';
import { isText, parseEvent } from './wire-event.ts';

/** Batch, list, event and `value` are 4 levels; the rest is room for fields that later versions add. */
const MAX_DEPTH = 16;

/** A batch after checking: every usable id is in exactly one of the two maps. */
export interface ParsedBatch {
  readonly kind: 'batch';
  readonly clientId: string;
  /** By id, in the order sent; of a repeat the first valid one. */
  readonly events: ReadonlyMap<string, FeedbackEvent>;
  /** Drop code by id. */
  readonly drops: ReadonlyMap<string, string>;
  /** Entries without a usable id. */
  readonly rejected: number;
}

/**
 * Reads the body of `POST /v1/events`. Refuses with 400 what is not UTF-8 JSON, nests too deep, or has no `clientId`
 * text or `events` array; anything wrong inside `events` concerns that event alone. Never throws.
 */
export function parseBatch(body: Uint8Array): ParsedBatch | Refusal {
  if (isDeeperThan(body, MAX_DEPTH))
    return refuse(400, 'json_too_deep', `JSON must not nest deeper than ${String(MAX_DEPTH)}`);
  const batch = parseJson(body);
  if (batch === undefined) return refuse(400, 'json_invalid', 'the body is not UTF-8 JSON');
  const { clientId, events } = (typeof batch === 'object' && batch !== null ? batch : {}) as Record<string, unknown>;
  if (!isText(clientId) || clientId === '') return refuse(400, 'client_id_missing', 'clientId must be a text');
  if (!Array.isArray(events)) return refuse(400, 'events_missing', 'events must be an array');
  return { kind: 'batch', clientId, ...sortEvents(events) };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function sortEvents(inputs: readonly unknown[]): Pick<ParsedBatch, 'events' | 'drops' | 'rejected'> {
  const events = new Map<string, FeedbackEvent>();
  const drops = new Map<string, string>();
  let rejected = 0;
  for (const parsed of inputs.map(parseEvent)) {
    switch (parsed.kind) {
      case 'event':
        if (!events.has(parsed.event.id)) events.set(parsed.event.id, parsed.event);
        drops.delete(parsed.event.id);
        break;
      case 'drop':
        if (!events.has(parsed.id)) drops.set(parsed.id, parsed.code);
        break;
      case 'rejected':
        rejected++;
    }
  }
  return { events, drops, rejected };
}
