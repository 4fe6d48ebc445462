import type { Page } from 'playwright-core';
import { type TortureBrowser, openTortureBrowser } from './torture-browser.ts';
import { type TortureSite, openSite } from './torture-site.ts';
import { type Tally, countCopies, tally } from './torture-tally.ts';
import { finished, pause, until, within } from './wait.ts';

/** What became of the events of one row. */
export interface TortureRow extends Tally {
  readonly name: string;
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

/** What a row found out beside what arrived. */
interface Outcome {
  /** Acts that the device still has at the end; none where it was waited for that nothing is left. */
  readonly held?: readonly string[];
  readonly more?: Readonly<Record<string, number>>;
  readonly faults?: readonly string[];
}

export interface TortureRowPlan {
  readonly name: string;
  readonly about: string;
  readonly play: (scene: Scene) => Promise<Outcome>;
}

const KEEPALIVE_BYTES = 60_000;
/** For what a page has sent when it was left to arrive. */
const ARRIVAL_MS = 5_000;

const afterKill =
  (waitMs: number) =>
  async (scene: Scene): Promise<Outcome> => {
    const { site } = scene;
    site.gate.weather = 'busy';
    const page = await scene.browser.newPage();
    await site.visit(page);
    await site.record(page, 120);
    await until(() => site.gate.requests.length > 0, 'an attempt');
    await pause(waitMs);
    await scene.browser.kill();
    site.gate.weather = 'clear';
    scene.browser = await openTortureBrowser(site.profileDir);
    const next = await scene.browser.newPage();
    await site.visit(next);
    await site.drained(next);
    return {};
  };

const tabs =
  (count: number) =>
  async ({ site, browser }: Scene): Promise<Outcome> => {
    site.gate.weather = 'busy';
    const pages = await Promise.all(Array.from({ length: count }, () => browser.newPage()));
    for (const page of pages) await site.visit(page);
    await Promise.all(pages.map((page) => site.record(page, 60)));
    await until(() => site.gate.requests.length > 1, 'attempts');
    const [stays, closes, crashes] = pages as [Page, Page, Page | undefined];
    await closes.close();
    // the renderer ends without a word; of two tabs the other one goes on
    if (crashes) void crashes.goto('chrome://crash').catch(() => undefined);
    await site.record(stays, 20);
    site.gate.weather = 'clear';
    await site.drained(stays);
    return {};
  };

async function navigation({ site, browser }: Scene): Promise<Outcome> {
  const page = await browser.newPage();
  await site.visit(page);
  await site.record(page, 200, 'now');
  await site.visit(page, '/next');
  await site.drained(page);
  return {};
}

async function leave({ site, browser }: Scene): Promise<Outcome> {
  const { gate } = site;
  const page = await browser.newPage();
  await site.visit(page);
  // nothing gets through before the page is gone: all that arrives has outlived it
  gate.weather = 'slow';
  await site.record(page, 400);
  const waiting = await site.waiting?.(page);
  const sentBefore = gate.requests.length;
  await page.goto(site.elsewhere);
  gate.weather = 'clear';
  const bytes = (): number => gate.requests.slice(sentBefore).reduce((sum, request) => sum + request.bytes, 0);
  // what the browser lets outlive a page, but for the event that would go beyond it: events are sent whole
  const reached = waiting && Math.min(KEEPALIVE_BYTES, waiting.sizeBytes) - waiting.largestBytes;
  const isThere = (): boolean =>
    reached === undefined ? new Set(site.stored()).size === site.recorded().length : bytes() >= reached;
  await within(ARRIVAL_MS, () => gate.underWay === 0 && isThere());
  const delivered = new Set(site.stored());
  const more = { delivered: delivered.size, deliveredBytes: bytes() };
  // what is held is asked of a visit that the row does not count on
  if (!site.waiting || !waiting || reached === undefined) {
    await site.visit(page, '/later');
    await site.drained(page);
    return { more };
  }
  gate.weather = 'busy';
  await site.visit(page, '/later');
  const { acts: held } = await site.waiting(page);
  const heldAlone = held.filter((act) => !delivered.has(act)).length;
  const faults =
    more.deliveredBytes >= reached
      ? []
      : [`${String(more.deliveredBytes)} bytes outlived the page, not ${String(reached)}`];
  return { held, more: { waitingBytes: waiting.sizeBytes, ...more, heldAlone }, faults };
}

async function outage({ site, browser }: Scene): Promise<Outcome> {
  const page = await browser.newPage();
  await site.visit(page);
  site.gate.weather = 'dead';
  for (let second = 0; second < 20; second++) {
    await site.record(page, 5, 'now');
    await pause(1_000);
  }
  site.gate.weather = 'clear';
  await site.drained(page);
  return {};
}

async function silence({ site, browser }: Scene): Promise<Outcome> {
  const page = await browser.newPage();
  await site.visit(page);
  site.gate.weather = 'mute';
  await site.record(page, 30);
  await until(() => site.gate.requests.length > 0, 'a batch');
  const probe = site.gate.requests[0]?.ids ?? [];
  await site.record(page, 90);
  await pause(6_000);
  site.gate.weather = 'clear';
  await site.drained(page);
  const probed = new Set(probe);
  const copies = countCopies(site.gate.requests);
  const others = [...copies].filter(([id, count]) => count > 1 && !probed.has(id)).length;
  const repeats = Math.max(...probe.map((id) => copies.get(id) ?? 0)) - 1;
  const faults = [
    ...(others > 0 ? [`${String(others)} events beside the probed batch were repeated`] : []),
    ...(repeats > 5 ? [`the probed batch was repeated ${String(repeats)} times`] : []),
  ];
  return { more: { probed: probed.size, repeats }, faults };
}

export const ROWS: readonly TortureRowPlan[] = [
  { name: 'kill', about: '503, then SIGKILL of the browser and a restart', play: afterKill(0) },
  {
    name: 'kill-later',
    about: 'the same after 30 s, when the browser has written local storage to disk',
    play: afterKill(30_000),
  },
  { name: 'tabs-2', about: 'two tabs in a storm of 503, one is closed', play: tabs(2) },
  { name: 'tabs-5', about: 'five tabs in a storm of 503, one is closed, one crashes', play: tabs(5) },
  { name: 'navigate', about: '200 events and at once the next page', play: navigation },
  { name: 'leave', about: '400 events on a slow line, then another origin, and no return', play: leave },
  { name: 'outage', about: '20 s without a connection', play: outage },
  { name: 'silence', about: 'answers are lost for 6 s', play: silence },
];

/** Plays a row on a site, a server and a profile of its own. */
export async function playRow({ name, play }: TortureRowPlan, open = openSite): Promise<TortureRow> {
  const site = await open();
  const scene: Scene = { site, browser: await openTortureBrowser(site.profileDir) };
  const startedAt = performance.now();
  try {
    const { held = [], faults = [], ...outcome } = await finished(play(scene), name);
    const { requests } = site.gate;
    const counts = tally({ recorded: site.recorded(), held, stored: site.stored(), requests });
    const { lost, duplicates, extraCopies } = counts;
    const more = { ...outcome.more, ...site.figures?.() };
    return {
      ...{ name, ...counts, requests: requests.length },
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      ...(Object.keys(more).length > 0 && { more }),
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
