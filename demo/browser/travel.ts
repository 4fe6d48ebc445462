import type { Settings } from './settings.ts';

const HOUR_MS = 3_600_000;

/** How far ahead of the device's clock the kit's is; the setting is in hours. */
export const travelMs = ({ travel }: Settings): number => (Number(travel) || 0) * HOUR_MS;

/** `+3 h`, `+7 d`, `+7 d 3 h`. */
export function travelText(hours: number): string {
  const [days, rest] = [Math.floor(hours / 24), hours % 24];
  return `+${[...(days > 0 ? [`${String(days)} d`] : []), ...(rest > 0 ? [`${String(rest)} h`] : [])].join(' ')}`;
}
