import type { BatchResult, EventBatch, EventStatus, FeedbackEvent } from '../core/event.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import { withDeadline } from './deadline.ts';
import { fetchOptions } from './fetch-options.ts';

/** The browser shares 64 KiB of keepalive bodies among all requests of a page (DESIGN section 7). */
export const MAX_BODY_BYTES = 60_000;
/** Events in one request. */
export const MAX_BATCH_EVENTS = 50;
/** A collector that has not answered by then is taken for unreachable. */
const ANSWER_DEADLINE_MS = 15_000;

/** The stored outbox, as delivery needs it. */
export interface OutboxSource {
  read(limit: number): Promise<{ readonly clientId: string; readonly events: readonly FeedbackEvent[] }>;
  remove(sent: readonly FeedbackEvent[]): Promise<void>;
}

export interface FlushRequest {
  readonly outbox: OutboxSource;
  /** Full address of the collector's `/v1/events`. */
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  /** Ends the flush; what is unsent stays. */
  readonly signal: AbortSignal;
}

export interface FlushResult {
  /** Events that the collector has answered for and that are deleted here. */
  readonly sent: number;
  readonly problem?: Problem;
}

/**
 * Sends the outbox, oldest first, until it is empty or the collector does not take more. An event is deleted only on
 * the collector's own answer for it. Thin: backoff, Retry-After, age limits, caps and loss counts come with the
 * issue on delivery; until then the next flush simply tries again. Rejects only where storage fails.
 */
export async function flushOutbox(request: FlushRequest): Promise<FlushResult> {
  let sent = 0;
  while (!request.signal.aborted) {
    const { clientId, events } = await request.outbox.read(MAX_BATCH_EVENTS);
    if (events.length === 0) break;
    const batch = cutBatch({ clientId, sentAt: request.clock(), events });
    const answer = await post(request, batch.body);
    if (isProblem(answer)) return { sent, problem: answer };
    const settled = batch.events.filter(({ id }) => isSettled(answer, id));
    await request.outbox.remove(settled);
    sent += settled.length;
    // what is limited or to be retried waits for the next flush
    if (settled.length < batch.events.length) break;
  }
  return { sent };
}

/** The longest prefix whose body keeps the byte limit; at least one event. */
export function cutBatch(batch: EventBatch): { readonly events: readonly FeedbackEvent[]; readonly body: string } {
  const encoder = new TextEncoder();
  let count = batch.events.length;
  for (;;) {
    const events = batch.events.slice(0, count);
    const body = JSON.stringify({ ...batch, events });
    if (count <= 1 || encoder.encode(body).length <= MAX_BODY_BYTES) return { events, body };
    count = Math.floor(count / 2);
  }
}

const SETTLED: ReadonlySet<EventStatus> = new Set(['ok', 'duplicate', 'drop']);

function isSettled(answer: BatchResult, id: string): boolean {
  const result = Object.hasOwn(answer.results, id) ? answer.results[id] : undefined;
  // from outside: it may be null, and its status anything
  return result !== undefined && SETTLED.has((result as typeof result | null)?.status as EventStatus);
}

async function post(request: FlushRequest, body: string): Promise<BatchResult | Problem> {
  const { url, fetch, signal } = request;
  try {
    const response = await fetch(
      url,
      fetchOptions({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        // a request beyond the browser's budget would be refused; a single slate of 500 candidates may be
        keepalive: new TextEncoder().encode(body).length <= MAX_BODY_BYTES,
        credentials: 'omit',
        // the address of a product page would name a view
        referrerPolicy: 'no-referrer',
        signal: withDeadline(signal, ANSWER_DEADLINE_MS),
      }),
    );
    // always read: the keepalive budget is held until the body is
    const text = await response.text();
    if (response.status === 200) return parseAnswer(text, url);
    const why = `status ${String(response.status)}; the events stay and are sent again`;
    return createProblem('collector_refused', `${url} answered ${why}`);
  } catch (error) {
    return createProblem('collector_unreachable', `${url} could not be reached, the events stay: ${String(error)}`);
  }
}

function parseAnswer(text: string, url: string): BatchResult | Problem {
  try {
    const value = JSON.parse(text) as Partial<BatchResult> | null;
    if (typeof value?.results === 'object' && value.results !== null) return value as BatchResult;
  } catch {
    // the same as another shape
  }
  return createProblem('collector_refused', `${url} answered 200 without results; is this address a collector?`);
}
