import { defineCommand } from './command.ts';
import { DB, openEvents } from './open-database.ts';

export const eventsCommand = defineCommand({
  name: 'events',
  summary: 'Print stored events in storage order as NDJSON: the wire event plus clientId, receivedAt and sentAt',
  options: {
    db: DB,
  },
  run: async ({ db }, io) => {
    const log = await openEvents(db);
    const lines = async function* (): AsyncGenerator<object> {
      for await (const { event, ...arrival } of log.read()) yield { ...event, ...arrival };
    };
    await io.printAll(lines()).finally(() => log.close());
  },
});
