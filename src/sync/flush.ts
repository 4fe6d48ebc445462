import { parseRetryAfter } from '../core/backoff.ts';
import { type BatchResult, type EventBatch, type EventStatus, type FeedbackEvent, priorityOf } from '../core/event.ts';
import { type Problem, createProblem } from '../core/problem.ts';
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
  /** Deletes events: `refused` where they are given up, else because the collector has answered for them. */
  remove(events: readonly FeedbackEvent[], reason?: 'refused'): Promise<void>;
  /** Told what is under way from now on. */
  begin(events: readonly FeedbackEvent[]): void;
}

export interface FlushRequest {
  readonly outbox: OutboxSource;
  /** Full address of the collector's `/v1/events`. */
  readonly url: string;
  /** Tells a collector whose events these are, where it asks for that. */
  readonly key?: string | undefined;
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  /** Ends the flush; what is unsent stays. */
  readonly signal: AbortSignal;
}

export interface FlushResult {
  /** Events that the collector has answered for and that are deleted here. */
  readonly sent: number;
  /** Why there is more to send, if so. */
  readonly problem?: Problem;
  /** The collector asked for this many milliseconds. */
  readonly retryAfterMs?: number;
  /** The highest `clientSeq` of a batch that got no answer: it may have arrived, so it alone is to be tried again. */
  readonly probeTo?: number;
}

/**
 * Sends the outbox, oldest first, until it is empty or the collector does not take more. An event is deleted only on the
 * collector's own answer for it, or where the collector refuses a body that holds nothing else. Rejects only where
 * storage fails.
 */
export async function flushOutbox(request: FlushRequest): Promise<FlushResult> {
  const { outbox, key, signal } = request;
  let sent = 0;
  let limit = MAX_BATCH_EVENTS;
  while (!signal.aborted) {
    const { clientId, events } = await outbox.read(limit);
    // a `fetch` of the host's own may not look
    if (events.length === 0 || signal.aborted) break;
    const batch = cutBatch({ clientId, sentAt: request.clock(), ...(key && { key }), events });
    outbox.begin(batch.events);
    const answer = await post(request, batch.body);
    if (answer.kind === 'unreadable') {
      // a body that the collector cannot take must not hold up all behind it: it is halved, down to the one at fault
      if (batch.events.length === 1) await outbox.remove(batch.events, 'refused');
      limit = Math.max(1, Math.floor(batch.events.length / 2));
      continue;
    }
    if (answer.kind === 'silence')
      return { sent, problem: answer.problem, probeTo: batch.events.at(-1)?.clientSeq ?? 0 };
    if (answer.kind === 'refusal') return { sent, ...answer.result };
    const settled = batch.events.filter(({ id }) => isSettled(answer.results, id));
    await outbox.remove(settled);
    sent += settled.length;
    limit = MAX_BATCH_EVENTS;
    if (settled.length < batch.events.length) return { sent, problem: limited(request.url) };
  }
  return { sent };
}

/**
 * Sends events at once, in their order; where the browser lets fewer outlive the page, the most important ones. Resolves
 * with those that the collector has answered for; none where nothing came back.
 */
export async function sendLast(
  request: Omit<FlushRequest, 'outbox'>,
  { clientId, events }: { readonly clientId: string; readonly events: readonly FeedbackEvent[] },
): Promise<readonly FeedbackEvent[]> {
  const room = MAX_BODY_BYTES - underWay;
  const { key, clock } = request;
  const about = { clientId, sentAt: clock(), ...(key && { key }) };
  const ranked = [...events].sort((a, b) => priorityOf(a) - priorityOf(b));
  const { events: chosen } = cutBatch({ ...about, events: ranked }, room);
  const batch = cutBatch({ ...about, events: [...chosen].sort((a, b) => a.clientSeq - b.clientSeq) }, room);
  if (events.length === 0 || byteLength(batch.body) > room) return [];
  const answer = await post(request, batch.body);
  return answer.kind === 'results' ? batch.events.filter(({ id }) => isSettled(answer.results, id)) : [];
}

