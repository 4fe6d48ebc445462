import { bundleCommands } from './bundle.ts';
import { collectCommand } from './collect.ts';
import type { Command } from './command.ts';
import { eventsCommand } from './events.ts';
import { replayCommand } from './replay.ts';
import { simulateCommand } from './simulate.ts';
import { trainCommand } from './train.ts';

/** Every command of `nearside`, in the order that help lists them: an import and a line each. */
export const COMMANDS: readonly Command[] = [
  simulateCommand,
  trainCommand,
  replayCommand,
  ...bundleCommands,
  collectCommand,
  eventsCommand,
];
