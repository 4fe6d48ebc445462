import { vi } from 'vitest';
import { bundleCommands } from '../../cli/bundle.ts';
import { runCommand } from '../../cli/command.ts';

/** Runs `nearside bundle NAME` in this process. Rejects as the program would exit with 2. */
export async function runBundle<Printed>(
  name: string,
  ...args: string[]
): Promise<Printed & { readonly exit: number }> {
  const command = bundleCommands.find((known) => known.name === `bundle ${name}`);
  if (command === undefined) throw new Error(`no ${name}`);
  const print = vi.fn<(object: object) => void>();
  const silent = () => undefined;
  const io = { print, printAll: () => Promise.resolve(), write: silent, progress: silent, warn: silent };
  const exit = await runCommand(command, args, io);
  return { ...(print.mock.calls[0][0] as Printed), exit };
}
