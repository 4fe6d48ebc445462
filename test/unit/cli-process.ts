import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';

export const PROGRAM = fileURLToPath(new URL('../../cli/nearside.ts', import.meta.url));

export interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** An empty folder for each test, and the program as a process of its own; what still runs after a test is ended. */
export function useProgram() {
  const program = { folder: '', db: '' };
  const children: ChildProcess[] = [];
  beforeEach(() => {
    program.folder = mkdtempSync(join(tmpdir(), 'nearside-cli-'));
    program.db = join(program.folder, 'log.sqlite');
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(program.folder, { recursive: true });
  });
  const start = (args: readonly string[]) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  };
  const run = async (...args: string[]): Promise<Ended> => {
    const child = start(args);
    const closed = once(child, 'close');
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [exit] = (await closed) as [number | null];
    return { exit, out, err };
  };
  return Object.assign(program, { start, run });
}
