import type { TestProjectInlineConfiguration } from 'vitest/config';
import { clickAt, moveTo } from './engine-commands.ts';
import { debianBrowser } from './engine-provider.ts';
import type { Engine } from './engines.ts';

interface Choice {
  /** Of its own: Vite keeps what it bundles by it. */
  readonly name: string;
  readonly include: string[];
  readonly engines: readonly Engine[];
}

/** Runs test files in the pages of engines, each a project of its name. */
export const componentProject = ({ name, include, engines }: Choice): TestProjectInlineConfiguration => ({
  // found in the middle of a run, it would be bundled then and the page loaded again under its tests
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  test: {
    ...{ name, include },
    setupFiles: ['test/debian/engine-input.ts'],
    testTimeout: 30_000,
    // after the others, which take both cores
    sequence: { groupOrder: 1 },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: debianBrowser(),
      commands: { clickAt, moveTo },
      instances: engines.map((engine) => ({ name: engine.name, browser: engine.browser })),
    },
  },
});
