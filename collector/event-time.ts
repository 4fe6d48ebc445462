import { DAY_MS } from './day.ts';
import type { LogRow } from './log.ts';

/** Offsets below half of this are the way and not the clock; steps keep events of one device in their order. */
const STEP_MS = 300_000;
/** An event is not of tomorrow, and waits on no device for so long. */
const MAX_AHEAD_MS = DAY_MS;
const MAX_BEHIND_MS = 400 * DAY_MS;

/**
 * Epoch ms of an event by the collector's clock, as far as its device's clock is off by minutes or more: by what lies between
 * sending and receipt (https://segment.com/docs/connections/spec/common/#timestamps). Without `sentAt`, the device's word;
 * where that cannot be, the time of receipt.
 */
export function timeOf({ event, receivedAt, sentAt = receivedAt }: LogRow): number {
  const at = event.at + Math.round((receivedAt - sentAt) / STEP_MS) * STEP_MS;
  return at > receivedAt + MAX_AHEAD_MS || at < receivedAt - MAX_BEHIND_MS ? receivedAt : at;
}
