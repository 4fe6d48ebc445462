import { archiveCommand } from './archive.ts';
import { auditCommand } from './audit.ts';
import { bundleCommands } from './bundle.ts';
import { BENCHES } from './bench.ts';
import { collectCommand } from './collect.ts';
import type { Command } from './command.ts';
import { evaluateCommand } from './evaluate.ts';
import { eventsCommand } from './events.ts';
import { examplesCommand } from './examples.ts';
import { experimentsCommands } from './experiments.ts';
import { healthCommand } from './health.ts';
import { importModelCommand } from './import-model.ts';
import { LOG_UPKEEP } from './log-upkeep.ts';
import { opeCommand } from './ope.ts';
import { recomputeCommand } from './recompute.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { rulesCheckCommand } from './rules.ts';
import { simulateCommand } from './simulate.ts';
import { trainCommand } from './train.ts';
import { tortureCommand } from './torture.ts';
import { whyCommand } from './why.ts';

/** Every command of `nearside`, in the order that help lists them: an import and a line each. */
export const COMMANDS: readonly Command[] = [
  simulateCommand,
  trainCommand,
  examplesCommand,
  importModelCommand,
  replayCommand,
  ...bundleCommands,
  rulesCheckCommand,
  ...experimentsCommands,
  evaluateCommand,
  ...BENCHES,
  collectCommand,
  eventsCommand,
  archiveCommand,
  ...LOG_UPKEEP,
  healthCommand,
  recomputeCommand,
  whyCommand,
  opeCommand,
  reportCommand,
  auditCommand,
  tortureCommand,
];
