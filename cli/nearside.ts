#!/usr/bin/env node
import { type Command, renderTable, runCommand } from './command.ts';
import { COMMANDS } from './commands.ts';
import { createIo, isClosedPipe } from './io.ts';
import { UsageError } from './usage-error.ts';

const MIN_NODE_MAJOR = 24;
const BAD_INPUT = 2;

const io = createIo(process.stdout, process.stderr);

/** Says what went wrong in one line, never a stack trace, and makes the program exit with 2. */
function fail(error: unknown): void {
  io.warn(`nearside: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = BAD_INPUT;
}

function renderCommands(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return `nearside COMMAND [OPTIONS]; nearside COMMAND --help\n\n${renderTable(rows)}`;
}

interface Chosen {
  readonly command: Command;
  readonly args: readonly string[];
}

/** Commands of two words that begin with this one: `bench`, `bundle`. */
const familyOf = (word: string): readonly Command[] => COMMANDS.filter(({ name }) => name.startsWith(`${word} `));

/** The command of one word, or of two (`bench freshness`), and what follows it. */
function chooseCommand([name = '', second = '', ...rest]: readonly string[]): Chosen {
  const find = (full: string): Command | undefined => COMMANDS.find((known) => known.name === full);
  const [one, two] = [find(name), find(`${name} ${second}`)];
  if (two !== undefined) return { command: two, args: rest };
  if (one !== undefined) return { command: one, args: second === '' ? rest : [second, ...rest] };
  const family = familyOf(name).map((known) => known.name);
  if (family.length > 0) throw new UsageError(`${name} takes a name: ${family.join(', ')}`);
  throw new UsageError(`unknown command "${name}"; nearside --help lists the commands`);
}

async function main(args: readonly string[]): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < MIN_NODE_MAJOR)
    throw new UsageError(`needs Node ${String(MIN_NODE_MAJOR)} or newer, this is ${process.version}`);
  const [name = '--help', second = ''] = args;
  const listed = name === '--help' ? COMMANDS : second === '--help' ? familyOf(name) : [];
  if (listed.length > 0) io.write(renderCommands(listed));
  else {
    const chosen = chooseCommand(args);
    process.exitCode = await runCommand(chosen.command, chosen.args, io);
  }
}

// whoever read our output has gone: nothing is left to say and nothing is wrong
process.stdout.on('error', (error) => (isClosedPipe(error) ? process.exit(0) : fail(error)));
// a full disk or a log reader that has gone takes the words, not the work: a collector goes on, and is heard again later
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

await main(process.argv.slice(2)).catch(fail);
