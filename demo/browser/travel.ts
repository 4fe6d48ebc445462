import type { Settings } from './settings.ts';

const HOUR_MS = 3_600_000;

/** How far ahead of the device's clock the kit's is; the setting is in hours. */
export const travelMs = ({ travel }: Settings): number => (Number(travel) || 0) * HOUR_MS;

/** `+3 h`, `+7 d`. */
export const travelText = (hours: number): string =>
  hours % 24 === 0 ? `+${String(hours / 24)} d` : `+${String(hours)} h`;
