import { existsSync, readFileSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { candidates } from '../browser/kit-fixture.ts';
import type { Device, MutationReport, MutationSetup } from '../page/mutation-messages.ts';
import type { Files } from '../signer.ts';
import type { Genuine, Mutation } from './bundle-mutations.ts';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const PAGE = `<!doctype html><meta charset="utf-8"><title>mutations</title>
<link rel="stylesheet" href="/nearside/prestyle.css">
<script type="importmap">{"imports":{"nearside":"/nearside/index.js","nearside/define":"/nearside/define.js"}}</script>
<script type="module" src="/page/mutation-page.js"></script>`;

const WORKER = `import './shared-runtime.js'; import '/nearside/worker.js';`;

/** Each round of every kind of mutation goes to one device; a known one starts onnxruntime at each visit. */
const ROUND = 20;
const KNOWN_EVERY = 10;
const ITEMS = 12;

export interface MutationRun {
  /** The page that runs all mutations. */
  readonly url: string;
  readonly devices: readonly Device[];
  /** Rejects where the page fails, or gives no sign of life for `silenceMs`. */
  report(silenceMs: number): Promise<MutationReport>;
  close(): void;
}

/**
 * A new device is not asked about files that are cut off: those that came whole are genuine and serve there, which says
 * nothing about the check.
 */
const deviceOf = ({ cut }: Mutation, i: number): Device =>
  (cut !== undefined && cut.name !== 'manifest.json') || Math.floor(i / ROUND) % KNOWN_EVERY === 0 ? 'known' : 'new';

/** Serves the built kit, the page, genuine bundles and mutations, and waits for the page's report. */
export async function serveMutations(genuine: Genuine, mutations: readonly Mutation[]): Promise<MutationRun> {
  const devices = mutations.map(deviceOf);
  const list = candidates(ITEMS);
  const setup: MutationSetup = {
    ...{ publicKey: genuine.signer.publicKey, devices, unkeyedEvery: 7, now: genuine.now },
    itemIds: list.map(({ id }) => id),
    candidates: JSON.stringify({ items: list }),
  };
  const heard = createHearing();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    // scripts and runtime are as on any site; what a device sees of a bundle is never a copy of the one before
    response.setHeader('cache-control', path.startsWith('/nearside/') ? 'max-age=3600' : 'no-store');
    if (request.method === 'POST') void heard.take(path, request).then(() => response.end());
    else if (path === '/') response.setHeader('content-type', 'text/html').end(PAGE);
    else if (path === '/page/worker.js') response.setHeader('content-type', 'text/javascript').end(WORKER);
    else if (path === '/setup') response.end(JSON.stringify(setup));
    else serveFile(path, { genuine, mutations }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${String(port)}/`, devices, report: heard.report },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Bundles {
  readonly genuine: Genuine;
  readonly mutations: readonly Mutation[];
}

function serveFile(path: string, { genuine, mutations }: Bundles, response: ServerResponse): void {
  const [, root = '', folder = '', name = ''] = path.split('/');
  const mutation = root === 'mutants' ? mutations[Number(folder)] : undefined;
  if (mutation?.cut?.name === name) {
    cutOff(response, mutation.files.get(name) ?? new Uint8Array(), mutation.cut.bytes);
    return;
  }
  const released: Files | undefined = folder === '5' ? genuine.older : genuine.current;
  const bytes = root === 'genuine' ? released.get(name) : (mutation?.files.get(name) ?? readBuilt(root, path));
  if (bytes === undefined) response.writeHead(404).end();
  else response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream').end(bytes);
}

function readBuilt(root: string, path: string): Uint8Array | undefined {
  const dir = { nearside: 'dist/', page: 'build/tsc/test/page/' }[root];
  const file = dir === undefined ? '' : join(fromRoot(dir), path.slice(root.length + 2));
  return file !== '' && existsSync(file) ? readFileSync(file) : undefined;
}

/** Straight onto the socket: a promise of all bytes, some of them, and the end of the connection. */
function cutOff({ socket }: ServerResponse, bytes: Uint8Array, count: number): void {
  const head = ['HTTP/1.1 200 OK', 'Content-Type: application/octet-stream', `Content-Length: ${String(bytes.length)}`];
  socket?.write(`${head.join('\r\n')}\r\nCache-Control: no-store\r\n\r\n`);
  socket?.end(bytes.subarray(0, count));
}

/** What the page says of itself. */
function createHearing() {
  let [resolve, reject]: [(report: MutationReport) => void, (error: Error) => void] = [
    () => undefined,
    () => undefined,
  ];
  const promise = new Promise<MutationReport>((...settle) => ([resolve, reject] = settle));
  promise.catch(() => undefined);
  let last = 'nothing';
  let silence: NodeJS.Timeout | undefined;
  let silenceMs = 0;
  const wait = (): void => {
    clearTimeout(silence);
    const say = (): void =>
      reject(new Error(`the page hangs: no word for ${String(silenceMs)} ms; the last was ${last}`));
    if (silenceMs > 0) silence = setTimeout(say, silenceMs);
  };
  const settle = (): void => {
    silenceMs = 0;
    wait();
  };
  return {
    take: async (path: string, request: IncomingMessage): Promise<void> => {
      const body = await text(request);
      last = path === '/report' ? path : `${path} ${body}`;
      wait();
      if (path === '/progress') return;
      settle();
      if (path === '/report') resolve(JSON.parse(body) as MutationReport);
      else reject(new Error(`the page failed: ${body}`));
    },
    report: (ms: number): Promise<MutationReport> => {
      silenceMs = ms;
      wait();
      return promise.finally(settle);
    },
  };
}
