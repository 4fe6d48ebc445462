import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { createReportAccess } from './report-access.ts';
import type { ReportDesk } from './report-desk.ts';
import { roundNumbers } from './report/round-numbers.ts';
import { CONTENT_POLICY } from './report-page/document.ts';
import { renderIndex, renderLists } from './report-page/index-page.ts';
import type { ListedExperiment } from './report-page/listed-experiment.ts';
import { renderReport } from './report-page/report-page.ts';
import { renderProgress, renderTrouble } from './report-page/status-page.ts';

export interface ReportRouteOptions {
  readonly desk: ReportDesk;
  /** Default none: then only whoever sits at this machine sees reports. */
  readonly token?: string;
  /** Told why there is no report. Never contains anything of a request. */
  readonly onError?: ((message: string) => void) | undefined;
}

const PATH = '/reports';
const JSON_ENDING = '.json';
/** So long a page waits before it says that the report is being made. */
const PATIENCE_MS = 1000;

/** An effect is nobody's but the site's: kept by no cache, shown in no frame, found by no search engine. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_POLICY,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};

/** `/reports`, `/reports/KEY` and `/reports/KEY.json`, with `?phase=N`. */
export function createReportRoutes({ desk, token, onError }: ReportRouteOptions): Hono {
  const app = new Hono();
  app.use(`${PATH}/*`, async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
  });
  app.use(`${PATH}/*`, createReportAccess(token));
  app.on('GET', [PATH, `${PATH}/`], (context) => context.html(renderIndex({ experiments: desk.list(), hrefOf })));
  app.get(`${PATH}/:name`, (context) => answer(context, desk));
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse();
    onError?.(error.message);
    const text = 'The log cannot be read. What the collector writes to stderr says why.';
    return isJsonAsked(context)
      ? context.json({ error: { code: 'log_unreadable', message: text } }, 503)
      : context.html(renderTrouble({ title: 'There is no report at the moment', text }), 503);
  });
  return app;
}

const hrefOf = (key: string, phase?: number): string =>
  `${PATH}/${encodeURIComponent(key)}${phase === undefined ? '' : `?phase=${String(phase)}`}`;

async function answer(context: Context, desk: ReportDesk): Promise<Response> {
  const experiments = desk.list();
  const asked = findAsked(experiments, context.req.param('name') ?? '');
  if (asked === undefined) return sendUnknown(context, experiments);
  const { listed, isJson } = asked;
  const written = context.req.query('phase');
  const phase = listed.phases.find((one, i) => (written === undefined ? i === 0 : String(one) === written));
  if (phase === undefined) return sendUnknown(context, experiments);
  const { signal } = context.req.raw;
  const request = { experiment: listed.key, phase };
  const state = await desk.ask(request, { signal, ...(isJson ? {} : { limitMs: PATIENCE_MS }) });
  if (state.kind === 'making') return context.html(renderProgress(listed.key, state), 202);
  return isJson
    ? context.json(roundNumbers(state.report))
    : context.html(renderReport(state.report, { links: linksOf(listed, phase) }));
}

interface Asked {
  readonly listed: ListedExperiment;
  readonly isJson: boolean;
}

/** A key may end in `.json` itself. */
function findAsked(experiments: readonly ListedExperiment[], name: string): Asked | undefined {
  const find = (key: string) => experiments.find((one) => one.key === key);
  const page = find(name);
  if (page !== undefined) return { listed: page, isJson: false };
  const json = name.endsWith(JSON_ENDING) ? find(name.slice(0, -JSON_ENDING.length)) : undefined;
  return json && { listed: json, isJson: true };
}

function linksOf({ key, phases }: ListedExperiment, phase: number) {
  const query = phase === phases[0] ? '' : `?phase=${String(phase)}`;
  const others = phases.filter((one) => one !== phase);
  return {
    ...{ index: PATH, json: `${hrefOf(key)}${JSON_ENDING}${query}` },
    phases: others.map((one) => ({ phase: one, href: hrefOf(key, one) })),
  };
}

const isJsonAsked = ({ req }: Context): boolean => req.path.endsWith(JSON_ENDING);

function sendUnknown(context: Context, experiments: readonly ListedExperiment[]): Response | Promise<Response> {
  const title = 'Nothing of this name and phase is declared';
  if (isJsonAsked(context)) return context.json({ error: { code: 'experiment_unknown', message: title } }, 404);
  const text = 'These are. A log of what was never declared can be read with nearside report --experiment KEY.';
  return context.html(renderTrouble({ title, text, more: renderLists({ experiments, hrefOf }) }), 404);
}
