import { createApp, createLog, serveApp } from '../../collector/index.ts';
import type { EventLog } from '../../collector/index.ts';

/** A collector for `benchCrash` that says of each event that it was stored just now, whether it knew it or not. */
const log = createLog(process.argv[process.argv.indexOf('--db') + 1] ?? '');
const commit: EventLog['commit'] = (writes) =>
  log.commit(writes).map((result) => (result instanceof Error ? result : result.map(() => 'ok')));
const { url } = await serveApp(createApp({ log: { ...log, commit } }), { port: 0 });
console.log(JSON.stringify({ url }));
