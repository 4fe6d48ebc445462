import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../cli/nearside.ts', import.meta.url));

export interface WrappedCollector {
  readonly url: string;
  /** The wrapper's process: the collector's own where the wrapper becomes it. */
  readonly child: ChildProcess;
}

/** Starts `nearside collect` over a log by a command that takes Node and what it is to run as its last arguments. */
export async function startWrapped(
  wrapper: readonly string[],
  db: string,
  { nodeArgs = [], args: options = [] }: { nodeArgs?: readonly string[]; args?: readonly string[] } = {},
): Promise<WrappedCollector> {
  const command = [process.execPath, ...nodeArgs, PROGRAM, 'collect', '--db', db, '--port', '0', ...options];
  const [name = '', ...args] = [...wrapper, ...command];
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'close').then((reason) => Promise.reject(new Error(`${name}: ended with ${reason.join(' ')}`))),
  ])) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return { url, child };
}
