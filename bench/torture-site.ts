import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { createApp, createLog, serveApp } from '../collector/index.ts';
import { type Gate, close, listen, openGate } from './torture-gate.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** A site with the built kit, and a collector on another origin behind a gate. */
export interface TortureSite {
  readonly url: string;
  /** An origin without the kit, to go to and never come back. */
  readonly elsewhere: string;
  readonly gate: Gate;
  /** Ids of the stored purchases, in storage order; what pages tell of themselves is beside the count. */
  stored(): string[];
  readonly profileDir: string;
  close(): Promise<void>;
}

export async function openSite(): Promise<TortureSite> {
  const dir = mkdtempSync(join(tmpdir(), 'nearside-torture-'));
  const given = { collectorUrl: '' };
  const site = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (!path.startsWith('/nearside/')) {
      response.setHeader('content-type', 'text/html').end(pageOf(given.collectorUrl));
      return;
    }
    readFile(join(dist, path.slice('/nearside/'.length))).then(
      (bytes) => {
        response.setHeader('content-type', extname(path) === '.js' ? 'text/javascript' : 'application/octet-stream');
        response.end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  const elsewhere = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>elsewhere</title>');
  });
  const url = await listen(site);
  const log = createLog(join(dir, 'events.sqlite'));
  const collector = await serveApp(createApp({ log, allowedOrigins: [url] }), { port: 0 });
  const gate = await openGate(collector.url);
  given.collectorUrl = gate.url;
  return {
    ...{ url, elsewhere: await listen(elsewhere), gate, profileDir: join(dir, 'profile') },
    stored: () => [...log.read()].flatMap(({ event }) => (event.kind === 'conversion' ? [event.id] : [])),
    close: async () => {
      await Promise.all([close(site), close(elsewhere), gate.close(), collector.close()]);
      log.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const pageOf = (collectorUrl: string): string => `<!doctype html><title>site</title>
<script type="module">
  import { createKit } from '/nearside/index.js';
  globalThis.kit = createKit({ collectorUrl: '${collectorUrl}', egress: 'events', bundleUrl: null, createWorker: null });
</script>`;

/** Waits until the page's kit is there. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction('globalThis.kit !== undefined');
}

/** Records so many purchases, each of which is one event; resolves when they are stored, or with `now` at once. */
export const record = (page: Page, count: number, how: 'stored' | 'now' = 'stored'): Promise<unknown> =>
  page.evaluate(
    `(() => { const all = Promise.all(Array.from({ length: ${String(count)} }, (_, i) =>
      kit.record({ kind: 'purchase', itemId: 'item-' + i, value: { amount: i, currency: 'EUR' } })));
      return ${how === 'stored' ? 'all.then(() => null)' : 'null'}; })()`,
  );

export interface Waiting {
  readonly events: number;
  readonly sizeBytes: number;
}
export const pending = (page: Page): Promise<Waiting> => page.evaluate('kit.pending()');

/** Purchases in the outbox; what pages tell of themselves is beside the count. */
export const held = (page: Page): Promise<number> =>
  page.evaluate(`new Promise((resolve) => {
    const open = indexedDB.open('nearside');
    open.onsuccess = () => {
      const rows = open.result.transaction('outbox').objectStore('outbox').getAll();
      rows.onsuccess = () => {
        open.result.close();
        resolve(rows.result.filter(({ kind }) => kind === 'conversion').length);
      };
    };
  })`);
