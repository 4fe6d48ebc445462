import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Hono } from 'hono';
import { createApp, createLog } from '../../collector/index.ts';
import type { EventLog } from '../../collector/index.ts';
import { findExceeded } from '../../collector/json-limits.ts';
import { type BatchResult, MAX_BATCH_BYTES } from '../../src/core/event.ts';

const NOW = 1_760_000_000_000;
const SHOP = 'https://shop.example';

let folder: string;
let file: string;
let log: EventLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-collector-'));
  file = join(folder, 'made', 'log.sqlite');
  log = createLog(file);
});

afterEach(() => {
  log.close();
  rmSync(folder, { recursive: true });
});

const uuid = (n: number): string => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const event = (n: number, more: object = {}): Record<string, unknown> => ({
  ...{ id: uuid(n), clientSeq: n, unitId: 'u1', at: NOW - 5, kind: 'click', consent: 'events', ...more },
});
const batch = (...events: unknown[]): string => JSON.stringify({ clientId: 'c1', sentAt: NOW - 7, events });
const createTestApp = (): Hono => createApp({ log, clock: () => NOW, allowedOrigins: [SHOP] });

type Headers = Record<string, string>;
const send = async (body: string | Uint8Array<ArrayBuffer>, headers: Headers = {}): Promise<Response> =>
  createTestApp().request('http://collector.test/v1/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const post = async (body: string): Promise<BatchResult> => {
  const response = await send(body);
  expect(response.status).toBe(200);
  return (await response.json()) as BatchResult;
};
const errorOf = async (response: Response): Promise<[number, string]> => {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.message).not.toBe('');
  return [response.status, error.code];
};
const storedIds = (): string[] => [...log.read()].map((row) => row.event.id);

describe('POST /v1/events stores', () => {
  test('a batch in order, with client id and time of receipt', async () => {
    const full = event(2, {
      ...{ slateId: 's1', placement: 'home', itemId: 'i1', position: 0, modelId: '', tier: 'wasm' },
      ...{ signalAgeMs: 0.5, serverLag: 3, quantity: 2, value: { amount: 12.5, currency: 'GBP' } },
    });
    const answer = await post(batch(full, event(1)));
    expect(answer).toEqual({
      results: { [uuid(2)]: { status: 'ok' }, [uuid(1)]: { status: 'ok' } },
      rejected: 0,
      time: NOW,
    });
    expect([...log.read()]).toEqual([
      { clientId: 'c1', receivedAt: NOW, sentAt: NOW - 7, event: full },
      { clientId: 'c1', receivedAt: NOW, sentAt: NOW - 7, event: event(1) },
    ]);
  });

  test('an id once, across a restart', async () => {
    await post(batch(event(1)));
    log.close();
    log = createLog(file);
    const { results } = await post(batch(event(1), event(2)));
    expect(results).toEqual({ [uuid(1)]: { status: 'duplicate' }, [uuid(2)]: { status: 'ok' } });
    expect(storedIds()).toEqual([uuid(1), uuid(2)]);
  });

  test('a repeat inside one batch once, and a valid copy wins over a broken one', async () => {
    const { results } = await post(batch(event(1), event(1), event(2, { kind: 'x' }), event(2), event(2, { at: '' })));
    expect(results).toEqual({ [uuid(1)]: { status: 'ok' }, [uuid(2)]: { status: 'ok' } });
    expect(storedIds()).toEqual([uuid(1), uuid(2)]);
  });

  test('documented fields only; null counts as absent', async () => {
    const value = { amount: 1, currency: 'EUR', note: 'x' };
    await post(batch(event(1, { email: 'a@b.example', query: 'shoes', itemId: null, signalAgeMs: null, value })));
    expect([...log.read()][0]?.event).toEqual(event(1, { value: { amount: 1, currency: 'EUR' } }));
  });

  test('text/plain with a charset, as beacons send it', async () => {
    expect((await send(batch(event(1)), { 'content-type': 'text/plain;charset=UTF-8' })).status).toBe(200);
    expect(storedIds()).toEqual([uuid(1)]);
  });

  test('gzip', async () => {
    const response = await send(new Uint8Array(gzipSync(batch(event(1)))), { 'content-encoding': 'gzip' });
    expect(response.status).toBe(200);
    expect(storedIds()).toEqual([uuid(1)]);
  });

  test('nothing for an empty batch', async () => {
    expect(await post(batch())).toEqual({ results: {}, rejected: 0, time: NOW });
  });
});

