import { defineCommand } from './command.ts';
import { DB, openEvents } from './open-database.ts';

export const healthCommand = defineCommand({
  name: 'health',
  summary: 'Sum up what pages were like: web vitals, engines, latency, problems and events lost on devices',
  options: {
    db: DB,
  },
  run: async ({ db }, io) => {
    const { readPageHealth } = await import('../collector/index.ts');
    const log = await openEvents(db);
    try {
      io.print(await readPageHealth(log));
    } finally {
      log.close();
    }
  },
});
