import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { close, listen } from './torture-gate.ts';

/** A site whose every page is the same, with files beside it. */
export interface Pages {
  readonly url: string;
  /** An origin with an empty page, to go to and never come back. */
  readonly elsewhere: string;
  close(): Promise<void>;
}

/** `html` is asked at each request; `files/…` is read from `dir`. */
export async function servePages(html: () => string, dir: string): Promise<Pages> {
  const site = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (!path.startsWith('/files/')) {
      response.setHeader('content-type', 'text/html').end(html());
      return;
    }
    readFile(join(dir, path.slice('/files/'.length))).then(
      (bytes) => {
        const isScript = ['.js', '.mjs'].includes(extname(path));
        response.setHeader('content-type', isScript ? 'text/javascript' : 'application/octet-stream').end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  const elsewhere = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>elsewhere</title>');
  });
  return {
    ...{ url: await listen(site), elsewhere: await listen(elsewhere) },
    close: async () => {
      await Promise.all([close(site), close(elsewhere)]);
    },
  };
}
