import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { EventBatch } from '../src/core/event.ts';

/** What stands between the browser and the collector: all passes, it answers 503, no connection, or answers get lost. */
export type Weather = 'clear' | 'busy' | 'dead' | 'mute';

export interface Gate {
  /** Another origin than the site's. */
  readonly url: string;
  weather: Weather;
  /** Event ids of each request that arrived, in order, with the weather it met. */
  readonly requests: readonly { readonly weather: Weather; readonly ids: readonly string[]; readonly bytes: number }[];
  close(): Promise<void>;
}

/** A proxy before the collector at `target` that keeps count of what was on the wire. */
export async function openGate(target: string): Promise<Gate> {
  const requests: { weather: Weather; ids: string[]; bytes: number }[] = [];
  const gate = { weather: 'clear' as Weather };
  const server = createServer((request, response) => {
    if (gate.weather === 'dead') request.socket.destroy();
    else
      void pass(request, response).catch(() => {
        request.socket.destroy();
      });
  });
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { weather } = gate;
    const body = await buffer(request);
    if (request.method === 'POST') {
      const { events } = JSON.parse(body.toString()) as EventBatch;
      requests.push({ weather, ids: events.map(({ id }) => id), bytes: body.length });
    }
    if (weather === 'busy') {
      // a page may read it: this is about a server that says no, not about CORS
      response.writeHead(503, { 'access-control-allow-origin': request.headers.origin ?? '*' }).end();
      return;
    }
    const { headers } = request;
    const answer = await fetch(target + (request.url ?? ''), {
      method: request.method ?? 'GET',
      headers: { 'content-type': headers['content-type'] ?? 'text/plain', origin: headers.origin ?? '' },
      ...(request.method === 'POST' && { body: new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (weather === 'mute') request.socket.destroy();
    else response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(bytes);
  };
  const url = await listen(server);
  return Object.assign(gate, {
    ...{ url, requests },
    close: () => close(server),
  });
}

/** On a free loopback port. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
