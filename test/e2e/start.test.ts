import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function printedUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /https?:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('npm start printed no URL');
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'npm start serves shop and collector and stops cleanly on %s',
  async (signal) => {
    const dir = mkdtempSync(join(tmpdir(), 'nearside-start-'));
    const db = join(dir, 'events.sqlite');
    const env = { ...process.env, PORT: '0', DB: db };
    const child = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await printedUrl(child);
    const shop = await fetch(url);
    expect(await shop.text()).toContain('<rec-carousel');
    expect(await (await fetch(new URL('/healthz', url))).json()).toEqual({ status: 'ok' });
    expect(existsSync(db)).toBe(true);
    const ended = once(child, 'exit');
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    rmSync(dir, { recursive: true, force: true });
  },
);
