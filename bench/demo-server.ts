import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { InputError } from '../training/input-error.ts';

export interface DemoServer {
  readonly url: string;
  close(): Promise<void>;
}

const main = fileURLToPath(new URL('../demo/main.ts', import.meta.url));

/** The demo as `npm start` runs it, on a free port and over a fresh database. */
export async function startDemo(): Promise<DemoServer> {
  if (!existsSync(main)) throw new InputError('the demo lives in the repository only: run this from a checkout');
  const dir = mkdtempSync(join(tmpdir(), 'nearside-demo-'));
  const server = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', DB: join(dir, 'events.sqlite') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  const close = async (): Promise<void> => {
    server.kill('SIGTERM');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: server.stdout })) {
    const [url] = /http:\/\/[^/\s]+/.exec(line) ?? [];
    if (url !== undefined) {
      server.stdout.resume();
      return { url, close };
    }
  }
  throw new InputError('the demo ended before it could be visited');
}
