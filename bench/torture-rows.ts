import type { Page } from 'playwright-core';
import { type TortureBrowser, openTortureBrowser } from './torture-browser.ts';
import { type TortureSite, held, openSite, pending, record, visit } from './torture-site.ts';

/** What became of the events of one row. */
export interface TortureRow {
  readonly name: string;
  readonly recorded: number;
  readonly stored: number;
  /** In the outbox at the end. */
  readonly held: number;
  /** Neither stored nor held. */
  readonly lost: number;
  /** Stored more than once. */
  readonly duplicates: number;
  /** The most copies of one event on the wire, beyond its first. */
  readonly extraCopies: number;
  readonly requests: number;
  readonly seconds: number;
  readonly more?: Readonly<Record<string, number>>;
  /** What should not be, in words; empty where all is well. */
  readonly faults: readonly string[];
}

interface Scene {
  readonly site: TortureSite;
  browser: TortureBrowser;
}

/** What a row did; `held` where no page is left to ask. */
interface Outcome {
  readonly recorded: number;
  readonly held: number;
  readonly more?: Readonly<Record<string, number>>;
  readonly faults?: readonly string[];
}

export interface TortureRowPlan {
  readonly name: string;
  readonly about: string;
  readonly play: (scene: Scene) => Promise<Outcome>;
}

