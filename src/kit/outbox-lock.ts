import { createUuid } from '../core/uuid.ts';
import { changeOutboxState } from '../store/outbox.ts';
import type { Storage } from '../store/storage.ts';
import type { Settings } from './settings.ts';

/** Longer than a request may take: a drainer that has died holds up the others for so long. */
const LEASE_MS = 30_000;
/** How often a page asks for a lease that another one holds. */
const ASK_EVERY_MS = 1_000;

export interface LockOptions {
  readonly storage: Storage;
  readonly settings: Settings;
  /** Ends the wait: it rejects. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work` while no other page of the origin does: under a Web Lock, which a page that dies gives up; where there are
 * none (Safari before 15.4, insecure origins) under a lease in storage. `renew` keeps the lease.
 */
export async function withOutboxLock<T>(
  options: LockOptions,
  work: (renew: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { storage, settings, signal } = options;
  const { locks } = navigator as Partial<Navigator>;
  if (locks !== undefined) {
    return locks.request(`nearside-outbox ${settings.storageName}`, { signal }, () => work(() => Promise.resolve()));
  }
  const holder = createUuid(settings);
  const claim = async (): Promise<boolean> => {
    const now = settings.clock();
    const { lease } = await changeOutboxState(storage, settings, (state) => {
      const isFree =
        state.lease === null ||
        state.lease.holder === holder ||
        Math.abs(state.lease.until - now) > LEASE_MS ||
        state.lease.until <= now;
      return isFree ? { lease: { holder, until: now + LEASE_MS } } : null;
    });
    return lease?.holder === holder;
  };
  while (!(await claim())) await pause(ASK_EVERY_MS, signal);
  try {
    return await work(async () => void (await claim()));
  } finally {
    await changeOutboxState(storage, settings, ({ lease }) =>
      lease?.holder === holder ? { lease: null } : null,
    ).catch(() => undefined);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, ms);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
