import { collectCommand } from './collect.ts';
import type { Command } from './command.ts';
import { eventsCommand } from './events.ts';
import { trainCommand } from './train.ts';

/** Every command of `nearside`, in the order that help lists them: an import and a line each. */
export const COMMANDS: readonly Command[] = [trainCommand, collectCommand, eventsCommand];
