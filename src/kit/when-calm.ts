import type { PageNotes } from '../core/page-notes.ts';
import type { Slate } from '../core/slate.ts';
import type { Emitter } from './emitter.ts';

/** A page that has made no slate by then makes none soon. */
const NO_SLATE_MS = 3_000;

/** A page that animates all the time never idles; by then its first slate is long on the screen. */
const MOST_BUSY_MS = 3_000;

export interface CalmOptions {
  readonly notes: PageNotes;
  readonly slates: Emitter<Slate>;
  readonly closed: AbortSignal;
}

/** Runs a job once: when the page idles after its first slate, which nothing must hold up, or where no slate or no rest comes, later. */
export function whenCalm({ notes, slates, closed }: CalmOptions, work: () => void): void {
  const start = (): void => {
    stop();
    // not in every browser
    if ('requestIdleCallback' in globalThis) requestIdleCallback(work, { timeout: MOST_BUSY_MS });
    else setTimeout(work);
  };
  const unsubscribe = slates.on(start);
  const timer = setTimeout(start, NO_SLATE_MS);
  const stop = (): void => {
    unsubscribe();
    clearTimeout(timer);
  };
  closed.addEventListener('abort', stop, { once: true });
  if (notes.slates.length > 0) start();
}
