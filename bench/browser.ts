import type { Browser } from 'playwright-core';
import { CHROMIUM_ARGS, findBrowser } from '../training/browser.ts';
import { InputError } from '../training/input-error.ts';

/** A headless Chromium. Throws `InputError` where there is none, or nothing to drive it with. */
export async function launchBrowser(): Promise<Browser> {
  const { chromium } = await import('playwright-core').catch(() => {
    throw new InputError('this drives a browser through playwright-core; npm install playwright-core');
  });
  return chromium.launch({ executablePath: await findBrowser(), args: CHROMIUM_ARGS });
}
