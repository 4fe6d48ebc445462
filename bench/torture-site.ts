import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { createApp, createLog, serveApp } from '../collector/index.ts';
import type { EventBatch } from '../src/core/event.ts';
import { type Gate, openGate } from './torture-gate.ts';
import { servePages } from './torture-pages.ts';
import { until } from './wait.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

export interface Waiting {
  readonly events: number;
  readonly sizeBytes: number;
}

/** A site whose pages record events, and what stores them on another origin behind a gate. */
export interface TortureSite {
  readonly url: string;
  /** An origin that records nothing, to go to and never come back. */
  readonly elsewhere: string;
  readonly gate: Gate;
  readonly profileDir: string;
  /** Opens a page of the site and waits until it can record. */
  visit(page: Page, path?: string): Promise<void>;
  /** Records so many purchases, each of which is one event; resolves when they are kept, or with `now` at once. */
  record(page: Page, count: number, how?: 'kept' | 'now'): Promise<void>;
  /** Waits until nothing is left to be sent. */
  drained(page: Page): Promise<void>;
  /** What waits on the device, where that can be asked. */
  pending?(page: Page): Promise<Waiting>;
  /** Ids of the stored purchases, in storage order; what pages tell of themselves is beside the count. */
  stored(): string[];
  /** What else a row says of this site. */
  figures?(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** A site with the built kit, and the real collector. */
export async function openSite(): Promise<TortureSite> {
  const dir = mkdtempSync(join(tmpdir(), 'nearside-torture-'));
  const given = { collectorUrl: '' };
  const pages = await servePages(() => pageOf(given.collectorUrl), dist);
  const log = createLog(join(dir, 'events.sqlite'));
  const collector = await serveApp(createApp({ log, allowedOrigins: [pages.url] }), { port: 0 });
  const gate = await openGate(collector.url, (body) => (JSON.parse(body) as EventBatch).events.map(({ id }) => id));
  given.collectorUrl = gate.url;
  const pending = (page: Page): Promise<Waiting> => page.evaluate('kit.pending()');
  return {
    ...{ url: pages.url, elsewhere: pages.elsewhere, gate, profileDir: join(dir, 'profile'), record, pending },
    visit: async (page, path = '/') => {
      await page.goto(pages.url + path);
      await page.waitForFunction('globalThis.kit !== undefined');
    },
    drained: (page) => until(async () => (await pending(page)).events === 0, 'an empty outbox'),
    stored: () => [...log.read()].flatMap(({ event }) => (event.kind === 'conversion' ? [event.id] : [])),
    close: async () => {
      await Promise.all([pages.close(), gate.close(), collector.close()]);
      log.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const pageOf = (collectorUrl: string): string => `<!doctype html><title>site</title>
<script type="module">
  import { createKit } from '/files/index.js';
  globalThis.kit = createKit({ collectorUrl: '${collectorUrl}', egress: 'events', bundleUrl: null, createWorker: null });
</script>`;

const record: TortureSite['record'] = (page, count, how = 'kept') =>
  page.evaluate(
    `(() => { const all = Promise.all(Array.from({ length: ${String(count)} }, (_, i) =>
      kit.record({ kind: 'purchase', itemId: 'item-' + i, value: { amount: i, currency: 'EUR' } })));
      return ${how === 'kept' ? 'all.then(() => null)' : 'null'}; })()`,
  );
