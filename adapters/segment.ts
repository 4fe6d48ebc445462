import { isRecord } from '../src/core/guards.ts';
import type { Unsubscribe } from '../src/kit/types.ts';
import { COMMERCE_KINDS, COMMERCE_NAMES, readCommerceEvent } from './commerce-event.ts';
import { type AdapterKit, type AdapterOptions, createIntake, createMemory } from './intake.ts';
import { looseText } from './loose-value.ts';
import { type ParsedCall, ignored, kindOf, readSafely } from './tracking-call.ts';
import { wrapMethod } from './wrapped-method.ts';

export type { AdapterKit, AdapterOptions } from './intake.ts';
export type { ParsedCall, TrackingCall } from './tracking-call.ts';

export interface SegmentParseOptions {
  /** The property that holds the id of the candidates. Default `product_id`, else `sku`. */
  readonly itemId?: string;
}

export interface SegmentOptions extends AdapterOptions, SegmentParseOptions {
  /** Analytics.js, its snippet before it has loaded, or anything with such a `track`. Default `window.analytics`. */
  readonly analytics?: { track(...args: never[]): unknown };
}

/**
 * Reads one event of Analytics.js, as its plugins get it
 * (https://www.twilio.com/docs/segment/connections/spec/ecommerce/v2). Null for any but `track` calls of the five events
 * that mean something here: `page` and the others name no product.
 */
export const parseSegment = (event: unknown, { itemId }: SegmentParseOptions = {}): ParsedCall =>
  readSafely('segment', () => {
    if (!isRecord(event) || event['type'] !== 'track') return null;
    const kind = kindOf(COMMERCE_KINDS, event['event']);
    if (kind === null) return null;
    // a delivery that is tried again passes the plugins again
    const message = looseText(event['messageId']);
    return readCommerceEvent({
      ...{ via: 'segment', event: String(event['event']), kind, properties: event['properties'] },
      names: itemId === undefined ? COMMERCE_NAMES : { ...COMMERCE_NAMES, ids: [itemId] },
      keys: message === undefined ? [] : [message],
    });
  });

const remember = createMemory();

/**
 * Records what a site tracks by Analytics.js, what waits in the snippet's queue included. Returns what ends it. It takes
 * the first of these that there is: a plugin of type `enrichment`, which the events pass before they are sent and none of
 * whose errors could stop them; a source middleware (snippets before 5); or it wraps `track`.
 */
export function connectSegment(kit: AdapterKit, options: SegmentOptions = {}): Unsubscribe {
  const analytics = options.analytics ?? (globalThis as { analytics?: object }).analytics;
  // what comes for the snippet of the page is the same library
  const intake = createIntake(kit, options, remember(options.analytics ?? globalThis));
  const fail = (): void => intake(ignored('segment: no analytics to listen to'));
  let isLive = true;
  const take = (event: unknown): void => {
    if (isLive) intake(parseSegment(event, options));
  };
  let stop: Unsubscribe | null = null;
  try {
    stop = listen(analytics as Listenable, { take, fail });
  } catch {
    fail();
  }
  return () => {
    isLive = false;
    stop?.();
  };
}

/** What is known of Analytics.js before it has been looked at. */
interface Listenable {
  readonly register?: (plugin: object) => unknown;
  readonly addSourceMiddleware?: (middleware: (call: SourceCall) => void) => unknown;
  readonly deregister?: (name: string) => unknown;
}

interface SourceCall {
  readonly payload: { readonly obj: unknown };
  readonly next: (payload: unknown) => void;
}

interface Listener {
  readonly take: (event: unknown) => void;
  readonly fail: () => void;
}

let connected = 0;

function listen(analytics: Listenable, { take, fail }: Listener): Unsubscribe | null {
  const settle = (answer: unknown): void => void Promise.resolve(answer).catch(fail);
  if (typeof analytics.register === 'function') {
    let loaded: Listenable = analytics;
    const name = `nearside ${String(++connected)}`;
    settle(
      analytics.register({
        ...{ name, type: 'enrichment', version: '1', isLoaded: () => true },
        load: (_: unknown, instance: Listenable) => {
          loaded = instance;
          return Promise.resolve();
        },
        track: (context: { readonly event: unknown }) => {
          take(context.event);
          return context;
        },
      }),
    );
    return () => void (async () => await loaded.deregister?.(name))().catch(() => undefined);
  }
  if (typeof analytics.addSourceMiddleware === 'function') {
    settle(
      analytics.addSourceMiddleware(({ payload, next }) => {
        next(payload);
        take(payload.obj);
      }),
    );
    return null;
  }
  const stop = wrapMethod(analytics, 'track', ([event, properties]) => take({ type: 'track', event, properties }));
  if (stop === null) fail();
  return stop;
}
