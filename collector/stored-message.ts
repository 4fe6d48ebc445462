import type { FeedbackEvent } from '../src/core/event.ts';
import { isRecord } from '../src/core/guards.ts';
import { isUuid } from '../src/core/uuid.ts';
import type { Tombstone } from './erase.ts';
import type { LogRow } from './log.ts';
import { ERASURE_KINDS, type ErasureKind } from './tombstones.ts';
import { isTime } from './wire-event.ts';

/**
 * A row of the table of events as the JSON text of the stream, the archive and `nearside events`: the wire event plus `clientId`,
 * `receivedAt` and, where the device told it, `sentAt`.
 */
export function encodeStored({ client_id, received_at, sent_at, body }: Readonly<Record<string, unknown>>): string {
  const sentAt = sent_at === null ? {} : { sentAt: Number(sent_at) };
  const arrival = JSON.stringify({ clientId: String(client_id), receivedAt: Number(received_at), ...sentAt });
  return `${String(body).slice(0, -1)},${arrival.slice(1)}`;
}

/** A stored event as the same JSON text. */
export const encodeRow = ({ event, ...arrival }: LogRow): string => JSON.stringify({ ...event, ...arrival });

/** Reads a row of the table of tombstones. */
export const readTombstoneRow = ({ kind, key_hash, erased_at }: Readonly<Record<string, unknown>>): Tombstone => ({
  kind: kind as ErasureKind,
  sha256: Buffer.from(key_hash as Uint8Array).toString('hex'),
  erasedAt: Number(erased_at),
});

/** A tombstone as the JSON text of the stream: no field of it says whose it is but the SHA-256 of the erased key. */
export const encodeTombstone = ({ kind, sha256, erasedAt }: Tombstone): string =>
  JSON.stringify({ kind: 'tombstone', erased: kind, sha256, erasedAt });

/** What a message of the stream, or a row of the archive, says; undefined where it is neither. */
export type Stored = { readonly row: LogRow } | { readonly tombstone: Tombstone };

/** Reads what `encodeStored` and `encodeTombstone` write. Never throws: anybody who may publish may publish anything. */
export function parseStored(text: string): Stored | undefined {
  const given = parseJson(text);
  if (!isRecord(given)) return undefined;
  if (given['kind'] === 'tombstone') return readTombstone(given);
  const { clientId, receivedAt, sentAt, ...event } = given;
  const { id, unitId, kind } = event;
  const isWhole = [clientId, unitId, kind].every((text) => typeof text === 'string') && isUuid(String(id));
  if (!isWhole || !isTime(receivedAt) || !Number.isInteger(receivedAt)) return undefined;
  const arrival = { clientId: String(clientId), receivedAt, ...(typeof sentAt === 'number' && { sentAt }) };
  return { row: { ...arrival, event: event as unknown as FeedbackEvent } };
}

function readTombstone({ erased, sha256, erasedAt }: Record<string, unknown>): Stored | undefined {
  const kind = ERASURE_KINDS.find((known) => known === erased);
  const isHash = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
  return kind !== undefined && isHash && isTime(erasedAt) ? { tombstone: { kind, sha256, erasedAt } } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
