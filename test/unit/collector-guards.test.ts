import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AppOptions, type RequestReport, createApp, createLog } from '../../collector/index.ts';
import type { EventLog } from '../../collector/index.ts';
import { isKeysProblem, parseWriteKeys } from '../../collector/write-keys.ts';
import type { BatchResult } from '../../src/core/event.ts';

let folder: string;
let file: string;
let log: EventLog;
let now = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-guards-'));
  file = join(folder, 'log.sqlite');
  log = createLog(file);
  now = 1_760_000_000_000;
});

afterEach(() => {
  log.close();
  rmSync(folder, { recursive: true });
});

const uuid = (n: number): string => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const event = (n: number, more: object = {}) => ({
  ...{ id: uuid(n), clientSeq: n, unitId: 'u1', at: 5, kind: 'click', consent: 'events', ...more },
});

function createSender(options: Omit<AppOptions, 'log'> = {}) {
  const app = createApp({ log, clock: () => now, ...options });
  const post = (batch: object, headers: Record<string, string> = {}, address = '192.0.2.1') =>
    app.request(
      'http://collector.test/v1/events',
      { method: 'POST', headers: { 'content-type': 'text/plain', ...headers }, body: JSON.stringify(batch) },
      { incoming: { socket: { remoteAddress: address } } },
    );
  const codeOf = async (response: Response | Promise<Response>): Promise<string> => {
    const { error } = (await (await response).json()) as { error?: { code: string } };
    return error?.code ?? 'ok';
  };
  return { app, post, codeOf };
}

const lettersOf = (): { code: string; body: string }[] => {
  const database = new DatabaseSync(file);
  const rows = database.prepare('SELECT code, client_id, received_at, sent_at, body FROM dead_letters').all();
  database.close();
  return rows as never;
};

describe('what cannot be stored', () => {
  test('is kept as a dead letter: code, the event as it came, whose and when', async () => {
    const broken = event(1, { kind: 'view', itemId: 'i1', note: { deep: ['é', '\0'] } });
    await createSender().post({ clientId: 'c1', sentAt: 7, events: [broken, { kind: 'click', consent: 'events' }] });
    const arrival = { client_id: 'c1', received_at: now, sent_at: 7 };
    expect(lettersOf().map(({ body, ...rest }) => ({ ...rest, event: JSON.parse(body) as unknown }))).toEqual([
      { ...arrival, code: 'kind_invalid', event: broken },
      { ...arrival, code: 'id_invalid', event: { kind: 'click', consent: 'events' } },
    ]);
  });

  test('is not kept without consent, and not where a valid copy came with it', async () => {
    const bad = [
      event(1, { consent: 'none' }),
      event(2, { kind: 'x', consent: 'none' }),
      event(3, { consent: 7 }),
      'x',
    ];
    await createSender().post({ clientId: 'c1', events: [...bad, event(4, { at: -1 }), event(4)] });
    const training = { kind: 'slate', consent: 'events' };
    const slates = [event(5, training), event(6, { slate: 1 }), event(7, { ranking: 1 })];
    await createSender().post({ clientId: 'c1', events: slates });
    expect(lettersOf()).toEqual([]);
    await createSender().post({ clientId: 'c1', events: slates.map((one) => ({ ...one, consent: 'training' })) });
    expect(lettersOf()).toHaveLength(3);
  });

  test('personal data in any text of an event is refused, and neither stored, kept nor reported', async () => {
    const reports: unknown[] = [];
    const { post, app } = createSender({
      onRequest: (one) => reports.push(one),
      onStoreError: (one) => reports.push(one),
    });
    const planted = 'jane.doe@planted.example';
    const fields = ['unitId', 'slateId', 'placement', 'itemId', 'modelId'];
    const events = [
      ...fields.map((name, n) => event(n + 1, { [name]: planted })),
      event(9, { kind: 'x', note: planted }),
      // no valid event, so these need not be bytes, and a number may be a card's
      event(10, { kind: 'x', vectors: planted }),
      event(11, { kind: 'x', ranking: { inputs: planted } }),
      event(12, { kind: 'x', note: 4111111111111111 }),
    ];
    const { results } = (await (await post({ clientId: 'c1', events })).json()) as BatchResult;
    expect(Object.values(results)).toEqual(events.map(() => ({ status: 'drop', code: 'personal_data' })));
    const { results: all } = (await (await post({ clientId: planted, events: [event(20), 7] })).json()) as BatchResult;
    expect(all).toEqual({ [uuid(20)]: { status: 'drop', code: 'personal_data' } });
    expect([[...log.read()], lettersOf()]).toEqual([[], []]);
    const metrics = await (await app.request('/metrics')).text();
    expect(JSON.stringify(reports) + metrics).not.toContain('planted');
    // what is not stored does no harm
    await post({ clientId: 'c1', events: [event(30, { email: planted })] });
    expect([...log.read()]).toMatchObject([{ event: event(30) }]);
  });
});

