import type { JetStreamClient, JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import type { StreamMessage } from './forward-cursor.ts';
import type { Sink } from './forward.ts';
import { MissingPeerError } from './missing-peer.ts';

export const STREAM = 'nearside';
export const SUBJECT = 'nearside.events';
/** Days that the stream keeps a message: as long as a device keeps trying. Erased data is gone from it no later. */
export const STREAM_DAYS = 7;
/** How long the server knows an id. Readers drop what is repeated later, and the server keeps these in memory. */
export const DUPLICATE_WINDOW_MINUTES = 10;

const CONNECT_MS = 3000;
const ACK_MS = 5000;
const FETCH_MS = 2000;
const FETCH_MESSAGES = 500;
/** Room for the headers within the largest message that the server takes. */
const HEADER_BYTES = 1000;
const DAY_NS = 86_400e9;
/** The server's code for a stream that is not there (nats-server, errors.json: JSStreamNotFoundErr). */
const NO_STREAM = 10_059;

export interface NatsOptions {
  /** `nats://[user:password@|token@]host:port` or `tls://…`, several with commas. */
  readonly url: string;
  /** Where the stream has to be made; default STREAM_DAYS. */
  readonly streamDays?: number;
  /** Told where the stream that is there keeps messages otherwise. */
  readonly onDifference?: (message: string) => void;
}

interface Connected {
  readonly nats: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
}

/** Connects and makes the stream where there is none. Rejects within seconds where it cannot. */
export async function openNatsSink({ url, streamDays = STREAM_DAYS, onDifference }: NatsOptions): Promise<Sink> {
  const { nats, jetstream, manager } = await connectNats(url);
  try {
    const info = await ensureStream(manager, streamDays);
    const days = info.config.max_age / DAY_NS;
    const difference = `the stream ${STREAM} keeps messages for ${days === 0 ? 'ever' : `${String(days)} days`}`;
    if (days !== streamDays) onDifference?.(`${difference}, not for ${String(streamDays)} days`);
    const maxBytes = (nats.info?.max_payload ?? Infinity) - HEADER_BYTES;
    return {
      stream: nameOf(info),
      isOpen: () => !nats.isClosed(),
      publish: (messages) => publishAll(jetstream, messages, maxBytes),
      close: () => nats.close(),
    };
  } catch (error) {
    await nats.close();
    throw error;
  }
}

async function publishAll(jetstream: JetStreamClient, messages: readonly StreamMessage[], maxBytes: number) {
  const small = messages.filter(({ text }) => Buffer.byteLength(text) <= maxBytes);
  // all are on their way at once, and one connection keeps their order
  await Promise.all(small.map(({ id, text }) => jetstream.publish(SUBJECT, text, { msgID: id, timeout: ACK_MS })));
  return messages.length - small.length;
}

/** A text of the stream and its place in it. */
export interface ReadMessage {
  readonly text: string;
  readonly seq: number;
}

export interface NatsReader {
  readonly stream: string;
  /** From after a place in the stream to what was its end when this began. */
  read(afterSeq: number): AsyncIterable<ReadMessage>;
  close(): Promise<void>;
}

/** Opens the stream for reading. Rejects where there is no server or no stream. */
export async function openNatsReader(url: string): Promise<NatsReader> {
  const { nats, jetstream, manager } = await connectNats(url);
  try {
    const info = await manager.streams.info(STREAM);
    return {
      stream: nameOf(info),
      read: (afterSeq) => readMessages(jetstream, afterSeq, info.state.last_seq),
      close: () => nats.close(),
    };
  } catch (error) {
    await nats.close();
    throw error;
  }
}

async function* readMessages(jetstream: JetStreamClient, afterSeq: number, lastSeq: number) {
  if (afterSeq >= lastSeq) return;
  const consumer = await jetstream.consumers.get(STREAM, { opt_start_seq: afterSeq + 1 });
  // the last message may have become too old meanwhile: then a fetch brings nothing
  for (let seq = afterSeq, count = 1; count > 0 && seq < lastSeq;) {
    count = 0;
    for await (const message of await consumer.fetch({ max_messages: FETCH_MESSAGES, expires: FETCH_MS })) {
      count += 1;
      seq = message.seq;
      yield { text: message.string(), seq };
    }
  }
}

/** A stream that was lost and made again has another name. */
const nameOf = ({ config, created }: StreamInfo): string => `${config.name} ${created}`;

async function ensureStream(manager: JetStreamManager, days: number): Promise<StreamInfo> {
  const { StorageType, DiscardPolicy, JetStreamApiError } = await loadJetstream();
  const age = days * DAY_NS;
  try {
    return await manager.streams.info(STREAM);
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === NO_STREAM)) throw error;
    return manager.streams.add({
      ...{ name: STREAM, subjects: [SUBJECT], storage: StorageType.File, max_age: age },
      duplicate_window: DUPLICATE_WINDOW_MINUTES * 60e9,
      // where somebody sets a size: refuse what is new, which waits in the logs, and lose nothing that is old
      discard: DiscardPolicy.New,
    });
  }
}

const loadJetstream = () => import('@nats-io/jetstream').catch(missing);
const loadTransport = () => import('@nats-io/transport-node').catch(missing);
const missing = (cause: unknown): never => {
  throw new MissingPeerError('NATS', ['@nats-io/transport-node', '@nats-io/jetstream'], cause);
};

/** Throws a MissingPeerError where NATS' packages are not installed. */
export const loadNats = () => Promise.all([loadTransport(), loadJetstream()]);

async function connectNats(url: string): Promise<Connected> {
  const [{ connect }, { jetstream, jetstreamManager }] = await loadNats();
  // whoever connects knows when to try again
  const nats = await connect({ ...parseNatsUrl(url), name: 'nearside', reconnect: false, timeout: CONNECT_MS });
  try {
    return { nats, jetstream: jetstream(nats), manager: await jetstreamManager(nats) };
  } catch (error) {
    await nats.close();
    throw error;
  }
}

/** The client wants user, password and token apart from the address. Throws where a URL is none, and never quotes it. */
export function parseNatsUrl(text: string): NodeConnectionOptions {
  const urls = text.split(',').map((part) => (URL.canParse(part.trim()) ? new URL(part.trim()) : undefined));
  const servers = urls.map((url) => {
    if (url !== undefined && ['nats:', 'tls:'].includes(url.protocol) && url.hostname !== '') return url.host;
    throw new Error('the address of NATS must be such as nats://127.0.0.1:4222');
  });
  const named = urls.find((url) => url?.username);
  const [user, pass] = [decodeURIComponent(named?.username ?? ''), decodeURIComponent(named?.password ?? '')];
  const isTls = urls.some((url) => url?.protocol === 'tls:');
  const sender = pass === '' ? (user === '' ? {} : { token: user }) : { user, pass };
  return { servers, ...sender, ...(isTls && { tls: {} }) };
}