describe('an event that is not valid', () => {
  test.each([
    ['kind_invalid', { kind: 'view' }],
    ['consent_invalid', { consent: 'none' }],
    ['consent_invalid', { consent: 'aggregate' }],
    ['client_seq_invalid', { clientSeq: 0 }],
    ['client_seq_invalid', { clientSeq: 1.5 }],
    ['client_seq_invalid', { clientSeq: undefined }],
    ['unit_id_invalid', { unitId: '' }],
    ['unit_id_invalid', { unitId: 7 }],
    ['at_invalid', { at: -1 }],
    ['at_invalid', { at: '2026' }],
    ['field_invalid', { position: -1 }],
    ['field_invalid', { tier: 'gpu' }],
    ['field_invalid', { itemId: 'x'.repeat(1025) }],
    ['field_invalid', { itemId: 'half \ud800' }],
    ['field_invalid', { value: { amount: -1, currency: 'GBP' } }],
  ])('is dropped with %s: %j', async (code, wrong) => {
    const { results, rejected } = await post(batch(event(1, wrong), event(2)));
    expect(results).toEqual({ [uuid(1)]: { status: 'drop', code }, [uuid(2)]: { status: 'ok' } });
    expect(rejected).toBe(0);
    expect(storedIds()).toEqual([uuid(2)]);
  });

  test('such as a time that JSON.parse makes Infinity', async () => {
    const { results } = await post(batch(event(1)).replace(String(NOW - 5), '1e999'));
    expect(results).toEqual({ [uuid(1)]: { status: 'drop', code: 'at_invalid' } });
  });

  test('counts as rejected without a usable id', async () => {
    const { results, rejected } = await post(
      batch(event(1, { id: '__proto__' }), event(2, { id: 3 }), null, 'x', [], event(4)),
    );
    expect(results).toEqual({ [uuid(4)]: { status: 'ok' } });
    expect(rejected).toBe(5);
  });
});

describe('a request that is not valid', () => {
  test.each([
    ['json_invalid', ''],
    ['json_invalid', '{"clientId":'],
    ['client_id_missing', '[]'],
    ['client_id_missing', 'null'],
    ['client_id_missing', '{"clientId":"","events":[]}'],
    ['client_id_missing', '{"clientId":1,"events":[]}'],
    ['events_missing', '{"clientId":"c1"}'],
    ['events_missing', '{"clientId":"c1","events":{}}'],
    ['json_too_deep', `{"clientId":"c1","events":[${'['.repeat(30_000)}${']'.repeat(30_000)}]}`],
  ])('400 %s', async (code, body) => {
    expect(await errorOf(await send(body))).toEqual([400, code]);
  });

  test('400 for bytes that are not UTF-8', async () => {
    expect(await errorOf(await send(new Uint8Array([0x22, 0xff, 0x22])))).toEqual([400, 'json_invalid']);
  });

  test('413 for more than 1,000 events, whatever they are', async () => {
    const many = (count: number): string => batch(...Array.from({ length: count }, (_, n) => event(n + 1)));
    expect((await send(many(1000))).status).toBe(200);
    expect(await errorOf(await send(many(1001)))).toEqual([413, 'too_many_events']);
    expect(await errorOf(await send(`{"clientId":"c1","events":[${'0,'.repeat(300_000)}0]}`))).toEqual([
      413,
      'too_many_events',
    ]);
    expect(storedIds()).toHaveLength(1000);
  });

  test('413 over the limit as received, with and without a declared length', async () => {
    const padded = (sizeBytes: number): string => batch().padEnd(sizeBytes);
    expect((await send(padded(MAX_BATCH_BYTES))).status).toBe(200);
    expect(await errorOf(await send(padded(MAX_BATCH_BYTES + 1)))).toEqual([413, 'body_too_large']);
    const declared = await send('{}', { 'content-length': String(MAX_BATCH_BYTES + 1) });
    expect(await errorOf(declared)).toEqual([413, 'body_too_large']);
  });

  test('413 for a gzip bomb, 400 for broken gzip', async () => {
    const gzip = { 'content-encoding': 'gzip' };
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(20_000_000, ' ')));
    expect(bomb.length).toBeLessThan(MAX_BATCH_BYTES);
    expect(await errorOf(await send(bomb, gzip))).toEqual([413, 'body_too_large']);
    expect(await errorOf(await send(bomb.slice(0, 100), gzip))).toEqual([400, 'gzip_invalid']);
    expect(await errorOf(await send(batch(event(1)), gzip))).toEqual([400, 'gzip_invalid']);
  });

  test('415 for another type or encoding', async () => {
    for (const type of ['text/html', 'application/x-www-form-urlencoded', '']) {
      expect(await errorOf(await send(batch(event(1)), { 'content-type': type }))).toEqual([415, 'type_unsupported']);
    }
    expect(await errorOf(await send(batch(), { 'content-encoding': 'br' }))).toEqual([415, 'encoding_unsupported']);
    expect(storedIds()).toEqual([]);
  });

  test('405 for another method', async () => {
    const response = await createTestApp().request('/v1/events');
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect(await errorOf(response)).toEqual([405, 'method_not_allowed']);
  });

  test('503 with Retry-After while the log fails, and nothing of the request in the report', async () => {
    const reports: string[] = [];
    const app = createApp({ log, onStoreError: (message) => reports.push(message) });
    log.close();
    const init = {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: batch(event(1, { itemId: 'secret' })),
    };
    const response = await app.request('/v1/events', init);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await errorOf(response)).toEqual([503, 'store_unavailable']);
    expect(reports).toEqual(['database is not open']);
    log = createLog(file);
  });
});

