import { DISMISS_REASONS, type DismissReason } from '../core/dismiss-reason.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import type { QueuedEvents } from '../store/outbox-state.ts';
import { reasonDismissal, undoDismissals } from '../store/undo-dismissal.ts';
import { hiddenKey, hiddenText, parseHidden } from './hidden.ts';
import type { Settings } from './settings.ts';

/** Deletes the stored dismissals of an item. Rejects where storage fails. */
export async function undo(itemId: string, settings: Settings, opened: Promise<OpenedStorage>): Promise<QueuedEvents> {
  const { storage } = await opened;
  const { egress: level, unitId } = settings;
  return undoDismissals(storage, itemId, { level, unitId, environment: settings });
}

/** Rejects where storage fails, and where it is no such reason. */
export async function giveReason(itemId: string, reason: DismissReason, opened: Promise<OpenedStorage>): Promise<void> {
  if (!DISMISS_REASONS.includes(reason)) throw new TypeError(`reason must be one of ${DISMISS_REASONS.join(', ')}`);
  await reasonDismissal((await opened).storage, itemId, reason);
}

/** Throws where storage is refused or full. */
export function hide(placement: string, heading: string | null, storageName: string): void {
  const headings = new Map(parseHidden(hiddenText(storageName)));
  headings.delete(placement);
  if (heading !== null) headings.set(placement, heading);
  localStorage.setItem(hiddenKey(storageName), JSON.stringify(Object.fromEntries(headings)));
}
