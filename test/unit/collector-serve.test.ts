import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { createApp, serveApp } from '../../collector/index.ts';

const log = { commit: () => [], probe: () => undefined, sizeBytes: () => 0 };
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

  test('rejects where the port is taken', async () => {
    const server = await serveApp(createTestApp(), { port: 0 });
    const again = serveApp(createTestApp(), { port: Number(new URL(server.url).port) });
    await expect(again).rejects.toThrow('EADDRINUSE');
    await server.close();
  });
});
