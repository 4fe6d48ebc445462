import { defineCommand } from './command.ts';
import { openDatabase } from './open-database.ts';

export const eventsCommand = defineCommand({
  name: 'events',
  summary: 'Print stored events in storage order as NDJSON: the wire event plus clientId, receivedAt and sentAt',
  options: {
    db: { type: 'string', value: 'FILE', required: true, help: "the collector's database" },
  },
  run: async ({ db }, io) => {
    const log = await openDatabase(db);
    const lines = function* (): Generator<object> {
      for (const { event, ...arrival } of log.read()) yield { ...event, ...arrival };
    };
    await io.printAll(lines()).finally(() => log.close());
  },
});
