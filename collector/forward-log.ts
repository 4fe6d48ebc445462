import { openForwardCursor } from './forward-cursor.ts';
import { type Forwarder, startForwarder } from './forward.ts';
import { type NatsOptions, loadNats, openNatsSink, parseNatsUrl } from './nats-stream.ts';

export interface ForwardLogOptions extends NatsOptions {
  /** Why the stream takes nothing; told once for each outage. */
  readonly onOutage?: (message: string) => void;
}

/**
 * Forwards a log to NATS JetStream from where it stood, beside whoever writes it. Rejects where the address is none or
 * a package is missing; a server that cannot be reached is tried again and again.
 */
export async function forwardLog(file: string, { onOutage, ...nats }: ForwardLogOptions): Promise<Forwarder> {
  parseNatsUrl(nats.url);
  await loadNats();
  return startForwarder({
    cursor: openForwardCursor(file),
    connect: () => openNatsSink(nats),
    random: () => Math.random(),
    ...(onOutage && { onOutage }),
  });
}
