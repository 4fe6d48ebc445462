import type { EnginePage } from './engine-page.ts';
import { hasFirefox, openFirefox } from './firefox.ts';
import { hasWebKit, openWebKit } from './webkit.ts';

/** A browser engine other than Chromium that the components are tested in. */
export interface Engine {
  readonly name: string;
  /** As Vitest calls it. */
  readonly browser: 'firefox' | 'webkit';
  readonly packages: string;
  readonly isHere: boolean;
  open(): Promise<EnginePage>;
}

export const ENGINES: readonly Engine[] = [
  { name: 'Firefox', browser: 'firefox', packages: 'firefox-esr', isHere: hasFirefox, open: openFirefox },
  {
    ...{ name: 'WebKitGTK', browser: 'webkit', packages: 'webkit2gtk-driver, xvfb, xauth' },
    ...{ isHere: hasWebKit, open: openWebKit },
  },
];

export function findEngine(browser: string): Engine {
  const engine = ENGINES.find((one) => one.browser === browser);
  if (!engine) throw new Error(`no engine ${browser}`);
  return engine;
}
