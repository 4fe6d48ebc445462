import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const DRIVER = '/usr/bin/WebKitWebDriver';
const DISPLAY_MAKER = '/usr/bin/xvfb-run';

/** Of Debian's webkit2gtk-driver, xvfb and xauth. */
export const hasWebKit = existsSync(DRIVER) && existsSync(DISPLAY_MAKER);

export interface WebKitPage {
  goto(url: string): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly value: { readonly sessionId?: string; readonly message?: string } | null;
}

/** A WebKitGTK window on a display of its own, driven by plain WebDriver (https://www.w3.org/TR/webdriver2/). */
export async function openWebKit(port: number): Promise<WebKitPage> {
  const driver = spawn(DISPLAY_MAKER, ['--auto-servernum', DRIVER, `--port=${String(port)}`], {
    // its own group: xvfb-run, the display, the driver and the browser end together
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, WEBKIT_DISABLE_COMPOSITING_MODE: '1', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  });
  const send = async (method: string, path: string, body?: object): Promise<Answer['value']> => {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
      method,
      signal: AbortSignal.timeout(60_000),
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as Answer;
    if (!response.ok)
      throw new Error(`WebKitWebDriver: ${method} ${path}: ${value?.message ?? String(response.status)}`);
    return value;
  };
  const end = (): void => {
    if (driver.pid !== undefined && driver.exitCode === null) process.kill(-driver.pid, 'SIGTERM');
  };
  try {
    await waitForStatus(() => send('GET', '/status'), driver);
    const { sessionId = '' } = (await send('POST', '/session', { capabilities: {} })) ?? {};
    return {
      goto: async (url) => {
        await send('POST', `/session/${sessionId}/url`, { url });
      },
      close: async () => {
        await send('DELETE', `/session/${sessionId}`).catch(() => undefined);
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

/** The driver says nothing when it listens, so it is asked until it answers. */
async function waitForStatus(ask: () => Promise<unknown>, driver: { readonly exitCode: number | null }): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (driver.exitCode !== null)
        throw new Error(`WebKitWebDriver ended with ${String(driver.exitCode)}`, { cause: error });
      if (Date.now() > deadline) throw new Error('WebKitWebDriver does not answer', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
