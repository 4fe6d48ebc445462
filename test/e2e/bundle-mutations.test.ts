import { expect, test } from 'vitest';
import { runMutations } from '../mutations/check-mutations.ts';
import { launchBrowser, openVisitor } from './shop-fixture.ts';

/** Of 1,000; the others are among the tests that need Debian packages, where minutes matter less. */
const SHARE = 250;

test('Chromium accepts none of the first 250 mutated bundles and shows its cards each time', async () => {
  const browser = await launchBrowser();
  try {
    const { page, errors } = await openVisitor(browser);
    const report = await runMutations((url) => page.goto(url), { to: SHARE });
    expect(errors).toEqual([]);
    console.log(`250 mutated bundles in ${report.seconds.toFixed(0)} s: ${report.userAgent}`);
  } finally {
    await browser.close();
  }
}, 300_000);
