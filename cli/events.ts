import { defineCommand } from './command.ts';
import { openDatabase } from './open-database.ts';

export const eventsCommand = defineCommand({
  name: 'events',
  summary: 'Print stored events in storage order as NDJSON: the wire event plus clientId and receivedAt',
  options: {
    db: { type: 'string', value: 'FILE', required: true, help: "the collector's database" },
  },
  run: async ({ db }, io) => {
    const log = await openDatabase(db);
    const lines = function* (): Generator<object> {
      for (const { event, clientId, receivedAt } of log.read()) yield { ...event, clientId, receivedAt };
    };
    await io.printAll(lines()).finally(() => log.close());
  },
});
