import { describe, expect, test } from 'vitest';
import type { EventBatch, FeedbackEvent } from '../../src/core/event.ts';
import { MAX_BODY_BYTES, flushOutbox, sendLast } from '../../src/sync/flush.ts';

const NOW = Date.UTC(2026, 0, 7, 12);
const { signal } = new AbortController();

const event = (clientSeq: number, more: Partial<FeedbackEvent> = {}): FeedbackEvent => ({
  ...{ id: `id-${String(clientSeq)}`, clientSeq, unitId: 'u', at: 0, kind: 'impression', consent: 'events' },
  ...more,
});

const taken = ({ events }: EventBatch): Response =>
  Response.json({ results: Object.fromEntries(events.map(({ id }) => [id, { status: 'ok' }])), rejected: 0, time: 0 });
const refusal = (status: number, headers: Record<string, string> = {}): Response =>
  Response.json({ error: { code: 'any', message: 'any' } }, { status, headers });

/** An outbox in memory, and a collector that answers each request by `answer`. */
function setUp(events: FeedbackEvent[], answer: (batch: EventBatch, count: number) => Response) {
  const [sent, options, given]: [EventBatch[], RequestInit[], FeedbackEvent[]] = [[], [], []];
  const fetch = ((_url: string, request: RequestInit) => {
    options.push(request);
    sent.push(JSON.parse(request.body as string) as EventBatch);
    return Promise.resolve().then(() => answer(sent.at(-1) as EventBatch, sent.length));
  }) as unknown as typeof globalThis.fetch;
  const outbox = {
    read: (limit: number) => Promise.resolve({ clientId: 'c', events: events.slice(0, limit) }),
    remove: (gone: readonly FeedbackEvent[], reason?: 'refused') => {
      gone.forEach((one) => events.splice(events.indexOf(one), 1));
      if (reason !== undefined) given.push(...gone);
      return Promise.resolve();
    },
    begin: () => undefined,
  };
  const request = { outbox, url: 'https://c.test/v1/events', fetch, clock: () => NOW, signal };
  return { sent, options, given, request, left: events };
}

test('each body says whose events it holds, where a site has a key', async () => {
  const { request, sent } = setUp([event(1)], taken);
  await flushOutbox({ ...request, key: 'pk_shop' });
  await sendLast({ ...request, key: 'pk_shop' }, { clientId: 'c', events: [event(2)] });
  await sendLast(request, { clientId: 'c', events: [event(3)] });
  expect(sent.map(({ key }) => key)).toEqual(['pk_shop', 'pk_shop', undefined]);
});

describe('flushOutbox', () => {
  test.each([400, 413])(
    'a body that the collector refuses with %i is halved; the event at fault goes, its neighbours arrive',
    async (status) => {
      const all = Array.from({ length: 8 }, (_, i) => event(i + 1));
      const isBad = ({ events }: EventBatch) => events.some(({ clientSeq }) => clientSeq === 6);
      const { request, sent, given, left } = setUp(all, (batch) => (isBad(batch) ? refusal(status) : taken(batch)));
      expect(await flushOutbox(request)).toEqual({ sent: 7 });
      expect([given.map(({ clientSeq }) => clientSeq), left]).toEqual([[6], []]);
      expect(sent.length).toBeLessThan(12);
    },
  );

  test.each([400, 413])('a %i that is no collector’s empties nothing', async (status) => {
    const { request, sent, left } = setUp([event(1), event(2)], () => new Response('<html>', { status }));
    expect(await flushOutbox(request)).toMatchObject({ sent: 0, problem: { code: 'collector_refused' } });
    expect([sent.length, left.length]).toEqual([1, 2]);
  });

  test('says how long the collector asked for, and nothing of a probe', async () => {
    const { request } = setUp([event(1)], () => refusal(503, { 'retry-after': '7' }));
    const result = await flushOutbox(request);
    expect(result).toMatchObject({ sent: 0, problem: { code: 'collector_refused' }, retryAfterMs: 7000 });
    expect(result.probeTo).toBeUndefined();
  });

  test('without an answer it says up to where that batch went', async () => {
    const all = Array.from({ length: 70 }, (_, i) => event(i + 1));
    const { request } = setUp(all, (batch, count) => {
      if (count === 2) throw new TypeError('Failed to fetch');
      return taken(batch);
    });
    expect(await flushOutbox(request)).toMatchObject({
      sent: 50,
      probeTo: 70,
      problem: { code: 'collector_unreachable' },
    });
  });

  test('another origin is asked without a preflight', async () => {
    const { request, options } = setUp([event(1)], taken);
    await flushOutbox(request);
    const { headers, credentials } = new Request('https://c.test/', { ...options[0], referrerPolicy: '' });
    // https://fetch.spec.whatwg.org/#cors-safelisted-request-header
    expect([...headers]).toEqual([['content-type', 'text/plain;charset=UTF-8']]);
    expect(credentials).toBe('omit');
  });
});

describe('sendLast', () => {
  const long = (clientSeq: number, kind: FeedbackEvent['kind']) =>
    event(clientSeq, { kind, placement: 'é'.repeat(1000) });

  test('one request in their order, of the most important ones, as much as outlives the page', async () => {
    const events = Array.from({ length: 60 }, (_, i) => long(i + 1, i % 3 === 2 ? 'conversion' : 'impression'));
    const { request, sent, options } = setUp([], taken);
    const settled = await sendLast(request, { clientId: 'c', events });
    const bytes = new TextEncoder().encode(options[0].body as string).length;
    expect([sent.length, options[0].keepalive]).toEqual([1, true]);
    expect(bytes).toBeLessThanOrEqual(MAX_BODY_BYTES);
    expect(bytes).toBeGreaterThan(MAX_BODY_BYTES - 5000);
    expect(sent[0].events.filter(({ kind }) => kind === 'conversion').length).toBe(20);
    const numbers = sent[0].events.map(({ clientSeq }) => clientSeq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(settled.map(({ id }) => id)).toEqual(sent[0].events.map(({ id }) => id));
  });

  test('keeps within what another request under way leaves of the browser’s budget', async () => {
    let answer: (response: Response) => void = () => undefined;
    const waiting = new Promise<Response>((resolve) => (answer = resolve));
    const first = setUp([long(1, 'click')], () => waiting as never);
    const flushing = flushOutbox(first.request);
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    const events = Array.from({ length: 60 }, (_, i) => long(i + 2, 'click'));
    const { request, options } = setUp([], taken);
    await sendLast(request, { clientId: 'c', events });
    const size = ({ body }: RequestInit) => new TextEncoder().encode(body as string).length;
    expect(size(first.options[0]) + size(options[0])).toBeLessThanOrEqual(MAX_BODY_BYTES);
    answer(taken(first.sent[0]));
    expect(await flushing).toEqual({ sent: 1 });
  });

  test('sends nothing for nothing, and nothing where the first alone is too large', async () => {
    const { request, sent } = setUp([], taken);
    expect(await sendLast(request, { clientId: 'c', events: [] })).toEqual([]);
    const huge = event(1, { placement: 'x'.repeat(MAX_BODY_BYTES) });
    expect(await sendLast(request, { clientId: 'c', events: [huge] })).toEqual([]);
    expect(sent).toEqual([]);
  });
});
