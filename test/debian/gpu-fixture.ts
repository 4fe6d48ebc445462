import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import type { Manifest } from '../../src/core/manifest.ts';
import { createRandom } from '../../src/core/random.ts';
import { createVocabulary } from '../../training/catalogue.ts';
import { PopularitySampler } from '../../training/examples.ts';
import { makeQueries } from '../../training/queries.ts';
import { createNeutralCatalogue } from '../../training/simulate-catalogue.ts';
import { encodeSimulation, writeSimulation } from '../../training/simulate-files.ts';
import { simulate } from '../../training/simulate.ts';
import { readSiteLog } from '../../training/site-log.ts';
import { train } from '../../training/train.ts';

/** Debian's Chromium; the one from npm has no WebGPU. */
export const CHROMIUM = '/usr/bin/chromium';
const DIST_DIR = fileURLToPath(new URL('../../dist/', import.meta.url));
const quiet = { progress: () => undefined, warn: () => undefined };

export interface Trained {
  readonly dataDir: string;
  readonly bundleDir: string;
  readonly queriesFile: string;
  remove(): void;
}

/** A small simulated log, its bundle, and held-out queries. */
export async function trainSmall(): Promise<Trained> {
  const dir = mkdtempSync(join(tmpdir(), 'nearside-gpu-'));
  const [dataDir, bundleDir, queriesFile] = ['log', 'bundle', 'queries.csv.gz'].map((name) => join(dir, name));
  const catalogue = createNeutralCatalogue(130, 1);
  writeSimulation(encodeSimulation(simulate({ visits: 600, seed: 1, catalogue }), catalogue), dataDir);
  // so little data passes no gate, and need not
  await train({ dataDir, outDir: bundleDir, fit: 'train', force: true, seed: 1, stopwatch: () => 0, ...quiet });
  const { sessions, splits } = await readSiteLog(dataDir, quiet.warn);
  const { counts, ids } = createVocabulary(sessions.filter(({ startAt }) => startAt < splits.validFrom));
  const random = createRandom(7);
  const sampler = new PopularitySampler(random);
  sampler.reset([...counts]);
  const queries = makeQueries(
    sessions.filter(({ startAt }) => startAt >= splits.validFrom),
    new Set(ids),
    {
      random,
      draw: (count, isExcluded) => sampler.draw(count, (row) => isExcluded(ids[row]))?.map((row) => ids[row]),
      maxQueries: 400,
    },
  );
  const rows = queries.map(({ queryId, sessionId, userId, startAt, context, target, candidates }) =>
    [queryId, sessionId, userId, startAt, context.join(' '), target, candidates.join(' ')].join(','),
  );
  const header = 'query_id,session_id,user_id,session_start_ms,context,target,candidates';
  writeFileSync(queriesFile, gzipSync([header, ...rows, ''].join('\n')));
  return { dataDir, bundleDir, queriesFile, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

export interface Site {
  readonly url: string;
  /** File names asked for, in order. */
  readonly fetched: string[];
  /** Goes before the GPU's worker, in its realm: this is how a test gets at a real device. */
  prelude: string;
  /** Whether the bundle as served asks for webgpu. */
  asks: boolean;
  /** Another one is another model, of the same files for a page. */
  revision: string;
  close(): void;
}

/** An empty page that may import the built kit, and the bundle beside it. */
export async function startSite(bundleDir: string): Promise<Site> {
  const site = {
    url: '',
    fetched: [] as string[],
    prelude: '',
    asks: true,
    revision: '',
  };
  const read = (path: string): string | Buffer | undefined => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (path === '/') return '<!doctype html><title>gpu</title>';
    const file = join(path.startsWith('/bundle/') ? bundleDir : DIST_DIR, name);
    if (!existsSync(file)) return undefined;
    site.fetched.push(name);
    if (name === 'webgpu.worker.js') return `${site.prelude}\n${readFileSync(file, 'utf8')}`;
    if (name !== 'manifest.json') return readFileSync(file);
    return JSON.stringify(revise(JSON.parse(readFileSync(file, 'utf8')) as Manifest, site));
  };
  const server = createServer(({ url = '/' }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    const body = read(path);
    response.setHeader(
      'content-type',
      TYPES[extname(path)] ?? (path === '/' ? 'text/html' : 'application/octet-stream'),
    );
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return Object.assign(site, { url: `http://127.0.0.1:${String(port)}/`, close });
}

/** `items.ndjson` is for the site's server, so no page checks it; but `modelId` is that of all files. */
function revise(manifest: Manifest, { asks, revision }: Pick<Site, 'asks' | 'revision'>): Manifest {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const engines = asks ? { engines: ['webgpu'] } : {};
  const items = manifest.files['items.ndjson'];
  if (revision === '' || items === undefined) return { ...manifest, ...engines };
  const files = { ...manifest.files, 'items.ndjson': { ...items, sha256: sha256(revision) } };
  const list = Object.entries(files).map(([name, file]) => [name, file.sha256]);
  return { ...manifest, ...engines, files, modelId: sha256(JSON.stringify(list)) };
}

/** What a page says of one slate. */
export interface GpuSlate {
  readonly tier: string;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly ids: readonly string[];
  readonly scores: readonly number[];
}

export interface GpuPage {
  /** Waits for the strongest engine. */
  ready(): Promise<{ tier: string; problem?: { code: string; message: string } }>;
  /** Views of these items of the bundle, by row. */
  view(...rows: number[]): Promise<void>;
  /** Ranks the first `count` items of the bundle, `times` at once. */
  slates(count: number, times?: number): Promise<GpuSlate[]>;
  /** Tells the prelude something and waits for its word. */
  tell(word: string): Promise<void>;
  evaluate(script: string): Promise<unknown>;
}

/** Opens the site and makes a kit there; `options` are the kit's, as source text. */
export async function openGpuPage(page: Page, site: Site, options = `maxTier: 'webgpu'`): Promise<GpuPage> {
  await page.goto(site.url);
  await page.evaluate(`(async () => {
    const { createKit } = await import('/index.js');
    const lines = (await (await fetch('/bundle/items.ndjson')).text()).trim().split('\\n');
    window.items = lines.map((line) => JSON.parse(line));
    window.kit = createKit({ bundleUrl: '/bundle/', deadlineMs: 60_000, policy: false, ${options} });
    window.kit.describe(window.items);
    window.rank = async (count) => {
      const { tier, tierProblem, items } = await window.kit.slate('home', { candidates: window.items.slice(0, count) });
      const ids = items.map(({ itemId }) => itemId);
      return { tier, code: tierProblem?.code, message: tierProblem?.message, ids, scores: items.map(({ score }) => score) };
    };
  })()`);
  return {
    ready: () => page.evaluate('window.kit.ready()'),
    view: async (...rows) => {
      for (const row of rows) {
        await page.evaluate(`window.kit.record({ kind: 'view', itemId: window.items[${String(row)}].id })`);
      }
    },
    slates: (count, times = 1) =>
      page.evaluate(`Promise.all(Array.from({ length: ${String(times)} }, () => window.rank(${String(count)})))`),
    tell: async (word) => {
      await page.evaluate(`new Promise((resolve) => {
        const channel = new BroadcastChannel('gpu');
        channel.onmessage = () => { channel.close(); resolve(); };
        channel.postMessage(${JSON.stringify(word)});
      })`);
    },
    evaluate: (script) => page.evaluate(script),
  };
}
