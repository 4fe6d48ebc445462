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

/** Commands of the group that a first word names, such as `bundle`. */
const groupOf = (word: string): readonly Command[] => COMMANDS.filter(({ name }) => name.startsWith(`${word} `));

function findCommand(words: readonly string[]): Command {
  const command = COMMANDS.find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '));
  if (command !== undefined) return command;
  const [word = '', next = ''] = words;
  const names = groupOf(word).map(({ name }) => name);
  if (names.length > 0) throw new UsageError(`unknown command "${word} ${next}"; there are ${names.join(', ')}`);
  throw new UsageError(`unknown command "${word}"; nearside --help lists the commands`);
}

async function main(args: readonly string[]): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < MIN_NODE_MAJOR)
    throw new UsageError(`needs Node ${String(MIN_NODE_MAJOR)} or newer, this is ${process.version}`);
  const [word = '--help', next = '--help'] = args;
  const listed = word === '--help' ? COMMANDS : next === '--help' ? groupOf(word) : [];
  if (listed.length > 0) {
    io.write(renderCommands(listed));
    return;
  }
  const command = findCommand(args);
  process.exitCode = await runCommand(command, args.slice(command.name.split(' ').length), io);
}

// whoever read our output has gone: nothing is left to say and nothing is wrong
process.stdout.on('error', (error) => (isClosedPipe(error) ? process.exit(0) : fail(error)));
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

await main(process.argv.slice(2)).catch(fail);
