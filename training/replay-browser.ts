import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Browser, BrowserType, JSHandle } from 'playwright-core';
import { CHROMIUM_ARGS, WEBGPU_ARGS, findBrowser } from './browser.ts';
import { InputError } from './input-error.ts';
import type { ReplayAnswer, ReplaySession, ReplaySetup } from './page/replay-messages.ts';

export interface ReplayBrowser {
  run(session: ReplaySession): Promise<ReplayAnswer[]>;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.html': 'text/html',
};

/** The built kit lies in dist/, wherever this module itself runs from. */
const DIST_DIR = [`../dist`, `.`, `..`]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((dir) => existsSync(join(dir, 'replay-page.js')));

/** A page of the built kit in a real Chromium, on a loopback port of its own. */
export async function openReplayBrowser(bundleDir: string, setup: ReplaySetup): Promise<ReplayBrowser> {
  if (DIST_DIR === undefined) throw new InputError('dist/replay-page.js is missing; run npm run build');
  // the browser first: a server that is open keeps the process alive where none can be started
  const wantsGpu = setup.maxTier === 'webgpu';
  const browser = await launchBrowser(wantsGpu ? WEBGPU_ARGS : CHROMIUM_ARGS);
  let server: Server | undefined;
  const close = async (): Promise<void> => {
    try {
      await browser.close();
    } finally {
      server?.close();
      server?.closeAllConnections();
    }
  };
  try {
    server = await serve({ bundleDir, distDir: DIST_DIR, asksForGpu: wantsGpu });
    const { port } = server.address() as AddressInfo;
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${String(port)}/`);
    if (wantsGpu) await checkGpu(page);
    // runs in the page, where the module path is the server's
    const start = `import('/nearside/replay-page.js').then((m) => m.startReplay(${JSON.stringify(setup)}))`;
    const replay = (await page.evaluateHandle(start)) as JSHandle<Page>;
    const run = (session: ReplaySession): Promise<ReplayAnswer[]> =>
      replay.evaluate((loaded, given) => loaded.run(given), session);
    return { run, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Page {
  run(session: ReplaySession): Promise<ReplayAnswer[]>;
}

/** The kit would say the same in each slate's `tierProblem`; here it is the wrong browser for the question. */
async function checkGpu(page: { evaluate(script: string): Promise<unknown> }): Promise<void> {
  // what follows is asked of the page, whose types Node does not know
  if (await page.evaluate('Promise.resolve(navigator.gpu?.requestAdapter()).then((adapter) => Boolean(adapter))'))
    return;
  throw new InputError(
    `the browser ${await findBrowser()} has no WebGPU (the one from npm never has); install chromium or set CHROME_PATH`,
  );
}

async function launchBrowser(args: string[]): Promise<Browser> {
  const chromium = await loadChromium();
  const executablePath = await findBrowser();
  try {
    return await chromium.launch({ executablePath, args });
  } catch (error) {
    // the rest of the message is a log of the launch, in colours
    const [reason] = stripVTControlCharacters(error instanceof Error ? error.message : String(error)).split('\n');
    throw new InputError(`the browser ${executablePath} cannot be started: ${reason}`);
  }
}

/** An optional peer: most who install the package never replay. */
async function loadChromium(): Promise<BrowserType> {
  try {
    return (await import('playwright-core')).chromium;
  } catch {
    throw new InputError('replay drives a browser through playwright-core; npm install playwright-core');
  }
}

interface Served {
  readonly bundleDir: string;
  readonly distDir: string;
  /** A bundle must ask for webgpu; a replay on it asks in its place. */
  readonly asksForGpu: boolean;
}

function serve({ bundleDir, distDir, asksForGpu }: Served): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const file = fileOf(path, bundleDir, distDir);
    if (path === '/') response.setHeader('content-type', 'text/html').end('<!doctype html><title>replay</title>');
    else if (file === undefined || !existsSync(file)) response.writeHead(404).end();
    else if (asksForGpu && path === '/bundle/manifest.json') {
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...manifest, engines: ['webgpu'] }));
    } else {
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
      createReadStream(file).pipe(response);
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

function fileOf(path: string, bundleDir: string, distDir: string): string | undefined {
  if (path.startsWith('/nearside/')) return join(distDir, path.slice('/nearside/'.length));
  return path.startsWith('/bundle/') ? join(bundleDir, path.slice('/bundle/'.length)) : undefined;
}
