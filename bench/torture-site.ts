import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { createApp, createLog, serveApp } from '../collector/index.ts';
import type { EventBatch, FeedbackEvent } from '../src/core/event.ts';
import { type Problem, isProblem } from '../src/core/problem.ts';
import { type Gate, openGate } from './torture-gate.ts';
import { servePages } from './torture-pages.ts';
import { until } from './wait.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** What the visitor did that waits on the device; what pages tell of themselves waits beside it and is not in here. */
export interface Waiting {
  readonly acts: readonly string[];
  readonly sizeBytes: number;
  /** Of the largest of them. */
  readonly largestBytes: number;
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
  /** Records so many purchases, each of them one event; resolves when they are kept, or with `now` at once. */
  record(page: Page, count: number, how?: 'kept' | 'now'): Promise<void>;
  /** Each purchase of all pages, by what tells it apart. */
  recorded(): string[];
  /** Waits until nothing is left to be sent. */
  drained(page: Page): Promise<void>;
  /** What waits on the device, where that can be asked. */
  waiting?(page: Page): Promise<Waiting>;
  /** The purchases that are stored, in storage order and each as often as it is. */
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
  return {
    ...{ url: pages.url, elsewhere: pages.elsewhere, gate, profileDir: join(dir, 'profile'), ...actions() },
    visit: async (page, path = '/') => {
      await page.goto(pages.url + path);
      await page.waitForFunction('globalThis.kit !== undefined');
    },
    drained: (page) =>
      until(
        async () => (await page.evaluate<{ readonly events: number }>('kit.pending()')).events === 0,
        'an empty outbox',
      ),
    stored: () => actsOf([...log.read()].map(({ event }) => event)),
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

/** Each purchase is of an amount of its own, over all pages: by that it is known again. */
const actsOf = (events: readonly FeedbackEvent[]): string[] =>
  events.flatMap(({ kind, value }) => (kind === 'conversion' ? [String(value?.amount)] : []));

function actions(): Pick<TortureSite, 'record' | 'recorded' | 'waiting'> {
  let recorded = 0;
  return {
    record: (page, count, how = 'kept') => {
      const first = recorded + 1;
      recorded += count;
      return page.evaluate(
        `(() => { const all = Promise.all(Array.from({ length: ${String(count)} }, (_, i) => ${String(first)} + i).map((amount) =>
          kit.record({ kind: 'purchase', itemId: 'item-' + amount, value: { amount, currency: 'EUR' } })));
          return ${how === 'kept' ? 'all.then(() => null)' : 'null'}; })()`,
      );
    },
    recorded: () => Array.from({ length: recorded }, (_, i) => String(i + 1)),
    waiting: async (page) => {
      const exported = await page.evaluate<Problem | { readonly outbox: readonly FeedbackEvent[] }>('kit.export()');
      if (isProblem(exported)) throw new Error(exported.message);
      const events = exported.outbox.filter(({ kind }) => kind === 'conversion');
      const sizes = events.map((event) => Buffer.byteLength(JSON.stringify(event)));
      const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
      return { acts: actsOf(events), sizeBytes, largestBytes: Math.max(0, ...sizes) };
    },
  };
}