describe('write keys', () => {
  const parsed = parseWriteKeys({
    keys: { pk_a: { origins: ['https://a.example'] }, pk_b: { origins: [], ratePerSecond: 0.5 } },
  });
  if (isKeysProblem(parsed)) throw new Error(parsed.message);
  const keys = parsed;
  const batch = (key?: string) => ({ clientId: 'c1', key, events: [event(1)] });

  test('a batch needs one, in its body or a header', async () => {
    const { post, codeOf } = createSender({ keys });
    expect(await codeOf(post(batch()))).toBe('key_unknown');
    expect(await codeOf(post(batch('pk_c')))).toBe('key_unknown');
    expect(await codeOf(post({ ...batch(), key: 7 }))).toBe('key_unknown');
    expect((await post(batch())).status).toBe(403);
    expect([...log.read()]).toEqual([]);
    expect(await codeOf(post(batch('pk_a')))).toBe('ok');
    expect(await codeOf(post(batch(), { 'x-nearside-key': 'pk_b' }))).toBe('ok');
  });

  test('each has its own origins', async () => {
    const { app, post, codeOf } = createSender({ keys, allowedOrigins: ['https://any.example'] });
    const from = (origin: string) => ({ origin });
    expect(await codeOf(post(batch('pk_a'), from('https://a.example')))).toBe('ok');
    expect(await codeOf(post(batch('pk_b'), from('https://a.example')))).toBe('origin_not_allowed');
    expect(await codeOf(post(batch('pk_a'), from('https://b.example')))).toBe('origin_not_allowed');
    for (const origin of ['https://any.example', 'https://collector.test']) {
      expect(await codeOf(post(batch('pk_b'), from(origin)))).toBe('ok');
    }
    const headers = { ...from('https://a.example'), 'access-control-request-method': 'POST' };
    const preflight = await app.request('/v1/events', { method: 'OPTIONS', headers });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://a.example');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-nearside-key');
  });

  test('each has its own rate, over all who use it', async () => {
    const { post, codeOf } = createSender({ keys });
    const send = (address: string, key = 'pk_b') => post(batch(key), {}, address);
    for (let n = 0; n < 5; n++) expect(await codeOf(send(`192.0.2.${String(n)}`))).toBe('ok');
    const limited = await send('192.0.2.77');
    expect([limited.status, limited.headers.get('retry-after'), await codeOf(limited)]).toEqual([
      429,
      '2',
      'rate_limited',
    ]);
    expect(await codeOf(send('192.0.2.77', 'pk_a'))).toBe('ok');
    now += 2000;
    expect(await codeOf(send('192.0.2.78'))).toBe('ok');
    expect(await codeOf(send('192.0.2.78'))).toBe('rate_limited');
  });
});

