import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApp, createLog, declareExperiments, openReportDesk, serveApp } from '../../collector/index.ts';
import type { EventLog, Report, ReportDesk } from '../../collector/index.ts';
import { CONTENT_POLICY } from '../../collector/report-page/document.ts';
import { WORLD_SET, createExperimentRows } from '../../collector/bench/experiment-log.ts';
import { LATER, START } from './report-log.ts';

const TOKEN = 'a-token-of-the-site-1';
const NEAR = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
const FAR = { incoming: { socket: { remoteAddress: '192.0.2.7' } } };

let folder: string;
let file: string;
let log: EventLog;
let desk: ReportDesk;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-reports-'));
  file = join(folder, 'log.sqlite');
  log = createLog(file);
  desk = openReportDesk(file, () => LATER);
});
afterEach(async () => {
  await desk.close();
  log.close();
  rmSync(folder, { recursive: true });
});

const SETS = {
  ...WORLD_SET,
  holdout: { key: 'everything', share: 0.1 },
  experiments: [
    { ...WORLD_SET.experiments[0], phase: 2, name: 'Fresh first <b>' },
    { key: 'odd.json', variations: [{}, {}] },
    { key: 'older', variations: [{}, {}], status: 'stopped' },
  ],
};

function fill(): void {
  log.append([...createExperimentRows({ seed: 1, units: 60, rate: 0.3, effect: 0, days: 5 })]);
  declareExperiments(file, WORLD_SET, START - 1000);
  declareExperiments(file, SETS, START + 1000);
}

interface Ask {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly env?: object;
  readonly reports?: ReportDesk;
  readonly host?: string;
}

const authorization = (name: string, token: string): string => `Basic ${btoa(`${name}:${token}`)}`;
const errors: string[] = [];
async function get(
  path: string,
  { token, headers = {}, env = NEAR, reports = desk, host = '127.0.0.1:4301' }: Ask = {},
) {
  const options = { log, reports: { desk: reports, ...(token !== undefined && { token }) } };
  const app = createApp({ ...options, onStoreError: (message) => errors.push(message) });
  const response = await app.request(`http://${host}${path}`, { headers }, env);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('/reports', () => {
  test('is not there unless it is asked for', async () => {
    const app = createApp({ log });
    for (const path of ['/reports', '/reports/fresh-first', '/reports/fresh-first.json'])
      expect((await app.request(path, {}, NEAR)).status).toBe(404);
  });

  test('lists what was declared, running first, and the holdout', async () => {
    fill();
    const { status, text } = await get('/reports');
    expect(status).toBe(200);
    const hrefs = Array.from(text.matchAll(/href="(\/reports\/[^"]+)"/g), ([, href]) => href);
    expect(hrefs).toEqual(['/reports/fresh-first', '/reports/odd.json', '/reports/older', '/reports/everything']);
    expect(text).toContain('Fresh first &lt;b&gt;');
    expect(text).toMatch(/no analysis declared/);
    expect(text).toContain('phase 2');
    expect((await get('/reports/')).status).toBe(200);
  });

  test('says what to do where nothing is declared', async () => {
    const { status, text } = await get('/reports');
    expect([status, text]).toEqual([200, expect.stringContaining('nearside experiments declare FILE --db DB')]);
  });

  test('says that a set no longer names an experiment', async () => {
    declareExperiments(file, WORLD_SET, START);
    declareExperiments(file, { experiments: [] }, START + 1000);
    expect((await get('/reports')).text).toContain('no longer declared');
    expect((await get('/reports/fresh-first')).status).toBe(200);
  });
});

describe('/reports/KEY', () => {
  test('is the page of the newest phase, or of another one', async () => {
    fill();
    const newest = await get('/reports/fresh-first');
    expect(newest.status).toBe(200);
    expect(newest.headers.get('content-type')).toContain('text/html');
    expect(newest.text).toContain('phase 2');
    expect(newest.text).toContain('href="/reports/fresh-first.json"');
    expect(newest.text).toContain('href="/reports/fresh-first?phase=0"');
    const first = await get('/reports/fresh-first?phase=0');
    expect(first.text).toContain('href="/reports/fresh-first.json?phase=0"');
    expect(first.text).toContain('href="/reports/fresh-first?phase=2"');
    expect(first.text).toMatch(/60(\D)+60/);
  });

  test('with .json is what the command prints', async () => {
    fill();
    const { status, text, headers } = await get('/reports/fresh-first.json?phase=0');
    const report = JSON.parse(text) as Report;
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/json');
    expect([report.experiment, report.phase, report.units.reduce((sum, { exposed }) => sum + exposed, 0)]).toEqual([
      ...['fresh-first', 0, 60],
    ]);
    expect(text).not.toMatch(/\d\.\d{16}/);
  });

  test('may be a key that ends in .json', async () => {
    fill();
    expect((await get('/reports/odd.json')).text).toContain('Report on');
    expect(JSON.parse((await get('/reports/odd.json.json')).text)).toMatchObject({ experiment: 'odd.json' });
  });

  test('that nobody declared is 404 with those that are, and no reading of the log', async () => {
    fill();
    const reading = { ...desk, ask: () => Promise.reject(new Error('was read')) };
    for (const path of ['none', 'fresh-first?phase=7', 'fresh-first?phase=', 'fresh-first?phase=0x0', '%3Cscript%3E']) {
      const { status, text } = await get(`/reports/${path}`, { reports: reading });
      expect([path, status]).toEqual([path, 404]);
      expect(text).toContain('href="/reports/fresh-first"');
      expect(text).not.toContain('<script');
    }
    const { status, text } = await get('/reports/none.json', { reports: reading });
    expect([status, JSON.parse(text)]).toMatchObject([404, { error: { code: 'experiment_unknown' } }]);
  });

  test('is 503 where the log cannot be read, and tells nothing of why', async () => {
    fill();
    const failing = { ...desk, ask: () => Promise.reject(new Error('disk I/O error of /var/secret')) };
    errors.length = 0;
    const page = await get('/reports/fresh-first', { reports: failing });
    expect(page.status).toBe(503);
    expect(page.text).not.toContain('secret');
    const json = await get('/reports/fresh-first.json', { reports: failing });
    expect([json.status, JSON.parse(json.text)]).toMatchObject([503, { error: { code: 'log_unreadable' } }]);
    expect(errors).toEqual(['disk I/O error of /var/secret', 'disk I/O error of /var/secret']);
    const broken = join(folder, 'broken');
    writeFileSync(broken, 'no log');
    expect((await get('/reports', { reports: openReportDesk(broken) })).status).toBe(503);
  });

  test('says after a second that it is being made, asks again by itself and tells how far it is', async () => {
    fill();
    const slow: ReportDesk = {
      ...desk,
      ask: (_, { limitMs } = {}) => {
        expect(limitMs).toBe(1000);
        return Promise.resolve({ kind: 'making', isRunning: true, eventsRead: 1_234_567 });
      },
    };
    const { status, text } = await get('/reports/fresh-first', { reports: slow });
    expect(status).toBe(202);
    expect(text).toContain('<meta http-equiv="refresh" content="2" />');
    expect(text).toContain('1\u202f234\u202f567 events read');
  });
});

const EVERYWHERE = ['/reports', '/reports/fresh-first', '/reports/fresh-first.json', '/reports/none'];

test('every answer is kept by no cache, framed by nobody, and may load nothing', async () => {
  fill();
  for (const asked of [{}, { token: TOKEN }, { env: FAR }])
    for (const path of EVERYWHERE) {
      const { headers } = await get(path, asked);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': CONTENT_POLICY,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-robots-tag': 'noindex',
      });
    }
  expect(CONTENT_POLICY).toContain("frame-ancestors 'none'");
});

