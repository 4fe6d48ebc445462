import { type PageNotes, clearNotes } from '../core/page-notes.ts';
import { createPageHealth, createVitals } from '../core/page-view.ts';
import { createUuid } from '../core/uuid.ts';
import type { EventDraft } from '../store/feedback.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { type QueuedEvents, queueDrafts } from '../store/outbox-state.ts';
import type { Journal, LeftEvents } from './journal.ts';
import { measurePage } from './measured-page.ts';
import type { Settings } from './settings.ts';

export interface VitalsOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
  /** Of this page view, since the kit began. */
  readonly notes: PageNotes;
  readonly journal: Journal;
  /** Told what is in the outbox now. */
  readonly onQueued: (queued: QueuedEvents) => void;
}

/**
 * Tells `vitals` and `health` once per page view, when the page is first hidden, and takes up what earlier pages could
 * not. Those listeners of web-vitals that count the last entries are on the window and have run when the document's do.
 * On `pagehide` they have not: `visibilitychange` follows it.
 */
export function startVitals(options: VitalsOptions): void {
  const { settings, closed, notes, journal } = options;
  if (closed.aborted) return;
  const measured = measurePage();
  const onHide = (): void => {
    if (notes.isTold || document.visibilityState !== 'hidden') return;
    notes.isTold = true;
    const about = () => ({ id: createUuid(settings), at: settings.clock(), consent: settings.egress });
    const vitals = createVitals(measured);
    const health = createPageHealth(notes);
    tell(options, [
      ...(vitals ? [{ ...about(), kind: 'vitals' as const, vitals }] : []),
      ...(health ? [{ ...about(), kind: 'health' as const, health }] : []),
    ]);
  };
  const onReturn = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return;
    notes.isTold = false;
    clearNotes(notes);
  };
  document.addEventListener('visibilitychange', onHide, { signal: closed });
  window.addEventListener('pageshow', onReturn, { signal: closed });
  for (const [id, left] of journal.events()) void queue(options, left, id);
}

/** A page that is left ends with its transactions: what it has to say lies in the journal first. */
function tell(options: VitalsOptions, drafts: readonly EventDraft[]): void {
  if (drafts.length === 0) return;
  const { settings, journal } = options;
  const left = { drafts, erased: settings.erasures.stamp };
  void queue(options, left, journal.addEvents(left, createUuid(settings)));
}

async function queue(options: VitalsOptions, { drafts, erased }: LeftEvents, id: string): Promise<void> {
  const { settings, opened, journal, onQueued } = options;
  const { erasures, unitId } = settings;
  // where local storage is refused or full, they lie nowhere and nobody else queues them
  const found = journal.has(id) ? { areLeft: () => journal.has(id) } : {};
  try {
    const { storage } = await opened;
    if (erased === erasures.stamp) {
      const queued = await queueDrafts(storage, { drafts, unitId, ...found }, settings);
      if (erased === erasures.stamp) onQueued(queued);
    }
    journal.remove(id);
  } catch {
    // it waits for the next page; a storage that fails says so at the next signal
  }
}
