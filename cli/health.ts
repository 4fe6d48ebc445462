import { defineCommand } from './command.ts';
import { openDatabase } from './open-database.ts';

export const healthCommand = defineCommand({
  name: 'health',
  summary: 'Sum up what pages were like: web vitals, engines, latency, problems and events lost on devices',
  options: {
    db: { type: 'string', value: 'FILE', required: true, help: "the collector's database" },
  },
  run: async ({ db }, io) => {
    const { readPageHealth } = await import('../collector/index.ts');
    const log = await openDatabase(db);
    try {
      io.print(readPageHealth(log));
    } finally {
      log.close();
    }
  },
});
