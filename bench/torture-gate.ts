import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { until } from './wait.ts';

/**
 * What stands between the browser and the server: all passes, it answers 503, no connection, answers get lost, or nothing
 * gets through before the weather changes, and who hangs up meanwhile has sent nothing.
 */
export type Weather = 'clear' | 'busy' | 'dead' | 'mute' | 'slow';

export interface Gate {
  /** Another origin than the site's. */
  readonly url: string;
  weather: Weather;
  /** Requests that the server has not answered yet, those that do not get through among them. */
  readonly underWay: number;
  /** Event ids of each request that got through, in order, with the weather that it met then. */
  readonly requests: readonly { readonly weather: Weather; readonly ids: readonly string[]; readonly bytes: number }[];
  close(): Promise<void>;
}

/** Of a request, what the server behind the gate needs to know. */
const PASSED_ON = ['content-type', 'origin', 'access-control-request-headers', 'access-control-request-method'];

/** A proxy before the server at `target` that keeps count of what was on the wire; `idsOf` reads the event ids of a body. */
export async function openGate(target: string, idsOf: (body: string) => readonly string[]): Promise<Gate> {
  const requests: Gate['requests'][number][] = [];
  const gate = { weather: 'clear' as Weather, underWay: 0 };
  const server = createServer((request, response) => {
    gate.underWay++;
    void pass(request, response)
      .catch(() => {
        request.socket.destroy();
      })
      .finally(() => {
        gate.underWay--;
      });
  });
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (gate.weather === 'dead') throw new Error('no connection');
    // this is about a server that says no, or whose answers get lost, and not about CORS: a page may always ask
    const isQuestion = request.method === 'OPTIONS';
    let weather = isQuestion ? 'clear' : gate.weather;
    const body = await buffer(request);
    if (weather === 'slow') {
      await until(() => gate.weather !== 'slow' || request.socket.destroyed, 'a faster line');
      if (request.socket.destroyed) return;
      weather = gate.weather;
    }
    const ids = request.method === 'POST' ? idsOf(body.toString()) : [];
    if (ids.length > 0) requests.push({ weather, ids, bytes: body.length });
    if (weather === 'busy') {
      refuse(request, response);
      return;
    }
    const answer = await askServer(target, request, body);
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

function refuse({ headers }: IncomingMessage, response: ServerResponse): void {
  const origin = headers.origin ?? '*';
  const readable = { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };
  response.writeHead(503, readable).end();
}

const askServer = (
  target: string,
  { method = 'GET', url = '', headers }: IncomingMessage,
  body: Buffer,
): Promise<Response> =>
  fetch(target + url, {
    ...{ method, headers: PASSED_ON.map((name) => [name, String(headers[name] ?? '')] as [string, string]) },
    ...(method === 'POST' && { body: new Uint8Array(body) }),
  });

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
