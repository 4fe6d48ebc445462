import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { createApp, serveApp } from '../../collector/index.ts';

const log = { commit: () => [], probe: () => undefined, sizeBytes: () => 0, walSizeBytes: () => 0 };
const createTestApp = (): Hono => createApp({ log });

describe('serveApp', () => {
  test('answers over HTTP, also a client that sends more than the limit', async () => {
    const server = await serveApp(createTestApp(), { port: 0 });
    const post = (body: BodyInit): Promise<Response> =>
      fetch(`${server.url}/v1/events`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect((await post(new Uint8Array(5_000_000))).status).toBe(413);
    expect((await post('{"clientId":"c1","events":[]}')).status).toBe(200);
    await server.close();
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  test('close waits for a running request and not for silent connections', async () => {
    const gate = new EventEmitter();
    const [started, answered] = [once(gate, 'started'), once(gate, 'answered')];
    const app = new Hono().get('/', async (context) => {
      gate.emit('started');
      await answered;
      return context.text('done');
    });
    const server = await serveApp(app, { port: 0 });
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => undefined);
    const silentClosed = once(silent, 'close');
    await once(silent, 'connect');
    const running = fetch(server.url);
    await started;
    const closed = server.close();
    await silentClosed;
    gate.emit('answered');
    expect(await (await running).text()).toBe('done');
    await closed;
    await server.close();
  });

  describe('a client that is slow', () => {
    /** What a connection gets for some text and no more, until the server closes it. */
    async function say(url: string, words: string): Promise<string> {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.write(words);
      return text(socket);
    }

    test.each([
      ['sending nothing', '', 408, { headersMs: 50 }],
      ['with its headers', 'POST /v1/events HTTP/1.1\r\nhost: x\r\n', 408, { headersMs: 50 }],
      [
        'with its body',
        'POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\n{',
        408,
        { headersMs: 50, requestMs: 50 },
      ],
      ['to ask again', 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n', 200, { idleMs: 50 }],
    ])('%s is answered and closed', async (...[, words, status, limits]) => {
      const server = await serveApp(createTestApp(), { port: 0, limits: { ...limits, checkMs: 10 } });
      expect(await say(server.url, words)).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
      await server.close();
    });
  });

  test('takes no more connections than it may', async () => {
    const server = await serveApp(createTestApp(), { port: 0, limits: { maxConnections: 1 } });
    const port = Number(new URL(server.url).port);
    const first = connect(port, '127.0.0.1');
    await once(first, 'connect');
    const second = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(second, 'close');
    first.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(await text(first)).toContain('200 OK');
    await server.close();
  });

  test('tells the app the address of the client', async () => {
    const rateLimit = { ratePerSecond: 0.001, burst: 1 };
    const server = await serveApp(createApp({ log, rateLimit, trustProxy: true }), { port: 0 });
    const post = async (headers: Record<string, string>): Promise<number> => {
      const init = { method: 'POST', headers: { 'content-type': 'text/plain', ...headers }, body: 'x' };
      return (await fetch(`${server.url}/v1/events`, init)).status;
    };
    // the burst of 127.0.0.1 and of another that a proxy names
    expect([await post({}), await post({ 'x-forwarded-for': '127.0.0.1' })]).toEqual([400, 429]);
    expect(await post({ 'x-forwarded-for': '192.0.2.1' })).toBe(400);
    await server.close();
  });

  test('rejects where the port is taken', async () => {
    const server = await serveApp(createTestApp(), { port: 0 });
    const again = serveApp(createTestApp(), { port: Number(new URL(server.url).port) });
    await expect(again).rejects.toThrow('EADDRINUSE');
    await server.close();
  });
});
