import { defineCommand } from './command.ts';
import { parseInteger } from './integer.ts';
import { untilStopped } from './until-stopped.ts';
import { UsageError } from './usage-error.ts';

export const collectCommand = defineCommand({
  name: 'collect',
  summary: 'Run the collector alone and print its URL once it listens; SIGINT or SIGTERM stops it',
  options: {
    db: { type: 'string', value: 'FILE', required: true, help: 'SQLite database, made where there is none' },
    port: { type: 'string', value: 'N', required: true, help: '0 to 65535; 0 takes any free port' },
    host: { type: 'string', value: 'H', default: '127.0.0.1', help: 'address to listen on' },
    'allow-origin': {
      type: 'string',
      value: 'ORIGIN',
      multiple: true,
      help: 'another origin whose pages may post, such as https://shop.example',
    },
  },
  run: async ({ db, port: portText, host, 'allow-origin': allowedOrigins }, io) => {
    const port = parseInteger(portText, { flag: 'port', max: 65535 });
    allowedOrigins.forEach(checkOrigin);
    const { createApp, createLog, serveApp } = await import('../collector/index.ts');
    const log = createLog(db);
    try {
      const onStoreError = (message: string): void => io.warn(`batch refused with 503: ${message}`);
      const app = createApp({ log, allowedOrigins, onStoreError });
      const server = await serveApp(app, { port, host }).catch((error: Error) => {
        throw new UsageError(`cannot listen on port ${portText} of ${host}: ${error.message}`);
      });
      const stopped = untilStopped();
      io.print({ url: server.url });
      await stopped;
      await server.close();
    } finally {
      log.close();
    }
  },
});

function checkOrigin(text: string): void {
  if (URL.canParse(text) && new URL(text).origin === text) return;
  throw new UsageError(`--allow-origin must be an origin such as https://shop.example, got "${text}"`);
}
