import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findBrowser } from './training/browser.ts';
import { chosenProjects } from './test/chosen-projects.ts';

// the browser is only looked for (and unpacked) where its project runs
const wantsBrowser = chosenProjects.length === 0 || chosenProjects.includes('browser');
const launchOptions = wantsBrowser ? { executablePath: await findBrowser(), args: CHROMIUM_ARGS } : {};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/unit/**/*.test.ts'],
          environment: 'node',
          // Vitest leaves one core free, which of two is half
          maxWorkers: availableParallelism(),
          testTimeout: 20_000,
        },
      },
      {
        // found in the middle of a run, they would be bundled then and the page loaded again under its tests
        optimizeDeps: {
          include: [
            '@amplitude/analytics-core',
            '@lit/react',
            '@segment/analytics-next',
            'axe-core',
            'react',
            'react-dom/client',
          ],
          exclude: ['onnxruntime-web'],
        },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      'test/debian/vitest.config.ts',
    ],
  },
});
