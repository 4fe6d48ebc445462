import { hashText } from '../src/core/hash.ts';
import type { VisitorSignal } from '../src/core/visitor.ts';
import type { Timeline } from './timeline.ts';

/** What one device of a visitor has stored, by its own clock. */
export interface DeviceLog {
  readonly device: number;
  readonly signals: readonly NumberedSignal[];
}

export interface NumberedSignal extends VisitorSignal {
  /** Place among the signals of its session: with the session's id, what tells two copies from two signals. */
  readonly place: number;
}

/** Which device of so many a session was on: by chance, the same whenever it is asked. */
export const deviceOf = (sessionId: string, devices: number, seed: number): number =>
  // the low bits of FNV-1a follow the last characters closely
  (hashText(`${String(seed)}/${sessionId}`) >>> 8) % devices;

export interface SplitOptions {
  readonly devices: number;
  readonly seed: number;
  /** By how many ms the clock of a device is ahead. */
  readonly skewOf: (device: number) => number;
}

/** A visitor's signals as devices of wrong clocks have stored them, sessions by chance on one or the other. */
export function splitByDevice({ signals }: Timeline, { devices, seed, skewOf }: SplitOptions): DeviceLog[] {
  const places = new Map<string, number>();
  const logs = Array.from({ length: devices }, (_, device) => ({ device, signals: [] as NumberedSignal[] }));
  for (const signal of signals) {
    const place = places.get(signal.sessionId) ?? 0;
    places.set(signal.sessionId, place + 1);
    const device = deviceOf(signal.sessionId, devices, seed);
    logs[device].signals.push({ ...signal, at: signal.at + skewOf(device), place });
  }
  return logs;
}

/**
 * One history out of what devices have stored: times put right by what is known of each clock, each signal once, sessions
 * by their first signal. In whatever order logs come, and however often, the history is the same.
 */
export function mergeDevices(logs: readonly DeviceLog[], skewOf: (device: number) => number): VisitorSignal[] {
  const sessions = new Map<string, Map<number, VisitorSignal>>();
  for (const { device, signals } of logs)
    for (const { place, ...signal } of signals) {
      const session = sessions.get(signal.sessionId) ?? new Map<number, VisitorSignal>();
      sessions.set(signal.sessionId, session);
      session.set(place, { ...signal, at: signal.at - skewOf(device) });
    }
  return [...sessions]
    .map(([id, session]) => ({ id, signals: [...session].sort(([a], [b]) => a - b).map(([, signal]) => signal) }))
    .sort((a, b) => a.signals[0].at - b.signals[0].at || (a.id < b.id ? -1 : 1))
    .flatMap(({ signals }) => signals);
}
