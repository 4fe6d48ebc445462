import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface CollectorProcess {
  readonly url: string;
  readonly pid: number;
  /** Why it ended by itself; undefined while it runs. */
  readonly ended: () => string | undefined;
  /** Ends it; SIGKILL gives it no chance to clean up. Resolves when it is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts a command of this program that serves and prints `{ "url" }`, such as `collect`. */
export async function startCollector(program: string, args: readonly string[]): Promise<CollectorProcess> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let reason: string | undefined;
  const closed = once(child, 'close').then(([code, signal]) => {
    reason = `ended with ${String(signal ?? code)}`;
  });
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([first]) => String(first)),
    closed.then(() => ''),
  ]);
  if (line === '' || child.pid === undefined) throw new Error(`${args.join(' ')}: ${reason ?? 'did not start'}`);
  const { url } = JSON.parse(line) as { url: string };
  const stop = (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    return closed;
  };
  return { url, pid: child.pid, ended: () => reason, stop };
}
