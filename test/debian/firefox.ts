import { existsSync } from 'node:fs';
import { type KeyInput, launch } from 'puppeteer-core';
import { type EnginePage, PAGE_SIZE } from './engine-page.ts';

export const FIREFOX = '/usr/bin/firefox-esr';

/** Of Debian's firefox-esr. */
export const hasFirefox = existsSync(FIREFOX);

/** A headless Firefox, driven by WebDriver BiDi. */
export async function openFirefox(): Promise<EnginePage> {
  const browser = await launch({ browser: 'firefox', executablePath: FIREFOX, headless: true });
  const page = await browser.newPage();
  await page.setViewport(PAGE_SIZE);
  return {
    goto: async (url) => {
      await page.goto(url, { waitUntil: 'domcontentloaded' });
    },
    keyDown: (key) => page.keyboard.down(key as KeyInput),
    keyUp: (key) => page.keyboard.up(key as KeyInput),
    moveTo: ([x, y]) => page.mouse.move(x, y),
    click: ([x, y], times) => page.mouse.click(x, y, { count: times }),
    close: () => browser.close(),
  };
}
