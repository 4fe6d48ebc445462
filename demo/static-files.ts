import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** Only what is named here is ever sent: no declaration files, no `items.ndjson`. */
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.onnx': 'application/octet-stream',
  '.bin': 'application/octet-stream',
};

/** Names of plain characters, no segment that begins with a dot: nothing can climb out of the folder. */
const SAFE_PATH = /^[A-Za-z0-9_-][\w.-]*(?:\/[A-Za-z0-9_-][\w.-]*)*$/;

/** A file of `dir` as an answer to `request`, or undefined where there is none to give. */
export async function serveFile(dir: string, path: string, request: Request): Promise<Response | undefined> {
  const type = TYPES[extname(path)];
  if (type === undefined || !SAFE_PATH.test(path)) return undefined;
  const file = join(dir, path);
  try {
    const { size, mtimeMs } = await stat(file);
    const etag = `W/"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`;
    // the runtime alone is 14 MB: asked again on each page, sent once
    const headers = { 'content-type': type, etag, 'cache-control': 'no-cache' };
    if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
    return new Response(await readFile(file), { headers });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
