import type { AppOptions, EventLog } from '../collector/index.ts';
import type { Values } from './command.ts';
import { parseInteger } from './integer.ts';
import { UsageError } from './usage-error.ts';

/** As `STREAM_DAYS` of the collector, which a test compares: help loads no more than it must. */
const STREAM_DAYS = '7';

export const FORWARD_OPTIONS = {
  nats: {
    type: 'string',
    value: 'URL',
    help: 'forward events to NATS JetStream, such as nats://127.0.0.1:4222; default: NATS_URL of the environment',
  },
  'stream-days': {
    type: 'string',
    value: 'N',
    default: STREAM_DAYS,
    help: 'days that the stream keeps messages, where it has to be made',
  },
} as const;

export interface Forwarding {
  /** What the app is to be given, so that what is stored is forwarded at once and the lag is shown. */
  join(log: EventLog): Pick<AppOptions, 'log' | 'forward'>;
  /** Forwards what waits, for 5 s at most. */
  close(): Promise<void>;
}

/** Forwards a log where `--nats` or NATS_URL says to. Throws `UsageError` where that is no address. */
export async function startForwarding(
  values: Values<typeof FORWARD_OPTIONS> & { readonly db: string },
  writeLine: (line: object) => void,
): Promise<Forwarding> {
  const { db, nats: url = process.env['NATS_URL'] ?? '', 'stream-days': days } = values;
  const streamDays = parseInteger(days, { flag: 'stream-days', min: 1, max: 36_500 });
  if (url === '') return { join: (log) => ({ log }), close: () => Promise.resolve() };
  const { forwardLog } = await import('../collector/index.ts');
  const report = (event: string) => (message: string) => writeLine({ level: 'warning', event, message });
  const forwarder = await forwardLog(db, {
    ...{ url, streamDays, onOutage: report('forward_failed'), onDifference: report('stream_differs') },
  }).catch((error: Error) => {
    throw new UsageError(error.message);
  });
  const join = (log: EventLog): Pick<AppOptions, 'log' | 'forward'> => {
    const commit: EventLog['commit'] = (writes) => {
      const results = log.commit(writes);
      forwarder.wake();
      return results;
    };
    return { log: { ...log, commit }, forward: () => forwarder.state() };
  };
  return { join, close: () => forwarder.close() };
}
