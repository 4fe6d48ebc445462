import { statSync } from 'node:fs';
import { defineCommand } from './command.ts';
import { UsageError } from './usage-error.ts';

export const eventsCommand = defineCommand({
  name: 'events',
  summary: 'Print stored events in storage order as NDJSON: the wire event plus clientId and receivedAt',
  options: {
    db: { type: 'string', value: 'FILE', required: true, help: "the collector's database" },
  },
  run: async ({ db }, io) => {
    if (!statSync(db, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`${db}: no such file`);
    const { openLog } = await import('../collector/index.ts');
    const log = openLog(db);
    const lines = function* (): Generator<object> {
      for (const { event, clientId, receivedAt } of log.read()) yield { ...event, clientId, receivedAt };
    };
    await io.printAll(lines()).finally(() => log.close());
  },
});
