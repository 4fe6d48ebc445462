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
  /** Default SERVE_LIMITS. */
  readonly limits?: Partial<ServeLimits>;
}

/** What one client, or all together, may hold. Over time a connection is answered 408 and closed. */
export interface ServeLimits {
  /** Open at once; more are closed unanswered. */
  readonly maxConnections: number;
  /** From the start of a request to the end of its headers, and of its body. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** Between two requests of a connection; longer than the 60 s after which common proxies give up. */
  readonly idleMs: number;
  /** How often the limits above are looked at: they may be exceeded by this. */
  readonly checkMs: number;
}

export const SERVE_LIMITS: ServeLimits = {
  maxConnections: 1000,
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 65_000,
  checkMs: 1000,
};

export interface RunningServer {
  /** Such as `http://127.0.0.1:4173`, without a slash at the end. */
  readonly url: string;
  /** Stops accepting, lets running requests finish (5 s at most), then resolves. Idle connections do not hold it up.
   * Asking again waits for the same end. */
  close(): Promise<void>;
}

/** Serves a fetch-style app over HTTP/1.1. Rejects where the port is taken or not permitted. */
export async function serveApp(
  app: { readonly fetch: (request: Request, env: object) => Response | Promise<Response> },
  { port, host = '127.0.0.1', limits }: ServeOptions,
): Promise<RunningServer> {
  const { maxConnections, headersMs, requestMs, idleMs, checkMs } = { ...SERVE_LIMITS, ...limits };
  // overrideGlobalObjects off: a library leaves its host's Request and Response alone
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env),
    overrideGlobalObjects: false,
    serverOptions: {
      ...{ headersTimeout: headersMs, requestTimeout: requestMs, keepAliveTimeout: idleMs },
      connectionsCheckingInterval: checkMs,
    },
  }) as Server;
  server.maxConnections = maxConnections;
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
