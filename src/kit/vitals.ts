import { type PageNotes, clearNotes } from '../core/page-notes.ts';
import { createPageHealth, createVitals } from '../core/page-view.ts';
import { createUuid } from '../core/uuid.ts';
import type { EventDraft } from '../store/feedback.ts';
import { type LeftEventsOptions, queueLeft } from './left-events.ts';
import { measurePage } from './measured-page.ts';

export interface VitalsOptions extends LeftEventsOptions {
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
  /** Of this page view, since the kit began. */
  readonly notes: PageNotes;
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
  for (const [id, left] of journal.events()) void queueLeft(options, left, id);
}

/** A page that is left ends with its transactions: what it has to say lies in the journal first. */
function tell(options: VitalsOptions, drafts: readonly EventDraft[]): void {
  if (drafts.length === 0) return;
  const { settings, journal } = options;
  const left = { drafts, erased: settings.erasures.stamp };
  void queueLeft(options, left, journal.addEvents(left, createUuid(settings)));
}
