import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** One `--flag`. A string takes a value, a boolean takes none. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** What the value is, for the help text: `DIR`, `N`, `FILE`. */
  readonly value?: string;
  readonly help: string;
  readonly required?: boolean;
  readonly default?: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** Is given by its place and not by a flag. */
  readonly positional?: boolean;
}

export type Options = Readonly<Record<string, Option>>;

type Value<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O extends { readonly multiple: true }
    ? readonly string[]
    : O extends { readonly required: true } | { readonly default: string }
      ? string
      : string | undefined;

/** What a command's `run` gets: a boolean is false when absent, a repeatable one is an empty list. */
export type Values<O extends Options> = { readonly [K in keyof O]: Value<O[K]> };

/** Exit status of a command: nothing or 0 = done, 1 = a check or gate failed. Bad input throws a UsageError. */
export type Exit = 0 | 1;

export interface Command {
  readonly name: string;
  /** One line for the list of commands, no full stop. */
  readonly summary: string;
  /** By flag name, without dashes. */
  readonly options: Options;
  /** Loads what it needs itself (dynamic import), so that help costs nothing. */
  readonly run: (values: never, io: Io) => Promise<Exit | void>;
}

/** Types `values` by `options`; write `run: async ({ port }, io) => ...`. */
export const defineCommand = <const O extends Options>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    readonly run: (values: Values<O>, io: Io) => Promise<Exit | void>;
  },
): Command => command;

/** Runs one command on its arguments. Throws a UsageError for flags that are unknown, missing or without a value. */
export async function runCommand(command: Command, args: readonly string[], io: Io): Promise<Exit> {
  if (args.includes('--help')) {
    io.write(renderHelp(command));
    return 0;
  }
  const values = parseValues(command, args);
  return (await command.run(values as never, io)) ?? 0;
}

/** Usage line, summary and one line a flag. */
function renderHelp({ name, summary, options }: Command): string {
  const flags = Object.entries(options).map(([flag, option]) => {
    const label = labelOf(flag, option);
    const notes = [
      option.required ? 'required' : '',
      option.default === undefined ? '' : `default ${option.default}`,
      option.multiple ? 'repeatable' : '',
    ].filter((note) => note !== '');
    return [label, `${option.help}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`] as const;
  });
  const needed = Object.entries(options).filter(([, option]) => option.required);
  const usage = needed.map(([flag, option]) => ` ${labelOf(flag, option)}`).join('');
  return `nearside ${name}${usage} [OPTIONS]\n\n${summary}.\n\n${renderTable(flags)}`;
}

function labelOf(flag: string, { type, positional, value = 'TEXT' }: Option): string {
  if (positional) return value;
  return type === 'string' ? `--${flag} ${value}` : `--${flag}`;
}

/** Two columns, indented, one line a row. */
export function renderTable(rows: readonly (readonly [label: string, text: string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}\n`).join('');
}

function parseValues({ name, options }: Command, args: readonly string[]): Record<string, unknown> {
  const given = readFlags(options, args);
  const values: Record<string, unknown> = {};
  for (const [flag, option] of Object.entries(options)) {
    const absent = option.type === 'boolean' ? false : option.multiple ? [] : option.default;
    values[flag] = given[flag] ?? absent;
    if (option.required && given[flag] === undefined) {
      throw new UsageError(`${name} needs ${labelOf(flag, option)} (${option.help})`);
    }
    // an empty path or address would quietly mean "here" or "everywhere"
    if (values[flag] === '' && (option.required || option.default !== undefined)) {
      throw new UsageError(`--${flag} must not be empty (${option.help})`);
    }
  }
  return values;
}

function readFlags(options: Options, args: readonly string[]): Record<string, unknown> {
  const places = Object.keys(options).filter((flag) => options[flag]?.positional);
  const shapes = Object.entries(options)
    .filter(([flag]) => !places.includes(flag))
    .map(([flag, { type, multiple = false }]) => [flag, { type, multiple }] as const);
  const { values, positionals } = parseFlags({
    ...{ args: joinDashes(args, options), options: Object.fromEntries(shapes), strict: true },
    allowPositionals: places.length > 0,
  });
  const beyond = positionals[places.length];
  if (beyond !== undefined) throw new UsageError(`Unexpected argument '${beyond}'`);
  return { ...values, ...Object.fromEntries(places.map((flag, i) => [flag, positionals[i]] as const)) };
}

/** A value may begin with a dash, as one public key in 64 does: `--flag -x` is `--flag=-x` where the flag takes a value. */
function joinDashes(args: readonly string[], options: Options): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    const takesValue = before?.startsWith('--') && options[before.slice(2)]?.type === 'string';
    if (takesValue && /^-[^-]/.test(arg)) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function parseFlags(config: ParseArgsConfig): { readonly values: object; readonly positionals: readonly string[] } {
  try {
    return parseArgs(config);
  } catch (error) {
    // what follows the first line or sentence is advice about parseArgs, not about what the user typed
    const [message] = String(error instanceof Error ? error.message : error).split(/\n|\. /);
    throw new UsageError(message);
  }
}
