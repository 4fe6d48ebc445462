import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoServer, startDemo } from '../../bench/demo-server.ts';
import { visitHome } from '../../bench/home-visit.ts';
import { WATCH, type Watched } from '../../bench/home-watch.ts';
import { countOurs, nameLongTasks } from '../../bench/long-tasks.ts';
import { startTrace, stopTrace } from '../../bench/task-trace.ts';
import { close, listen } from '../../bench/torture-gate.ts';
import { launchBrowser } from './shop-fixture.ts';

const open = {} as { browser: Browser; demo: DemoServer };
beforeAll(async () => {
  [open.browser, open.demo] = await Promise.all([launchBrowser(), startDemo()]);
});
afterAll(async () => {
  await Promise.all([open.browser.close(), open.demo.close()]);
});

/** Works for so long by the page's own clock, which a slower thread does not stretch: by passes, then. */
const BUSY = `function work(passes) { let sum = 0; for (let i = 0; i < passes; i++) sum += Math.sqrt(i); return sum; }
setTimeout(function long() { globalThis.sum = work(4e7); }, 100);
setTimeout(function short() { globalThis.sum = work(1e4); globalThis.done = true; }, 300);`;

test('a task that works long is found and named, on a thread that is slowed down longer; a short one is not', async () => {
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', url === '/busy.js' ? 'text/javascript' : 'text/html');
    response.end(url === '/busy.js' ? BUSY : '<!doctype html><title>busy</title><script src="/busy.js"></script>');
  });
  const url = await listen(server);
  const load = async (rate: number): Promise<ReturnType<typeof nameLongTasks>> => {
    const page = await open.browser.newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
    await page.addInitScript(WATCH);
    await startTrace(open.browser, page);
    await page.goto(url);
    await page.waitForFunction('globalThis.done');
    // frames are told of after they have been drawn
    await expect.poll(() => page.evaluate('watched.scripts.length')).toBeGreaterThan(0);
    const watched = await page.evaluate<Watched>('watched');
    const tasks = await stopTrace(open.browser, `${url}/`, 20);
    await page.close();
    return nameLongTasks([{ ...watched, tasks }]).filter(({ script }) => script === '/busy.js');
  };
  const [fast] = await load(1);
  const [slow, ...others] = await load(4);
  await close(server);
  expect(fast.entry).toMatch(/^long@\d+$/);
  expect(slow.entry).toBe(fast.entry);
  expect(others).toEqual([]);
  expect(slow.cpuMs[0] / fast.cpuMs[0]).toBeGreaterThan(2);
});

test('the home page with 500 candidates in two carousels: each slate is made of all of them; without our scripts there is none', async () => {
  const visit = { candidates: 500, slowdown: 1 };
  const ours = await visitHome(open.browser, open.demo.url, { ...visit, nearside: true });
  const slates = new Map(ours.slates.map(({ placement, candidates }) => [placement, candidates]));
  expect([slates.get('home'), slates.get('finds')]).toEqual([500, 500]);
  expect(ours.scripts.some(({ path }) => path.startsWith('/nearside/'))).toBe(true);
  expect([ours.lcpMs, ours.inpMs].every((ms) => ms !== null && ms > 0)).toBe(true);
  const bare = await visitHome(open.browser, open.demo.url, { ...visit, nearside: false });
  expect(bare.slates).toEqual([]);
  expect(countOurs(bare)).toBe(0);
  expect([bare.lcpMs, bare.inpMs].every((ms) => ms !== null && ms > 0)).toBe(true);
}, 120_000);