const KEEPALIVE_BYTES = 60_000;
const SETTLE_MS = 120_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until it holds. Backoff decides how long that takes. */
async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${String(SETTLE_MS)} ms for ${what}`);
    await pause(100);
  }
}

const drained = (page: Page): Promise<void> => until(async () => (await pending(page)).events === 0, 'an empty outbox');

async function afterKill(scene: Scene): Promise<Outcome> {
  const { site } = scene;
  site.gate.weather = 'busy';
  const page = await scene.browser.newPage();
  await visit(page, site.url);
  await record(page, 120);
  await until(() => site.gate.requests.length > 0, 'an attempt');
  await scene.browser.kill();
  site.gate.weather = 'clear';
  scene.browser = await openTortureBrowser(site.profileDir);
  const next = await scene.browser.newPage();
  await visit(next, site.url);
  await drained(next);
  return { recorded: 120, held: 0 };
}

const tabs =
  (count: number) =>
  async ({ site, browser }: Scene): Promise<Outcome> => {
    site.gate.weather = 'busy';
    const pages = await Promise.all(Array.from({ length: count }, () => browser.newPage()));
    for (const page of pages) await visit(page, site.url);
    await Promise.all(pages.map((page) => record(page, 60)));
    await until(() => site.gate.requests.length > 1, 'attempts');
    const [stays, closes, crashes] = pages as [Page, Page, Page | undefined];
    await closes.close();
    // the renderer ends without a word; of two tabs the other one goes on
    if (crashes) void crashes.goto('chrome://crash').catch(() => undefined);
    await record(stays, 20);
    site.gate.weather = 'clear';
    await drained(stays);
    return { recorded: count * 60 + 20, held: 0 };
  };

async function navigation({ site, browser }: Scene): Promise<Outcome> {
  const page = await browser.newPage();
  await visit(page, site.url);
  await record(page, 200, 'now');
  await visit(page, `${site.url}/next`);
  await drained(page);
  return { recorded: 200, held: 0 };
}

async function leave(scene: Scene): Promise<Outcome> {
  const { site } = scene;
  const page = await scene.browser.newPage();
  await visit(page, site.url);
  await record(page, 200);
  const waiting = await pending(page);
  await page.goto(site.elsewhere);
  await pause(3_000);
  const delivered = new Set(site.stored()).size;
  const bytes = site.gate.requests.reduce((sum, request) => sum + request.bytes, 0);
  // what is held is asked of a visit that the row does not count on
  site.gate.weather = 'busy';
  await visit(page, `${site.url}/later`);
  const { sizeBytes } = await pending(page);
  const reached = Math.min(KEEPALIVE_BYTES, waiting.sizeBytes);
  const faults = bytes >= reached * 0.9 ? [] : [`${String(bytes)} bytes left the page, ${String(reached)} could`];
  return {
    recorded: 200,
    held: await held(page),
    more: { delivered, deliveredBytes: bytes, heldBytes: sizeBytes },
    faults,
  };
}

async function outage({ site, browser }: Scene): Promise<Outcome> {
  const page = await browser.newPage();
  await visit(page, site.url);
  site.gate.weather = 'dead';
  for (let second = 0; second < 20; second++) {
    await record(page, 5);
    await pause(1_000);
  }
  site.gate.weather = 'clear';
  await drained(page);
  return { recorded: 100, held: 0 };
}

async function silence({ site, browser }: Scene): Promise<Outcome> {
  const page = await browser.newPage();
  await visit(page, site.url);
  site.gate.weather = 'mute';
  await record(page, 30);
  await until(() => site.gate.requests.length > 0, 'a batch');
  const probe = site.gate.requests[0]?.ids ?? [];
  await record(page, 90);
  await pause(6_000);
  site.gate.weather = 'clear';
  await drained(page);
  const probed = new Set(probe);
  const copies = countCopies(site);
  const others = [...copies].filter(([id, count]) => count > 1 && !probed.has(id)).length;
  const repeats = Math.max(...probe.map((id) => copies.get(id) ?? 0)) - 1;
  const faults = [
    ...(others > 0 ? [`${String(others)} events beside the probed batch were repeated`] : []),
    ...(repeats > 5 ? [`the probed batch was repeated ${String(repeats)} times`] : []),
  ];
  return { recorded: 120, held: 0, more: { probed: probed.size, repeats }, faults };
}

export const ROWS: readonly TortureRowPlan[] = [
  { name: 'kill', about: '503, then SIGKILL of the browser and a restart', play: afterKill },
  { name: 'tabs-2', about: 'two tabs in a storm of 503, one is closed', play: tabs(2) },
  { name: 'tabs-5', about: 'five tabs in a storm of 503, one is closed, one crashes', play: tabs(5) },
  { name: 'navigate', about: '200 events and at once the next page', play: navigation },
  { name: 'leave', about: 'events, then another origin, and no return', play: leave },
  { name: 'outage', about: '20 s without a connection', play: outage },
  { name: 'silence', about: 'answers are lost for 6 s', play: silence },
];

function countCopies({ gate }: TortureSite): Map<string, number> {
  const copies = new Map<string, number>();
  for (const id of gate.requests.filter(({ weather }) => weather !== 'busy').flatMap(({ ids }) => ids)) {
    copies.set(id, (copies.get(id) ?? 0) + 1);
  }
  return copies;
}

/** Plays a row on a site, a collector and a profile of its own. */
export async function playRow({ name, play }: TortureRowPlan): Promise<TortureRow> {
  const site = await openSite();
  const scene: Scene = { site, browser: await openTortureBrowser(site.profileDir) };
  const startedAt = performance.now();
  try {
    const { recorded, held, more, faults = [] } = await play(scene);
    const ids = site.stored();
    const stored = new Set(ids).size;
    const [lost, duplicates] = [Math.max(0, recorded - stored - held), ids.length - stored];
    const extraCopies = Math.max(0, ...countCopies(site).values()) - 1;
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    return {
      ...{ name, recorded, stored, held, lost, duplicates, extraCopies, requests: site.gate.requests.length, seconds },
      ...(more && { more }),
      faults: [
        ...(lost > 0 ? [`${String(lost)} events are lost`] : []),
        ...(duplicates > 0 ? [`${String(duplicates)} events are stored twice`] : []),
        ...(extraCopies > 1 && name !== 'silence' ? [`an event was sent ${String(extraCopies + 1)} times`] : []),
        ...faults,
      ],
    };
  } finally {
    await scene.browser.close();
    await site.close();
  }
}
