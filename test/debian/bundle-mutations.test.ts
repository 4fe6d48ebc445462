import { expect, test } from 'vitest';
import { runMutations } from '../mutations/check-mutations.ts';
import { launchBrowser, openVisitor } from '../e2e/shop-fixture.ts';
import { hasFirefox, openFirefox } from './firefox.ts';
import { hasWebKit, openWebKit } from './webkit.ts';

const TEST_MS = 900_000;

test(
  'Chromium accepts none of the other 750 mutated bundles and shows its cards each time',
  async () => {
    const browser = await launchBrowser();
    try {
      const { page, errors } = await openVisitor(browser);
      const { userAgent, seconds } = await runMutations((url) => page.goto(url), { from: 250 });
      expect(errors).toEqual([]);
      console.log(`750 mutated bundles in ${seconds.toFixed(0)} s: ${userAgent}`);
    } finally {
      await browser.close();
    }
  },
  TEST_MS,
);

test.skipIf(!hasFirefox)(
  'Firefox (Debian package firefox-esr) accepts none of 1,000 mutated bundles and shows its cards each time',
  async () => {
    const page = await openFirefox();
    try {
      const { userAgent, seconds } = await runMutations((url) => page.goto(url));
      expect(userAgent).toContain('Firefox/');
      console.log(`1,000 mutated bundles in ${seconds.toFixed(0)} s: ${userAgent}`);
    } finally {
      await page.close();
    }
  },
  TEST_MS,
);

test.skipIf(!hasWebKit)(
  'WebKitGTK (Debian packages webkit2gtk-driver, xvfb) accepts none of 1,000 mutated bundles and shows its cards each time',
  async () => {
    const page = await openWebKit();
    try {
      const { userAgent, seconds } = await runMutations((url) => page.goto(url));
      expect(userAgent).toMatch(/AppleWebKit\/(?!.*Chrom)/);
      console.log(`1,000 mutated bundles in ${seconds.toFixed(0)} s: ${userAgent}`);
    } finally {
      await page.close();
    }
  },
  TEST_MS,
);
