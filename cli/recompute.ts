import { defineCommand } from './command.ts';
import { openDatabase } from './open-database.ts';

export const recomputeCommand = defineCommand({
  name: 'recompute',
  summary: 'Make logged slates again from their rows and report any that differ',
  options: {
    db: { type: 'string', value: 'FILE', required: true, help: "the collector's database" },
  },
  run: async ({ db }, io) => {
    const { recompute } = await import('../collector/index.ts');
    const log = await openDatabase(db);
    try {
      const result = recompute(log);
      io.print(result);
      return result.differentCount === 0 ? 0 : 1;
    } finally {
      log.close();
    }
  },
});
