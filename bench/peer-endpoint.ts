import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Peer, PeerEvent } from './peers/peer.ts';
import { close, listen } from './torture-gate.ts';

/** Takes what an SDK sends in the place of its own server. */
export interface PeerEndpoint {
  readonly url: string;
  /** Events of the requests that were answered with 200, in order. */
  readonly accepted: readonly PeerEvent[];
  close(): Promise<void>;
}

export async function openPeerEndpoint({ parse, answer }: Peer): Promise<PeerEndpoint> {
  const accepted: PeerEvent[] = [];
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
    response.setHeader('access-control-allow-credentials', 'true');
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*');
    void text(request).then((body) => {
      if (request.method === 'POST') accepted.push(...parse(body));
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
  });
  return { url: await listen(server), accepted, close: () => close(server) };
}

/** What a server keeps that knows a repeated event by its id: the first of each id. */
export function dedupe(accepted: readonly PeerEvent[]): readonly PeerEvent[] {
  const ids = new Set<string>();
  return accepted.filter(({ id }) => !ids.has(id) && ids.add(id));
}
