import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPort } from './free-port.ts';

/** Debian installs it where only root's PATH looks. */
const PROGRAM = '/usr/sbin/nats-server';

export interface NatsServer {
  readonly url: string;
  /** Starts it on its port and its files; resolves once it takes connections. */
  start(): Promise<void>;
  /** Gives it no chance to clean up; resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends it and deletes its files. */
  remove(): Promise<void>;
}

/** A nats-server of Debian's package with JetStream, not yet started, on a port that stays its own over restarts. */
export async function createNatsServer(): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nearside-nats-'));
  const port = String(await findPort());
  let kill = async (): Promise<void> => {};
  const start = async (): Promise<void> => {
    const args = ['--addr', '127.0.0.1', '--port', port, '--jetstream', '--store_dir', folder];
    const child = spawn(PROGRAM, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const closed = once(child, 'close');
    kill = async () => {
      child.kill('SIGKILL');
      await closed;
    };
    const ready = new Promise<void>((resolve) => {
      createInterface(child.stderr).on('line', (line) => {
        if (line.includes('Server is ready')) resolve();
      });
    });
    const ended = closed.then(([code]) => Promise.reject(new Error(`nats-server ended with ${String(code)}`)));
    ended.catch(() => undefined);
    await Promise.race([ready, ended]);
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    start,
    kill: () => kill(),
    remove: async () => {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}
