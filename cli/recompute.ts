import { defineCommand } from './command.ts';
import { DB, openEvents } from './open-database.ts';

export const recomputeCommand = defineCommand({
  name: 'recompute',
  summary: 'Make logged slates again from their rows and report any that differ',
  options: {
    db: DB,
  },
  run: async ({ db }, io) => {
    const { recompute } = await import('../collector/index.ts');
    const log = await openEvents(db);
    try {
      const result = await recompute(log);
      io.print(result);
      return result.differentCount === 0 ? 0 : 1;
    } finally {
      log.close();
    }
  },
});
