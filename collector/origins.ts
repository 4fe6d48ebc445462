import type { WriteKey, WriteKeys } from './write-keys.ts';

export interface OriginOptions {
  /** May post with any key. */
  readonly allowedOrigins: readonly string[];
  readonly keys?: WriteKeys;
}

/**
 * Which origins may post. A request without an origin comes from no page and always may, and so may a page of the
 * collector's own host. Hosts are compared, not schemes: behind a proxy that ends TLS the app sees http where the page
 * says https.
 */
export function createOrigins({ allowedOrigins, keys }: OriginOptions) {
  const ofKeys = new Set([...(keys?.values() ?? [])].flatMap(({ origins }) => origins));
  const isOwn = (url: string, origin: string): boolean =>
    allowedOrigins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === new URL(url).host);
  return {
    /** Whether with some key it may: all that can be said before the body is read. */
    isListed: ({ url }: Request, origin: string | null): boolean =>
      origin === null || isOwn(url, origin) || ofKeys.has(origin),
    mayUse: ({ url }: Request, origin: string | null, key: WriteKey | undefined): boolean =>
      origin === null || isOwn(url, origin) || key?.origins.includes(origin) === true,
  };
}

export type Origins = ReturnType<typeof createOrigins>;
