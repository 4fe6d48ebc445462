import { isRecord } from '../../src/core/guards.ts';

/** One event as an SDK sent it. */
export interface PeerEvent {
  /** What the page planted in the event. */
  readonly mark: string;
  /** By which the SDK's own server knows a repeated event again. */
  readonly id: string;
}

/** An analytics SDK that can be pointed at an endpoint of one's own. */
export interface Peer {
  readonly name: string;
  /** As bench/peers/package.json pins it. */
  readonly packageName: string;
  /** HTML of a page that defines `globalThis.track(mark)`. `modules` is the address of node_modules. */
  readonly page: (given: { readonly modules: string; readonly endpoint: string }) => string;
  /** Events of a request body; none where it is about something else. */
  readonly parse: (body: string) => readonly PeerEvent[];
  /** JSON that its server answers with where it has taken the events. */
  readonly answer: unknown;
}

/** Objects of a list; none where it is no list. */
export const recordsOf = (value: unknown): Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

/** An event that carries a mark and an id, as a list to be joined; else nothing. */
export const eventOf = (mark: unknown, id: unknown): readonly PeerEvent[] =>
  typeof mark === 'string' && mark.startsWith('m-') && typeof id === 'string' ? [{ mark, id }] : [];

/** JSON of a body; undefined where it is none. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** The field `data` of a form, which holds JSON as it is or in base64; or a body that is JSON itself. */
export function parseForm(body: string): unknown {
  const data = new URLSearchParams(body).get('data') ?? body;
  return parseJson(data) ?? parseJson(Buffer.from(data, 'base64').toString());
}
