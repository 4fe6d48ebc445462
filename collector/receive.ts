import type { BatchResult, FeedbackEvent } from '../src/core/event.ts';
import { type ParsedBatch, parseBatch } from './batch.ts';
import { readBody } from './body.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { AppendStatus } from './log.ts';
import type { Origins } from './origins.ts';
import { type RateLimit, createRateLimiter, senderOf } from './rate-limit.ts';
import { type Refusal, isRefusal, postpone, refuse } from './refusal.ts';
import type { WriteKeys } from './write-keys.ts';

/** Takes the place of the batch's own `key`, for senders that are no page. */
export const KEY_HEADER = 'x-nearside-key';

const RETRY_AFTER_SECONDS = 5;
/** A key's burst, in seconds of its rate. */
const KEY_BURST_SECONDS = 10;

const NO_ORIGIN = refuse(403, 'origin_not_allowed', 'this origin is not on the allow-list');
const NO_KEY = refuse(403, 'key_unknown', 'the write key is missing, or not one of this collector');
const LIMITED = refuse(429, 'rate_limited', 'too many batches; send it again later');
const FULL = refuse(503, 'queue_full', 'too many events wait for the disk; send it again later');
const NOT_STORED = refuse(503, 'store_unavailable', 'the batch was not stored; send it again later');

export interface ReceiveOptions {
  readonly queue: Pick<CommitQueue, 'append'>;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly origins: Origins;
  /** Absent: every batch is taken, with or without a key. */
  readonly keys?: WriteKeys;
  /** Of one client address; absent: none. */
  readonly rateLimit?: RateLimit;
  /** Told of each event that was not stored before. */
  readonly onStored?: (event: FeedbackEvent) => void;
}

/** How a request ended, and how large it was: nothing of its content but the statuses of its events. */
export interface Received {
  readonly answer: BatchResult | Refusal;
  /** Of the body after gunzip; 0 where it was not read. */
  readonly sizeBytes: number;
}

/** Takes `POST /v1/events` of a client address, from its limits to its answer; never throws. */
export function createReceiver(options: ReceiveOptions): (request: Request, address: string) => Promise<Received> {
  const { clock, rateLimit, origins } = options;
  const limitAddress = createRateLimiter(clock);
  const checkKey = createKeyCheck(options);
  return async (request, address) => {
    const refused = (answer: Refusal): Received => ({ answer, sizeBytes: 0 });
    if (!origins.isListed(request, request.headers.get('origin'))) return refused(NO_ORIGIN);
    const wait = rateLimit ? limitAddress(senderOf(address), rateLimit) : 0;
    if (wait > 0) return refused(postpone(LIMITED, wait));
    const body = await readBody(request);
    if (isRefusal(body)) return refused(body);
    const batch = parseBatch(body);
    const answer = isRefusal(batch) ? batch : (checkKey(request, batch) ?? (await store(batch, options)));
    return { answer, sizeBytes: body.length };
  };
}

function createKeyCheck({ clock, origins, keys }: ReceiveOptions) {
  const limit = createRateLimiter(clock);
  return (request: Request, batch: ParsedBatch): Refusal | undefined => {
    const name = request.headers.get(KEY_HEADER) ?? batch.key ?? '';
    const key = keys?.get(name);
    if (keys !== undefined && key === undefined) return NO_KEY;
    if (!origins.mayUse(request, request.headers.get('origin'), key)) return NO_ORIGIN;
    const ratePerSecond = key?.ratePerSecond;
    if (ratePerSecond === undefined) return undefined;
    const wait = limit(name, { ratePerSecond, burst: Math.max(1, ratePerSecond * KEY_BURST_SECONDS) });
    return wait === 0 ? undefined : postpone(LIMITED, wait);
  };
}

async function store(batch: ParsedBatch, { queue, clock, onStored }: ReceiveOptions): Promise<BatchResult | Refusal> {
  const { clientId, sentAt } = batch;
  const time = clock();
  const arrival = { clientId, receivedAt: time, ...(sentAt !== undefined && { sentAt }) };
  const rows = [...batch.events.values()].map((event) => ({ ...arrival, event }));
  const deadLetters = batch.bad.flatMap(({ letter }) => (letter ? [{ ...arrival, ...letter }] : []));
  try {
    const isEmpty = rows.length === 0 && deadLetters.length === 0;
    const statuses = isEmpty ? [] : await queue.append({ rows, deadLetters });
    if (statuses === 'full') return postpone(FULL, RETRY_AFTER_SECONDS);
    rows.forEach(({ event }, i) => statuses[i] === 'ok' && onStored?.(event));
    return createResult(batch, statuses, time);
  } catch {
    // the queue has reported why
    return postpone(NOT_STORED, RETRY_AFTER_SECONDS);
  }
}

function createResult(batch: ParsedBatch, statuses: readonly AppendStatus[], time: number): BatchResult {
  const results: Record<string, BatchResult['results'][string]> = {};
  [...batch.events.keys()].forEach((id, i) => {
    const status = statuses[i] ?? 'ok';
    results[id] = status === 'erased' ? { status: 'drop', code: 'erased' } : { status };
  });
  for (const { id, code } of batch.bad) if (id !== undefined) results[id] = { status: 'drop', code };
  return { results, rejected: batch.bad.filter(({ id }) => id === undefined).length, time };
}