/** The longest prefix whose body keeps the limit in bytes; at least one event. */
export function cutBatch(
  batch: EventBatch,
  limit = MAX_BODY_BYTES,
): { readonly events: readonly FeedbackEvent[]; readonly body: string } {
  let sizeBytes = byteLength(JSON.stringify({ ...batch, events: [] }));
  let count = 0;
  for (const event of batch.events) {
    sizeBytes += byteLength(JSON.stringify(event)) + Math.sign(count);
    if (count > 0 && sizeBytes > limit) break;
    count++;
  }
  const events = batch.events.slice(0, count);
  return { events, body: JSON.stringify({ ...batch, events }) };
}

const encoder = new TextEncoder();
const byteLength = (text: string): number => encoder.encode(text).length;

const SETTLED: ReadonlySet<EventStatus> = new Set(['ok', 'duplicate', 'drop']);

function isSettled(results: BatchResult['results'], id: string): boolean {
  const result = Object.hasOwn(results, id) ? results[id] : undefined;
  // from outside: it may be null, and its status anything
  return result !== undefined && SETTLED.has((result as typeof result | null)?.status as EventStatus);
}

type Answer =
  | { readonly kind: 'results'; readonly results: BatchResult['results'] }
  /** It can do nothing with this body. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'refusal'; readonly result: Pick<FlushResult, 'problem' | 'retryAfterMs'> }
  | { readonly kind: 'silence'; readonly problem: Problem };

/** Bytes of bodies under way on this page that outlive it, of all its kits. */
let underWay = 0;

async function post({ url, fetch, signal, clock }: Omit<FlushRequest, 'outbox'>, body: string): Promise<Answer> {
  const sizeBytes = byteLength(body);
  // a request beyond the browser's budget would be refused; a single slate of 500 candidates may be
  const keepalive = underWay + sizeBytes <= MAX_BODY_BYTES;
  if (keepalive) underWay += sizeBytes;
  try {
    const response = await fetch(
      url,
      fetchOptions({
        method: 'POST',
        // another origin is asked without a preflight, for which a page that is being left has no time
        headers: { 'content-type': 'text/plain;charset=UTF-8' },
        body,
        keepalive,
        credentials: 'omit',
        // the address of a product page would name a view
        referrerPolicy: 'no-referrer',
        signal: withDeadline(signal, ANSWER_DEADLINE_MS),
      }),
    );
    // always read: the keepalive budget is held until the body is
    return readAnswer(response, await response.text(), { url, now: clock() });
  } catch (error) {
    const problem = createProblem(
      'collector_unreachable',
      `${url} could not be reached, the events stay: ${String(error)}`,
    );
    return { kind: 'silence', problem };
  } finally {
    if (keepalive) underWay -= sizeBytes;
  }
}

function readAnswer({ status, headers }: Response, text: string, { url, now }: { url: string; now: number }): Answer {
  const { results, error } = parseBody(text);
  if (status === 200 && results !== undefined) return { kind: 'results', results };
  // only in a collector's own words: a server that is none must not empty the outbox
  if ((status === 400 || status === 413) && error !== undefined) return { kind: 'unreadable' };
  const why =
    status === 200
      ? '200 without results; is this address a collector?'
      : `status ${String(status)}; the events stay and are sent again`;
  const problem = createProblem('collector_refused', `${url} answered ${why}`);
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), now);
  return { kind: 'refusal', result: { problem, ...(retryAfterMs !== null && { retryAfterMs }) } };
}

const limited = (url: string): Problem =>
  createProblem('collector_refused', `${url} did not take some events for now; they stay and are sent again`);

/** What is there of a collector's own answer; anything may come. */
function parseBody(text: string): { readonly results?: BatchResult['results']; readonly error?: object } {
  try {
    const { results, error } = (JSON.parse(text) ?? {}) as { readonly results?: unknown; readonly error?: unknown };
    return {
      ...(typeof results === 'object' && results !== null && { results: results as BatchResult['results'] }),
      ...(typeof error === 'object' && error !== null && 'code' in error && { error }),
    };
  } catch {
    return {};
  }
}
