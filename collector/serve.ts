import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';

/** How long `close` waits for running requests before it cuts them off. */
const GRACE_MS = 5000;

export interface ServeOptions {
  /** 0 to 65535; 0 takes any free port. */
  readonly port: number;
  /** Default 127.0.0.1: reachable from this machine only. */
  readonly host?: string;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:4173`, without a slash at the end. */
  readonly url: string;
  /** Stops accepting, lets running requests finish (5 s at most), then resolves. Idle connections do not hold it up.
   * Asking again waits for the same end. */
  close(): Promise<void>;
}

/** Serves a fetch-style app over HTTP/1.1. Rejects where the port is taken or not permitted. */
export async function serveApp(
  app: { readonly fetch: (request: Request) => Response | Promise<Response> },
  { port, host = '127.0.0.1' }: ServeOptions,
): Promise<RunningServer> {
  // overrideGlobalObjects off: a library leaves its host's Request and Response alone
  const server = createAdaptorServer({
    fetch: (request) => app.fetch(request),
    overrideGlobalObjects: false,
  }) as Server;
  const endIdle = trackIdle(server);
  server.listen(port, host);
  await once(server, 'listening');
  const { address, family, port: bound } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    endIdle();
    const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    await closed;
    clearTimeout(timer);
  };
  let stopped: Promise<void> | undefined;
  const close = (): Promise<void> => (stopped ??= stop());
  return { url: `http://${family === 'IPv6' ? `[${address}]` : address}:${String(bound)}`, close };
}

/**
 * Returns a function that ends connections with no request running, now and from then on. Node's own
 * closeIdleConnections counts one that has not sent anything yet, such as a browser's preconnect, as busy.
 */
function trackIdle(server: Server): () => void {
  const running = new Map<Socket, number>();
  let ending = false;
  const change = (socket: Socket, by: number): void => {
    const count = running.get(socket);
    if (count === undefined) return;
    running.set(socket, count + by);
    if (ending && count + by === 0) socket.destroySoon();
  };
  server.on('connection', (socket: Socket) => {
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    change(socket, 1);
    response.once('close', () => change(socket, -1));
  });
  return () => {
    ending = true;
    for (const [socket, count] of running) if (count === 0) socket.destroySoon();
  };
}
