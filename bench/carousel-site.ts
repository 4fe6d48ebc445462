import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleScript } from './carousel-bundle.ts';
import { PRODUCTS, drawPicture, renderCarouselPage } from './carousel-page.ts';
import { CAROUSEL_PEERS, modulesOf } from './peer-modules.ts';
import type { Carousel } from './peers/carousels/carousel.ts';
import { close, listen } from './torture-gate.ts';
import { pause } from './wait.ts';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** By the first segment of a path. `probe` is what the bench itself runs in a page. */
const FOLDERS: Readonly<Record<string, string>> = {
  nearside: fromHere('../dist/'),
  packages: modulesOf(CAROUSEL_PEERS),
  probe: fromHere('../build/tsc/bench/page/'),
};

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** A site with the page of one carousel. */
export interface CarouselSite {
  readonly url: string;
  close(): Promise<void>;
}

export async function openCarouselSite(carousel: Carousel): Promise<CarouselSite> {
  const script = await bundleScript(carousel);
  const server = createServer((request, response) => {
    answer(request, response, { carousel, script }).catch(() => response.writeHead(404).end());
  });
  return { url: await listen(server), close: () => close(server) };
}

interface Given {
  readonly carousel: Carousel;
  readonly script: string;
}

async function answer({ url = '/' }: IncomingMessage, response: ServerResponse, given: Given): Promise<void> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, folder = '', ...rest] = pathname.split('/');
  const send = (type: string, body: string | Buffer): void => {
    response.setHeader('content-type', type).end(body);
  };
  const delayMs = Number(searchParams.get('delay') ?? 0);
  const dir = FOLDERS[folder];
  if (dir !== undefined) {
    const type = TYPES[extname(pathname)] ?? 'application/octet-stream';
    return send(type, await readFile(join(dir, ...rest.map(decodeURIComponent))));
  }
  if (folder === 'script.js') {
    await pause(delayMs);
    return send('text/javascript', given.script);
  }
  if (folder === 'own.css') return send('text/css', given.carousel.css);
  if (folder === 'pictures') return send('image/svg+xml', drawPicture(Number.parseInt(rest[0] ?? '')));
  if (folder === '1') return send('application/json', JSON.stringify({ results: [{ hits: HITS }] }));
  const direction = searchParams.get('dir') === 'rtl' ? 'rtl' : 'ltr';
  send('text/html', renderCarouselPage(given.carousel, { direction, delayMs }));
}

/** The same products as Algolia's API would answer with them. */
const HITS = PRODUCTS.map(({ id, ...product }) => ({ objectID: id, ...product }));
