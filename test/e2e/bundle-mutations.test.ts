import { expect, test } from 'vitest';
import { runMutations } from '../mutations/check-mutations.ts';
import { launchBrowser, openVisitor } from './shop-fixture.ts';

test('Chromium accepts none of 1,000 mutated bundles and shows its cards each time', async () => {
  const browser = await launchBrowser();
  try {
    const { page, errors } = await openVisitor(browser);
    const report = await runMutations((url) => page.goto(url));
    expect(errors).toEqual([]);
    console.log(`1,000 mutated bundles in ${report.seconds.toFixed(0)} s: ${report.userAgent}`);
  } finally {
    await browser.close();
  }
}, 900_000);
