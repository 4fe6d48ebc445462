import type { LogRow } from './log.ts';

/** Offsets below half of this are the way and not the clock; steps keep events of one device in their order. */
const STEP_MS = 300_000;

/**
 * Epoch ms of an event by the collector's clock, as far as its device's clock is off by minutes or more: by what lies between
 * sending and receipt (https://segment.com/docs/connections/spec/common/#timestamps). Without `sentAt`, the device's word.
 */
export function timeOf({ event, receivedAt, sentAt = receivedAt }: LogRow): number {
  return event.at + Math.round((receivedAt - sentAt) / STEP_MS) * STEP_MS;
}
