import type { SentLog } from './sent-log.ts';
import type { Settings } from './settings.ts';

export interface RiggedFetchOptions {
  /** As they are at each call. */
  readonly settings: () => Settings;
  readonly sent: SentLog;
}

/**
 * What the shop's kit fetches with: the browser's own, which the inspector can cut off or have bring a broken bundle, and
 * which notes what it takes away from the device.
 */
export const createRiggedFetch =
  ({ settings, sent }: RiggedFetchOptions): typeof fetch =>
  async (input, init) => {
    const { offline, spoil } = settings();
    if (offline === 'on') throw new TypeError('the network is switched off in the inspector');
    const { pathname } = new URL(input instanceof Request ? input.url : input, location.href);
    // at once and not after an await: a page that is left has no later
    if (pathname === '/v1/events' && typeof init?.body === 'string')
      return sent.watch({ body: init.body, isKeepalive: init.keepalive === true }, fetch(input, init));
    const response = await fetch(input, init);
    return isSpoiled(pathname, spoil) ? flipFirstByte(response) : response;
  };

const isSpoiled = (pathname: string, name: string | undefined): boolean =>
  name !== undefined && pathname.startsWith('/bundle') && pathname.endsWith(`/${name}`);

/** The same answer but for one bit: what a proxy, a bad disk or a hostile network may do. */
async function flipFirstByte(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const [first] = bytes;
  if (first !== undefined) bytes[0] = first ^ 1;
  return new Response(bytes, { status: response.status, headers: response.headers });
}