describe('the rate of one address', () => {
  const rateLimit = { ratePerSecond: 2, burst: 3 };

  test('is limited with Retry-After, and recovers', async () => {
    const { post, codeOf } = createSender({ rateLimit });
    const send = (address: string) => codeOf(post({ clientId: 'c1', events: [event(1)] }, {}, address));
    const burst = await Promise.all([1, 2, 3, 4].map(() => send('192.0.2.1')));
    expect(burst).toEqual(['ok', 'ok', 'ok', 'rate_limited']);
    expect(await send('192.0.2.2')).toBe('ok');
    now += 500;
    expect([await send('192.0.2.1'), await send('192.0.2.1')]).toEqual(['ok', 'rate_limited']);
    now -= 1000; // a clock that is set back
    expect(await send('192.0.2.1')).toBe('rate_limited');
    expect(await send('192.0.2.3')).toBe('ok');
    now -= 60_000;
    expect(await send('192.0.2.3')).toBe('ok');
    now += 1500 + 120_000;
    expect(await Promise.all([1, 2, 3, 4].map(() => send('192.0.2.1')))).toEqual(burst);
  });

  test('behind a proxy counts whom the proxy names, never what the client added', async () => {
    for (const [trustProxy, last] of [
      [true, 'ok'],
      [false, 'rate_limited'],
    ] as const) {
      const { post, codeOf } = createSender({ rateLimit: { ratePerSecond: 1, burst: 1 }, trustProxy });
      const send = (forwarded: string) =>
        codeOf(post({ clientId: 'c1', events: [] }, { 'x-forwarded-for': forwarded }, '192.0.2.1'));
      expect(await send('198.51.100.1')).toBe('ok');
      expect(await send('203.0.113.9, 198.51.100.1')).toBe('rate_limited');
      expect(await send('198.51.100.1, 203.0.113.9')).toBe(last);
    }
  });
});

describe('what the collector says of itself', () => {
  test('/healthz is 503 from a failed commit until the log can be written again, without a batch', async () => {
    const reports: string[] = [];
    const { app, post, codeOf } = createSender({ onStoreError: (message) => reports.push(message) });
    const health = async () => (await app.request('/healthz')).status;
    const lock = new DatabaseSync(file);
    lock.exec('BEGIN IMMEDIATE');
    const response = await post({ clientId: 'c1', events: [event(1)] });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect([await codeOf(response), await health(), reports]).toEqual([
      'store_unavailable',
      503,
      ['database is locked'],
    ]);
    lock.exec('ROLLBACK');
    lock.close();
    expect(await health()).toBe(200);
  });

  test('503 queue_full while too much waits', async () => {
    const { post, codeOf } = createSender({ maxWaitingEvents: 1 });
    const both = [1, 2].map((n) => codeOf(post({ clientId: 'c1', events: [event(n)] })));
    expect((await Promise.all(both)).sort()).toEqual(['ok', 'queue_full']);
  });

  test('/metrics counts batches, events, commits, waiting and size by its own codes alone', async () => {
    const { app, post } = createSender({ rateLimit: { ratePerSecond: 1, burst: 4 } });
    await post({ clientId: 'c-label', events: [event(1), event(2, { kind: 'made-up-kind' }), 7] });
    await post({ clientId: 'c-label', events: [event(1, { itemId: 'i-label' })] });
    await post({ clientId: 'c-label' });
    await post({ clientId: 'c-label', events: [event(3)] }, { origin: 'https://o-label.example' });
    await post({ clientId: 'c-label', events: [event(1)] });
    await post({ clientId: 'c-label', events: [event(1)] });
    const response = await app.request('/metrics');
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    for (const line of [
      'nearside_batches_total{status="200",code=""} 3',
      'nearside_batches_total{status="400",code="events_missing"} 1',
      'nearside_batches_total{status="403",code="origin_not_allowed"} 1',
      'nearside_batches_total{status="429",code="rate_limited"} 1',
      'nearside_events_total{status="ok",code=""} 1',
      'nearside_events_total{status="duplicate",code=""} 2',
      'nearside_events_total{status="drop",code="kind_invalid"} 1',
      'nearside_events_total{status="rejected",code="id_invalid"} 1',
      'nearside_commit_failures_total 0',
      'nearside_commit_seconds_count 3',
      'nearside_waiting_events 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    for (const name of ['log', 'wal'])
      expect(Number(new RegExp(`^nearside_${name}_bytes (\\d+)$`, 'm').exec(text)?.[1])).toBeGreaterThan(4096);
    expect(text).not.toMatch(/label|made-up|192\.0\.2/);
  });

  test('a report of each request: sizes and codes', async () => {
    const reports: RequestReport[] = [];
    const { post } = createSender({ onRequest: (report) => reports.push(report) });
    const batch = { clientId: 'c1', events: [event(1), 7] };
    await post(batch);
    await post({ clientId: 'c1' });
    const durationMs = expect.any(Number) as number;
    expect(reports).toEqual([
      { status: 200, sizeBytes: JSON.stringify(batch).length, events: 1, durationMs },
      { status: 400, code: 'events_missing', sizeBytes: 17, events: 0, durationMs },
    ]);
  });
});
