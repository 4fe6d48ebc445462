import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { dedupe, openPeerEndpoint } from './peer-endpoint.ts';
import { SDK_PEERS, modulesOf } from './peer-modules.ts';
import type { Peer } from './peers/peer.ts';
import { openGate } from './torture-gate.ts';
import { servePages } from './torture-pages.ts';
import type { TortureSite } from './torture-site.ts';
import { pause, within } from './wait.ts';

/** For an SDK to keep what it was given: none says when it has. */
const KEEP_MS = 500;
/** For an SDK to send what it has, on the page and again on the next one. */
const DRAIN_MS = 60_000;

/** A site with another SDK, and an endpoint that takes its events behind a gate. Marks stand for event ids. */
export async function openPeerSite(peer: Peer): Promise<TortureSite> {
  const dir = mkdtempSync(join(tmpdir(), 'nearside-peer-'));
  const endpoint = await openPeerEndpoint(peer);
  const gate = await openGate(endpoint.url, (body) => peer.parse(body).map(({ mark }) => mark));
  const html = `<!doctype html><title>site</title>${peer.page({ modules: '/files', endpoint: gate.url })}`;
  const pages = await servePages(() => html, modulesOf(SDK_PEERS));
  const count = { recorded: 0, beforeReturn: undefined as number | undefined };
  const arrived = (): number => new Set(endpoint.accepted.map(({ mark }) => mark)).size;
  const visit = (page: Page, path = '/'): Promise<void> => open(page, pages.url + path);
  /** Some send what failed only with their next event: they get one, which is not counted. */
  const drain = async (page: Page): Promise<boolean> => {
    await page.evaluate("track('one more')");
    return within(DRAIN_MS, () => arrived() === count.recorded);
  };
  return {
    ...{ url: pages.url, elsewhere: pages.elsewhere, gate, profileDir: join(dir, 'profile'), visit },
    record: async (page, events, how = 'kept') => {
      const first = count.recorded + 1;
      count.recorded += events;
      await page.evaluate(`for (let i = 0; i < ${String(events)}; i++) track('m-' + (${String(first)} + i))`);
      if (how === 'kept') await pause(KEEP_MS);
    },
    drained: async (page) => {
      if (await drain(page)) return;
      count.beforeReturn = arrived();
      await visit(page, '/again');
      await drain(page);
    },
    recorded: () => Array.from({ length: count.recorded }, (_, i) => `m-${String(i + 1)}`),
    stored: () => dedupe(endpoint.accepted).map(({ mark }) => mark),
    figures: () => ({
      acceptedTwice: endpoint.accepted.length - dedupe(endpoint.accepted).length,
      ...(count.beforeReturn !== undefined && { onReturn: arrived() - count.beforeReturn }),
    }),
    close: async () => {
      await Promise.all([pages.close(), gate.close(), endpoint.close()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction('globalThis.track !== undefined');
}
