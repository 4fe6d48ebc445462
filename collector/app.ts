import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { BatchResult } from '../src/core/event.ts';
import { type ParsedBatch, parseBatch } from './batch.ts';
import { readBody } from './body.ts';
import type { EventLog } from './log.ts';
import { type Refusal, isRefusal, refuse } from './refusal.ts';

const RETRY_AFTER_SECONDS = 5;
const PREFLIGHT_SECONDS = 600;

export interface AppOptions {
  readonly log: Pick<EventLog, 'append'>;
  /** Epoch ms; default Date.now. */
  readonly clock?: () => number;
  /** Other sites' origins that may post, such as `https://shop.example`; default none. Same-origin always may. */
  readonly allowedOrigins?: readonly string[];
  /** Told why a batch could not be stored. Never contains anything of a request. */
  readonly onStoreError?: (message: string) => void;
}

/** The collector: `POST /v1/events` and `GET /healthz` (DESIGN section 4), as Request -> Response. */
export function createApp(options: AppOptions): Hono {
  const { allowedOrigins = [] } = options;
  const isAllowed = (request: Request, origin: string): boolean =>
    allowedOrigins.includes(origin) || isSameHost(request.url, origin);
  const app = new Hono();
  app.use(
    '/v1/*',
    cors({
      origin: (origin, context) => (isAllowed(context.req.raw, origin) ? origin : null),
      allowMethods: ['POST'],
      allowHeaders: ['content-type', 'content-encoding'],
      exposeHeaders: ['retry-after'],
      maxAge: PREFLIGHT_SECONDS,
    }),
  );
  app.post('/v1/events', async (context) => {
    const request = context.req.raw;
    const origin = request.headers.get('origin');
    if (origin !== null && !isAllowed(request, origin)) {
      return sendRefusal(refuse(403, 'origin_not_allowed', 'this origin is not on the allow-list'));
    }
    const result = await receive(request, options);
    return 'kind' in result ? sendRefusal(result) : context.json(result);
  });
  app.all('/v1/events', () => sendRefusal(refuse(405, 'method_not_allowed', 'use POST')));
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  return app;
}

/** Compares hosts, not schemes: behind a proxy that ends TLS the app sees http where the page says https. */
function isSameHost(url: string, origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === new URL(url).host;
}

async function receive(request: Request, options: AppOptions): Promise<BatchResult | Refusal> {
  const body = await readBody(request);
  if (isRefusal(body)) return body;
  const batch = parseBatch(body);
  if (isRefusal(batch)) return batch;
  try {
    return store(batch, options);
  } catch (error) {
    options.onStoreError?.(error instanceof Error ? error.message : 'unknown error');
    return refuse(503, 'store_unavailable', 'the batch was not stored; send it again later');
  }
}

function store(batch: ParsedBatch, { log, clock = Date.now }: AppOptions): BatchResult {
  const { clientId, rejected } = batch;
  const time = clock();
  const rows = [...batch.events.values()].map((event) => ({ clientId, receivedAt: time, event }));
  const statuses = rows.length === 0 ? [] : log.append(rows);
  const results: Record<string, BatchResult['results'][string]> = {};
  statuses.forEach((status, i) => {
    const id = rows[i]?.event.id;
    if (id !== undefined) results[id] = { status };
  });
  for (const [id, code] of batch.drops) results[id] = { status: 'drop', code };
  return { results, rejected, time };
}

function sendRefusal({ status, code, message }: Refusal): Response {
  const headers = new Headers();
  if (status === 503) headers.set('retry-after', String(RETRY_AFTER_SECONDS));
  if (status === 405) headers.set('allow', 'POST, OPTIONS');
  return Response.json({ error: { code, message } }, { status, headers });
}
