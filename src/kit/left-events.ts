import type { OpenedStorage } from '../store/open-storage.ts';
import { type QueuedEvents, queueDrafts } from '../store/outbox-state.ts';
import type { Journal, LeftEvents } from './journal.ts';
import type { Settings } from './settings.ts';

export interface LeftEventsOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  readonly journal: Journal;
  /** Told what is in the outbox now. */
  readonly onQueued: (queued: QueuedEvents) => void;
}

/** Queues events that come with no signal, and takes them out of the journal, where they lie under `id`. Never rejects. */
export async function queueLeft(
  { settings, opened, journal, onQueued }: LeftEventsOptions,
  { drafts, erased }: LeftEvents,
  id: string,
): Promise<void> {
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
