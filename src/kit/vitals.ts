import { type PageNotes, clearNotes } from '../core/page-notes.ts';
import { createPageHealth, createVitals } from '../core/page-view.ts';
import { createUuid } from '../core/uuid.ts';
import type { EventDraft } from '../store/feedback.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { type QueuedEvents, queueDrafts } from '../store/outbox-state.ts';
import { eventsPrefix } from './journal.ts';
import { measurePage } from './measured-page.ts';
import type { Settings } from './settings.ts';

export interface VitalsOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
  /** Of this page view, since the kit began. */
  readonly notes: PageNotes;
  /** Told what is in the outbox now. */
  readonly onQueued: (queued: QueuedEvents) => void;
}

/**
 * Tells `vitals` and `health` once per page view, when the page is first hidden, and takes up what earlier pages could
 * not. Those listeners of web-vitals that count the last entries are on the window and have run when the document's do.
 * On `pagehide` they have not: `visibilitychange` follows it.
 */
export function startVitals(options: VitalsOptions): void {
  const { settings, closed, notes } = options;
  if (closed.aborted) return;
  const measured = measurePage();
  let isTold = false;
  const onHide = (): void => {
    if (isTold || document.visibilityState !== 'hidden') return;
    isTold = true;
    const about = { at: settings.clock(), consent: settings.egress };
    const vitals = createVitals(measured);
    const health = createPageHealth(notes);
    tell(options, [
      ...(vitals ? [{ ...about, kind: 'vitals' as const, vitals }] : []),
      ...(health ? [{ ...about, kind: 'health' as const, health }] : []),
    ]);
  };
  const onReturn = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return;
    isTold = false;
    clearNotes(notes);
  };
  document.addEventListener('visibilitychange', onHide, { signal: closed });
  window.addEventListener('pageshow', onReturn, { signal: closed });
  const prefix = eventsPrefix(settings.storageName);
  const left = attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix))) ?? [];
  for (const key of left.sort()) {
    const { drafts, erased } = attempt(() => JSON.parse(localStorage.getItem(key) ?? '') as Partial<Left> | null) ?? {};
    if (Array.isArray(drafts) && erased === settings.erasures.stamp) void queue(options, drafts, key);
    else attempt(() => localStorage.removeItem(key));
  }
}

/** What a page leaves in local storage. */
interface Left {
  readonly drafts: readonly EventDraft[];
  /** Of the last erasure before it. */
  readonly erased: string;
}

/** A page that is left ends with its transactions: what it has to say lies in local storage first. */
function tell(options: VitalsOptions, drafts: readonly EventDraft[]): void {
  if (drafts.length === 0) return;
  const { settings } = options;
  const key = eventsPrefix(settings.storageName) + createUuid(settings);
  attempt(() => localStorage.setItem(key, JSON.stringify({ drafts, erased: settings.erasures.stamp } satisfies Left)));
  void queue(options, drafts, has(key) ? key : null);
}

async function queue(options: VitalsOptions, drafts: readonly EventDraft[], key: string | null): Promise<void> {
  const { settings, opened, onQueued } = options;
  const remove = (): void => attempt(() => localStorage.removeItem(key ?? ''));
  const kept = key === null ? {} : { kept: { has: () => has(key), remove } };
  const { erasures } = settings;
  const { stamp } = erasures;
  try {
    const { storage } = await opened;
    const queued = await queueDrafts(storage, { drafts, unitId: settings.unitId, ...kept }, settings);
    if (stamp === erasures.stamp) onQueued(queued);
  } catch {
    // it waits for the next page; a storage that fails says so at the next signal
  }
}

const has = (key: string): boolean => typeof attempt(() => localStorage.getItem(key)) === 'string';

/** Local storage may be refused, full or gone at any call. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
