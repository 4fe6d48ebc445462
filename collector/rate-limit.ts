/** How many batches one sender may post. */
export interface RateLimit {
  /** In the long run, a second. */
  readonly ratePerSecond: number;
  /** At once, after a rest. */
  readonly burst: number;
}

/** Senders that are remembered; beyond, the one that was heard longest ago starts anew. */
const MAX_SENDERS = 10_000;

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/**
 * A token bucket for each sender (RFC 2697 without colours): takes a token and returns 0, or the seconds until there is
 * one, at least 1. `clock` is epoch ms; a clock that is set back gives nothing and takes nothing.
 */
export function createRateLimiter(clock: () => number, maxSenders = MAX_SENDERS) {
  const buckets = new Map<string, Bucket>();
  return (sender: string, { ratePerSecond, burst }: RateLimit): number => {
    const now = clock();
    const { tokens, at } = buckets.get(sender) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + (Math.max(0, now - at) / 1000) * ratePerSecond);
    const left = filled >= 1 ? filled - 1 : filled;
    // deleted first: a Map keeps the order of insertion, so the first is always the one heard longest ago
    buckets.delete(sender);
    buckets.set(sender, { tokens: left, at: now });
    const [oldest] = buckets.keys();
    if (buckets.size > maxSenders && oldest !== undefined) buckets.delete(oldest);
    return filled >= 1 ? 0 : Math.max(1, Math.ceil((1 - filled) / ratePerSecond));
  };
}

/**
 * One sender of IPv6 has a whole /64 to choose addresses from (RFC 6177), so that is what counts; an IPv4 address
 * inside IPv6 counts as itself. A port, which some proxies add and a sender may change at will, does not count.
 */
export function senderOf(text: string): string {
  const [, address = text] = /^\[(.*)\](?::\d+)?$/.exec(text) ?? [];
  const [, ipv4] = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i.exec(address) ?? [];
  if (ipv4 !== undefined) return ipv4;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
