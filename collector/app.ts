import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import type { FeedbackEvent } from '../src/core/event.ts';
import { createCommitQueue } from './commit-queue.ts';
import type { ForwardState } from './forward.ts';
import type { EventLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { type Origins, createOrigins } from './origins.ts';
import type { RateLimit } from './rate-limit.ts';
import { createAssignmentCheck } from './report/assignment-check.ts';
import type { DeclaredSet } from './report/design.ts';
import { KEY_HEADER, type Received, createReceiver } from './receive.ts';
import { type Refusal, isRefusal, refuse } from './refusal.ts';
import { type ReportRouteOptions, createReportRoutes } from './report-routes.ts';
import type { WriteKeys } from './write-keys.ts';

const PREFLIGHT_SECONDS = 600;

/** How one request to `/v1/events` went: nothing of what it held. */
export interface RequestReport {
  readonly status: number;
  /** Of a refusal. */
  readonly code?: string;
  /** Of the body after gunzip; 0 where it was not read. */
  readonly sizeBytes: number;
  /** With an id. */
  readonly events: number;
  readonly durationMs: number;
}

export interface AppOptions {
  readonly log: Pick<EventLog, 'commit' | 'probe' | 'sizeBytes' | 'walSizeBytes'>;
  /** Epoch ms; default Date.now. */
  readonly clock?: () => number;
  /** Other sites' origins that may post, such as `https://shop.example`; default none. Same-origin always may. */
  readonly allowedOrigins?: readonly string[];
  /** Given: a batch needs one of these keys, and each key has its own origins. */
  readonly keys?: WriteKeys;
  /** Of one client address; default none. */
  readonly rateLimit?: RateLimit;
  /** Take the client's address from the last entry of `X-Forwarded-For`, which the nearest proxy has written. */
  readonly trustProxy?: boolean;
  /** Events that may wait for a commit. */
  readonly maxWaitingEvents?: number;
  /** Experiments as they were declared: `/metrics` then counts exposures whose arm is not the unit's. */
  readonly experiments?: readonly DeclaredSet[];
  /** Given: reports are shown under `/reports`, to whoever knows the token, and without one to this machine alone. */
  readonly reports?: Omit<ReportRouteOptions, 'onError'>;
  /** Where the log is forwarded: how that goes, for `/healthz` and `/metrics`. */
  readonly forward?: () => ForwardState;
  /** Told why batches could not be stored, or the log not be looked at. Never contains anything of a request. */
  readonly onStoreError?: (message: string) => void;
  readonly onRequest?: (report: RequestReport) => void;
}

/**
 * The collector as Request -> Response: `POST /v1/events` (DESIGN section 4), `GET /healthz`, and `GET /metrics` for
 * Prometheus. Answers for a batch once it is on disk.
 */
export function createApp(options: AppOptions): Hono {
  const { allowedOrigins = [], keys } = options;
  const origins = createOrigins({ allowedOrigins, ...(keys && { keys }) });
  const { receive, metrics, isHealthy } = createPipeline(options, origins);
  const app = new Hono();
  app.use(
    '/v1/*',
    cors({
      origin: (origin, context) => (origins.isListed(context.req.raw, origin) ? origin : null),
      allowMethods: ['POST'],
      allowHeaders: ['content-type', 'content-encoding', KEY_HEADER],
      exposeHeaders: ['retry-after'],
      maxAge: PREFLIGHT_SECONDS,
    }),
  );
  app.post('/v1/events', async (context) => {
    const startedAt = performance.now();
    const received = await receive(context.req.raw, addressOf(context, options));
    metrics.countAnswer(received.answer);
    options.onRequest?.(createReport(received, performance.now() - startedAt));
    return isRefusal(received.answer) ? sendRefusal(received.answer) : context.json(received.answer);
  });
  app.all('/v1/events', () => sendRefusal(refuse(405, 'method_not_allowed', 'use POST')));
  app.get('/healthz', (context) => {
    const forward = options.forward && { forward: options.forward() };
    return isHealthy()
      ? context.json({ status: 'ok', ...forward })
      : context.json({ status: 'failing', ...forward }, 503);
  });
  app.get('/metrics', async (context) => {
    const { text, type } = await metrics.render();
    return context.body(text, 200, { 'content-type': type });
  });
  if (options.reports) app.route('/', createReportRoutes({ ...options.reports, onError: options.onStoreError }));
  // what they look at is in the log's file: a disk that fails is a failing collector and no fault of this program
  app.onError((error, context) => {
    options.onStoreError?.(error.message);
    return context.json({ status: 'failing' }, 503);
  });
  return app;
}

function createPipeline(options: AppOptions, origins: Origins) {
  const { log, clock = Date.now, onStoreError } = options;
  let isFailing = false;
  const queue = createCommitQueue({
    ...options,
    onCommit: (report) => {
      isFailing = report.error !== undefined;
      metrics.countCommit(report);
      for (const { message } of report.error ? [report.error] : report.batchErrors) onStoreError?.(message);
    },
  });
  const metrics = createMetrics({
    ...{
      waiting: () => queue.waiting,
      sizeBytes: () => log.sizeBytes(),
      walSizeBytes: () => log.walSizeBytes(),
      clock,
    },
    ...(options.forward && { forward: options.forward }),
  });
  const isHealthy = (): boolean => {
    // whoever asks may be what sends the next batch elsewhere, so the log must be able to recover without one
    if (isFailing) isFailing = !canWrite(log);
    return !isFailing;
  };
  const check = createAssignmentCheck(options.experiments ?? []);
  const onStored = (event: FeedbackEvent): void => {
    if (event.kind === 'exposure') metrics.countAssignments(check(event));
  };
  return { receive: createReceiver({ ...options, queue, clock, origins, onStored }), metrics, isHealthy };
}

function canWrite(log: AppOptions['log']): boolean {
  try {
    log.probe();
    return true;
  } catch {
    return false;
  }
}

function addressOf({ req, env }: Context, { trustProxy = false }: AppOptions): string {
  const { incoming } = (env ?? {}) as Partial<HttpBindings>;
  const forwarded = trustProxy ? req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  return forwarded ?? incoming?.socket.remoteAddress ?? '';
}

function createReport({ answer, sizeBytes }: Received, durationMs: number): RequestReport {
  const outcome = isRefusal(answer)
    ? { status: answer.status, code: answer.code, events: 0 }
    : { status: 200, events: Object.keys(answer.results).length };
  return { ...outcome, sizeBytes, durationMs };
}

function sendRefusal({ status, code, message, retryAfterSeconds }: Refusal): Response {
  const headers = new Headers();
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds));
  if (status === 405) headers.set('allow', 'POST, OPTIONS');
  return Response.json({ error: { code, message } }, { status, headers });
}