describe('origins', () => {
  const preflight = (origin: string): Response | Promise<Response> =>
    createTestApp().request('http://collector.test/v1/events', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  test('a listed one may post and reads answers and errors', async () => {
    const answer = await preflight(SHOP);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(answer.headers.get('access-control-allow-methods')).toBe('POST');
    expect(answer.headers.get('access-control-allow-headers')).toContain('content-type');
    for (const body of [batch(event(1)), 'x']) {
      const response = await send(body, { origin: SHOP });
      expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
      expect(response.headers.get('access-control-expose-headers')).toBe('retry-after');
      expect(response.headers.get('vary')).toBe('Origin');
    }
    expect(storedIds()).toEqual([uuid(1)]);
  });

  test.each(['https://evil.example', 'null', 'https://collector.test.evil.example'])('%s may not', async (origin) => {
    const answer = await preflight(origin);
    expect(answer.status).toBe(204);
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
    const response = await send(batch(event(1)), { origin });
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
    expect(await errorOf(response)).toEqual([403, 'origin_not_allowed']);
    expect(storedIds()).toEqual([]);
  });

  test('the same origin always may, also behind a proxy that ends TLS', async () => {
    expect((await send(batch(event(1)), { origin: 'http://collector.test' })).status).toBe(200);
    expect((await send(batch(event(2)), { origin: 'https://collector.test' })).status).toBe(200);
  });
});

test('GET /healthz', async () => {
  const response = await createTestApp().request('/healthz');
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
});

test.each([undefined, 'now', -1, 8.65e15])('a sentAt that is no time is not stored: %j', async (sentAt) => {
  expect((await send(JSON.stringify({ clientId: 'c1', sentAt, events: [event(1)] }))).status).toBe(200);
  expect([...log.read()]).toEqual([{ clientId: 'c1', receivedAt: NOW, event: event(1) }]);
});

describe('findExceeded', () => {
  const find = (json: string, limits: object) =>
    findExceeded(new TextEncoder().encode(json), { maxDepth: 99, maxEntries: 99, maxContainers: 99, ...limits });

  test('counts brackets outside texts only', () => {
    const deeper = (json: string, maxDepth: number): boolean => find(json, { maxDepth }) === 'depth';
    expect(deeper('{"a":[{"b":[]}]}', 4)).toBe(false);
    expect(deeper('{"a":[{"b":[]}]}', 3)).toBe(true);
    expect(deeper('["[[[[", "\\"[[[[", "\\\\", {}, {}, []]', 2)).toBe(false);
    expect(deeper('["\\\\",[[]]]', 2)).toBe(true);
  });

  test('counts the entries of each list in the outermost object, not those within an entry or a text', () => {
    const more = (json: string): boolean => find(json, { maxEntries: 3, maxContainers: 9 }) === 'entries';
    expect(more('{"a":1,"b":2,"c":3,"d":4,"e":[1,2,3],"f":[1,[1,2,3,4],{"x":1,"y":2,"z":3,"q":4}]}')).toBe(false);
    expect(more('{"e":["1,2,3,4",2,3],"f":{"x":1,"y":2,"z":3,"q":4}}')).toBe(false);
    expect(more('{"e":[1,2,3,4]}')).toBe(true);
    expect(more('{"x":[1],"e":[{},{},{},{}]}')).toBe(true);
  });
});
