import { defineBrowserProvider, parseKeyDef } from '@vitest/browser';
import type { BrowserCommand, BrowserProvider, BrowserProviderOption, TestProject } from 'vitest/node';
import { type EnginePage, PAGE_SIZE } from './engine-page.ts';
import { findEngine } from './engines.ts';

declare module 'vitest/node' {
  interface BrowserCommandContext {
    /** The page that the test runs in. */
    readonly enginePage: EnginePage;
  }
}

interface Keys {
  readonly unreleased: readonly string[];
}

/** Runs Vitest's browser tests in a browser of Debian's packages, which Playwright cannot drive. */
export const debianBrowser = (): BrowserProviderOption =>
  defineBrowserProvider({ name: 'debian', supportedBrowser: ['firefox', 'webkit'], providerFactory: createProvider });

function createProvider(project: TestProject): BrowserProvider {
  const engine = findEngine(project.config.browser.name);
  const pages = new Map<string, EnginePage>();
  for (const [name, command] of Object.entries(commands))
    project.browser?.registerCommand(name as never, command as never);
  return {
    name: 'debian',
    supportsParallelism: false,
    getCommandsContext: (sessionId) => ({ enginePage: pages.get(sessionId) }),
    openPage: async (sessionId, url) => {
      const page = await engine.open();
      pages.set(sessionId, page);
      await page.goto(url);
    },
    close: async () => {
      for (const page of pages.values()) await page.close();
      pages.clear();
    },
  };
}

/** What Vitest's own `page.viewport` and `userEvent` ask a provider for. */
const commands: Record<string, BrowserCommand<never[]>> = {
  // the frame that the test runs in is given its size by Vitest
  __vitest_viewport: (_, { width, height }: typeof PAGE_SIZE) => {
    if (width > PAGE_SIZE.width || height > PAGE_SIZE.height) throw new Error('larger than the window');
  },
  __vitest_tab: ({ enginePage }, { shift }: { shift?: boolean }) =>
    press(enginePage, shift ? '{Shift>}{Tab}{/Shift}' : '{Tab}', []),
  __vitest_keyboard: async ({ enginePage }, text: string, { unreleased }: Keys): Promise<Keys> => ({
    unreleased: await press(enginePage, text, unreleased),
  }),
  __vitest_cleanup: async ({ enginePage }, { unreleased }: Keys) => {
    for (const key of unreleased) await enginePage.keyUp(key);
  },
};

/** Presses keys as `userEvent.keyboard` writes them; returns those that stay down. */
async function press(page: EnginePage, text: string, down: readonly string[]): Promise<string[]> {
  const held = new Set(down);
  for (const { keyDef, releasePrevious, releaseSelf, repeat } of parseKeyDef(text)) {
    const key = keyDef.key ?? '';
    if (held.delete(key)) await page.keyUp(key);
    if (releasePrevious) continue;
    for (let time = 0; time < repeat; time++) await page.keyDown(key);
    if (releaseSelf) await page.keyUp(key);
    else held.add(key);
  }
  return [...held];
}
