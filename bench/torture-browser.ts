import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { BrowserContext, Page } from 'playwright-core';
import { CHROMIUM_ARGS, findBrowser } from '../training/browser.ts';
import { InputError } from '../training/input-error.ts';

/** A real Chromium over a profile on disk, which can be killed as a power cut does. */
export interface TortureBrowser {
  newPage(): Promise<Page>;
  /** SIGKILL for all its processes. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export async function openTortureBrowser(profileDir: string): Promise<TortureBrowser> {
  const { chromium } = await import('playwright-core').catch(() => {
    throw new InputError('torture drives a browser through playwright-core; npm install playwright-core');
  });
  const args = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profileDir}`, '--no-first-run'];
  const browser = spawn(await findBrowser(), [...CHROMIUM_ARGS, ...args, 'about:blank'], {
    // its own group: all its processes end together
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const connection = await chromium.connectOverCDP(await readAddress(browser));
  const [context] = connection.contexts() as [BrowserContext];
  const kill = async (): Promise<void> => {
    if (browser.exitCode !== null || browser.signalCode !== null || browser.pid === undefined) return;
    const ended = once(browser, 'exit');
    process.kill(-browser.pid, 'SIGKILL');
    await ended;
  };
  return {
    kill,
    newPage: () => context.newPage(),
    close: async () => {
      await connection.close().catch(() => undefined);
      await kill();
    },
  };
}

/** Chromium names the address of its debugger on stderr. */
async function readAddress({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error('the browser has no stderr');
  for await (const line of createInterface({ input: stderr })) {
    const [, address] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
    if (address !== undefined) {
      stderr.resume();
      return address;
    }
  }
  throw new InputError('the browser ended before it could be driven');
}
