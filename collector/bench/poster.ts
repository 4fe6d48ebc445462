import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Poster {
  /** Rejects where no whole answer came. */
  post(body: Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  close(): void;
}

/** Posts to a collector over connections that stay open, as many as are needed at once. */
export function createPoster(url: string): Poster {
  const agent = new Agent({ keepAlive: true });
  const target = new URL('/v1/events', url);
  return {
    post: (body, headers = {}) =>
      new Promise((resolve, reject) => {
        const outgoing = request(target, {
          ...{ method: 'POST', agent },
          headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers },
        });
        outgoing.on('error', reject);
        outgoing.on('response', (response) => {
          buffer(response).then(
            (bytes) => resolve({ status: response.statusCode ?? 0, body: bytes.toString() }),
            reject,
          );
        });
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
