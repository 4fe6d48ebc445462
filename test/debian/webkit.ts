import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type EnginePage, PAGE_SIZE } from './engine-page.ts';
import { findPort } from './free-port.ts';
import { click, keyDown, keyUp, moveTo } from './webdriver-actions.ts';

const DRIVER = '/usr/bin/WebKitWebDriver';
const DISPLAY_MAKER = '/usr/bin/xvfb-run';
/** The window fills it: without a window manager, the one under the pointer, which is in the middle, has the focus. */
const SCREEN = { width: PAGE_SIZE.width, height: PAGE_SIZE.height + 100 };

/** Of Debian's webkit2gtk-driver, xvfb and xauth. */
export const hasWebKit = existsSync(DRIVER) && existsSync(DISPLAY_MAKER);

type Send = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;

/** A WebKitGTK window on a display of its own, driven by plain WebDriver (https://www.w3.org/TR/webdriver2/). */
export async function openWebKit(): Promise<EnginePage> {
  const port = String(await findPort());
  const driver = startDriver(port);
  const send = sendTo(`http://127.0.0.1:${port}`);
  const end = (): void => {
    if (driver.pid !== undefined && driver.exitCode === null) process.kill(-driver.pid, 'SIGTERM');
  };
  try {
    await waitFor(() => send('GET', '/status'), driver);
    const { sessionId } = (await send('POST', '/session', { capabilities: {} })) as { sessionId: string };
    const inSession: Send = (method, path, body) => send(method, `/session/${sessionId}${path}`, body);
    await inSession('POST', '/window/rect', { x: 0, y: 0, ...SCREEN });
    await waitFor(() => inSession('POST', '/execute/sync', { script: 'return document.hasFocus()', args: [] }), driver);
    return {
      ...createPage(inSession),
      close: async () => {
        await inSession('DELETE', '').catch(() => undefined);
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

function startDriver(port: string): ChildProcess {
  const screen = `--server-args=-screen 0 ${String(SCREEN.width)}x${String(SCREEN.height)}x24`;
  return spawn(DISPLAY_MAKER, ['--auto-servernum', screen, DRIVER, `--port=${port}`], {
    // its own group: xvfb-run, the display, the driver and the browser end together
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, WEBKIT_DISABLE_COMPOSITING_MODE: '1', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  });
}

const sendTo =
  (driverUrl: string): Send =>
  async (method, path, body) => {
    const response = await fetch(`${driverUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(60_000),
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (response.ok) return value;
    throw new Error(`WebKitWebDriver: ${method} ${path}: ${JSON.stringify(value)}`);
  };

function createPage(send: Send): Omit<EnginePage, 'close'> {
  const act = async (...actions: object[]): Promise<void> => {
    await send('POST', '/actions', { actions });
  };
  return {
    goto: async (url) => {
      await send('POST', '/url', { url });
    },
    keyDown: (key) => act(keyDown(key)),
    keyUp: (key) => act(keyUp(key)),
    moveTo: (place) => act(moveTo(place)),
    click: (place, times) => act(click(place, times)),
  };
}

/** Neither the driver nor the window says when it is ready, so they are asked until they are. */
async function waitFor(isReady: () => Promise<unknown>, driver: ChildProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const cause = await isReady().then(
      (ready) => (ready ? null : 'not yet'),
      (error: unknown) => error,
    );
    if (cause === null) return;
    if (driver.exitCode !== null) throw new Error(`WebKitWebDriver ended with ${String(driver.exitCode)}`, { cause });
    if (Date.now() > deadline) throw new Error('WebKitGTK is not ready', { cause });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
