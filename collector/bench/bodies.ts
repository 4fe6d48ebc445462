import { gzipSync } from 'node:zlib';
import { createBatchMaker } from './event-maker.ts';

/** A request to be sent: what it holds may be anything. */
export interface FuzzedBody {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** Put where something else is expected. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, -0, 1.5, 1e308, 2 ** 53, -(2 ** 63), '', ' ', '0', 'null', [], {}, [[]], { a: {} }],
  ...[
    '\0',
    '\ud800',
    '\u202e',
    '\u2028',
    '👩‍👩‍👧',
    'é'.repeat(600),
    'x'.repeat(1025),
    '__proto__',
    'constructor',
    'toString',
  ],
  ...["'); DROP TABLE events; --", '${7*7}', '../../etc/passwd', '<script>', '%00', '+44 20 7946 0958', 'a@b.example'],
  ...[
    Array(50).fill(0),
    { toJSON: 1, length: -1 },
    { constructor: { prototype: null } },
    '01890000-0000-7000-8000-00000000000g',
  ],
];
const NAMES = ['__proto__', 'constructor', 'toJSON', '', '\0', 'events', 'id', 'slate', 'ranking', 'length', '💥'];
/** Text that JSON.stringify would not write. */
const PIECES = [
  '1e999',
  '-',
  '"\\u0000"',
  '"\\ud800"',
  '{"__proto__":1}',
  '[',
  ']]',
  '{',
  '}',
  ',',
  ':',
  '"',
  '\\',
  '\ufeff',
  'NaN',
  '//',
];
/** They are slow to send. */
const LARGE_EVERY = 200;
const TYPES = ['application/json', 'text/plain', 'text/plain;charset=UTF-8', 'application/json; x', 'text/html', ''];

/** Makes bodies: good ones, structures with something wrong in them, spoilt bytes, and encodings that lie. */
export function createBodyMaker(random: () => number, corpus: readonly Uint8Array[]): () => FuzzedBody {
  const make = createBatchMaker(random);
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const known = corpus.flatMap(parseObject);
  const good = (): object =>
    known.length > 0 && below(4) === 0 ? structuredClone(pick(known)) : structuredClone(make(below(6)));
  const spoilStructure = (): Uint8Array => {
    const batch = good();
    const { events } = batch as { readonly events?: unknown };
    const isList = Array.isArray(events) && events.length > 0;
    // nearer the top there is less to find
    for (let times = 1 + below(4); times > 0; times--) spoil(isList && below(8) > 0 ? events : batch, below, pick);
    return Buffer.from(JSON.stringify(batch));
  };
  const spoilBytes = (): Uint8Array => {
    let bytes: Buffer = Buffer.from(corpus.length > 0 && below(3) === 0 ? pick(corpus) : spoilStructure());
    for (let times = 1 + below(4); times > 0; times--) {
      const at = below(bytes.length + 1);
      const cut = [0, 0, 1, below(20), below(bytes.length + 1)][below(5)] ?? 0;
      const put = pick([
        Buffer.from(pick(PIECES)),
        Buffer.from([below(256)]),
        Buffer.alloc(0),
        bytes.subarray(0, below(50)),
      ]);
      bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);
    }
    return bytes;
  };
  return () => {
    const bytes = below(LARGE_EVERY) === 0 ? large(pick) : pick([spoilStructure, spoilStructure, spoilBytes])();
    const headers = { 'content-type': below(8) === 0 ? pick(TYPES) : 'application/json' };
    if (below(8) !== 0) return { bytes, headers };
    const packed = below(3) === 0 ? bytes : gzipSync(bytes).subarray(0, below(4) === 0 ? below(60) : undefined);
    return {
      bytes: packed,
      headers: { ...headers, 'content-encoding': pick(['gzip', 'gzip', 'GZIP', 'br', 'identity']) },
    };
  };
}

function parseObject(bytes: Uint8Array): object[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof value === 'object' && value !== null ? [value] : [];
  } catch {
    return [];
  }
}

type Below = (count: number) => number;
type Pick = <T>(list: readonly T[]) => T;

/** Changes one thing somewhere inside an object: a value, a name, an entry more or less. */
function spoil(value: object, below: Below, pick: Pick): void {
  const names = Object.keys(value);
  const name = names[below(names.length)];
  const inner: unknown = name === undefined ? undefined : (value as Record<string, unknown>)[name];
  if (typeof inner === 'object' && inner !== null && below(4) > 0) return spoil(inner, below, pick);
  const define = (key: string, content: unknown): void => {
    // of an array `length` is no name that JSON has
    if (Array.isArray(value) && key !== name) value.push(content);
    else Object.defineProperty(value, key, { value: content, enumerable: true, configurable: true, writable: true });
  };
  switch (below(4)) {
    case 0:
      return define(pick(NAMES), structuredClone(pick(VALUES)));
    case 1:
      if (Array.isArray(value)) value.push(...(structuredClone(value) as unknown[]).slice(0, 3));
      else if (name !== undefined) delete (value as Record<string, unknown>)[name];
      return;
    case 2:
      return define(name ?? pick(NAMES), nest(below(40), pick));
    default:
      return define(name ?? pick(NAMES), structuredClone(pick(VALUES)));
  }
}

const nest = (depth: number, pick: Pick): unknown =>
  depth === 0 ? structuredClone(pick(VALUES)) : [nest(depth - 1, pick)];

/** What is allowed in size and not in count or depth, or the other way about. */
function large(pick: Pick): Uint8Array {
  const repeated = pick(['0,', '{},', '[', '"a@",', '"+1 ",', '{"a":', ' ', '\0']);
  const sizeBytes = pick([1000, 30_000, 999_900, 1_000_100]);
  return Buffer.from(
    `{"clientId":"c","events":[${repeated.repeat(Math.ceil(sizeBytes / repeated.length)).slice(0, sizeBytes)}`,
  );
}
