import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { InputError } from './input-error.ts';

/** For a Chromium that runs tests and replays: no sandbox (containers), no GPU, no traffic of its own. */
export const CHROMIUM_ARGS: string[] = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** The same with WebGPU on SwiftShader: for correctness, never for speed. */
export const WEBGPU_ARGS: string[] = [
  ...CHROMIUM_ARGS.filter((arg) => arg !== '--disable-gpu'),
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge', 'chrome'];

/**
 * Path of a Chromium: `CHROME_PATH`, else one installed on PATH, else the one inside the npm package
 * `@sparticuz/chromium`. Rejects with an `InputError` that says what to do where there is none.
 */
export async function findBrowser(): Promise<string> {
  const chosen = process.env['CHROME_PATH'];
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new InputError(`CHROME_PATH names ${chosen}, which does not exist`);
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const installed = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
  return installed ?? unpackBrowser();
}

async function unpackBrowser(): Promise<string> {
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    return await chromium.executablePath();
  } catch (error) {
    const advice = 'install Chrome, Chromium or Edge, set CHROME_PATH, or run npm ci in the repo';
    throw new InputError(`no browser found: ${advice}`, { cause: error });
  }
}
