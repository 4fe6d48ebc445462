import { defineCommand } from './command.ts';
import { DB, openEvents } from './open-database.ts';

export const whyCommand = defineCommand({
  name: 'why',
  summary:
    'Say what decided the logged slates: drops per rule, cost of rules, diversity, and why an item was shown or not',
  options: {
    db: DB,
    item: { type: 'string', value: 'ID', help: 'also tell what happened to this item, with a sentence why' },
    placement: { type: 'string', value: 'NAME', help: 'only slates of this placement' },
    bundle: { type: 'string', value: 'BUNDLE', help: 'that scored the slates: adds the share of each feature group' },
  },
  run: async ({ db, item, placement, bundle }, io) => {
    const { why } = await import('../collector/index.ts');
    const readModels = async (dir: string) => (await import('../training/bundle-engines.ts')).readBundleModels(dir);
    const models = bundle === undefined ? undefined : await readModels(bundle);
    const log = await openEvents(db);
    try {
      io.print(
        await why(log, {
          ...(item !== undefined && { itemId: item }),
          ...(placement !== undefined && { placement }),
          ...(models && { models }),
          progress: io.progress,
        }),
      );
    } finally {
      log.close();
    }
  },
});