test.each<[string, Ask, number]>([
  ['from this machine', {}, 200],
  ['by its name', { host: 'localhost:4301' }, 200],
  ['over IPv6', { env: { incoming: { socket: { remoteAddress: '::1' } } }, host: '[::1]:4301' }, 200],
  ['IPv4 in IPv6', { env: { incoming: { socket: { remoteAddress: '::ffff:127.0.0.1' } } } }, 200],
  ['from elsewhere', { env: FAR }, 403],
  ['of nobody knows whom', { env: {} }, 403],
  ['by a name of the internet that leads here', { host: 'rebound.example:4301' }, 403],
  ['by a name that only begins so', { host: '127.0.0.1.rebound.example' }, 403],
  ['through a proxy', { headers: { 'x-forwarded-for': '192.0.2.7' } }, 403],
  ['through another proxy', { headers: { forwarded: 'for=192.0.2.7' } }, 403],
])('without a token: %s', async (_, ask, status) => {
  fill();
  for (const path of EVERYWHERE.slice(0, 3)) expect((await get(path, ask)).status).toBe(status);
});

describe('with a token', () => {
  test('it is asked for as the password, from wherever', async () => {
    fill();
    for (const env of [NEAR, FAR])
      for (const path of EVERYWHERE.slice(0, 3)) {
        const refused = await get(path, { token: TOKEN, env });
        expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Reports"']);
        expect(refused.text).not.toContain('fresh-first');
        for (const name of ['', 'ann']) {
          const headers = { authorization: authorization(name, TOKEN) };
          expect((await get(path, { token: TOKEN, env, headers })).status).toBe(200);
        }
      }
  });

  test.each(['', 'x', TOKEN.slice(1), TOKEN.slice(0, -1), `${TOKEN} `, TOKEN.toUpperCase()])(
    'another one is none: %j',
    async (wrong) => {
      fill();
      const headers = { authorization: authorization('ann', wrong) };
      expect((await get('/reports', { token: TOKEN, headers })).status).toBe(401);
      expect((await get('/reports', { token: TOKEN, headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(401);
    },
  );
});

test('over a port: beside events that are posted, and whoever leaves is noticed', async () => {
  fill();
  const signals: AbortSignal[] = [];
  const watched: ReportDesk = {
    ...desk,
    ask: (asked, wait) => {
      if (wait?.signal) signals.push(wait.signal);
      return asked.experiment === 'older' ? new Promise(() => undefined) : desk.ask(asked, wait);
    },
  };
  const server = await serveApp(createApp({ log, reports: { desk: watched } }), { port: 0 });
  try {
    const page = await fetch(`${server.url}/reports/fresh-first?phase=0`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Report on')]);
    const leaving = request(`${server.url}/reports/older.json`).on('error', () => undefined);
    leaving.end();
    await expect.poll(() => signals.length).toBe(2);
    leaving.destroy();
    await expect.poll(() => signals[1]?.aborted).toBe(true);
  } finally {
    await server.close();
  }
});
