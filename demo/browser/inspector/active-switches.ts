import type { Consent } from 'nearside';
import { type Settings, parseArms } from '../settings.ts';
import { travelText } from '../travel.ts';

/** Seconds that the server's list is behind, in words. */
export const LAGS: Readonly<Record<string, string>> = {
  '0': 'seen everything until now',
  '60': '1 minute behind',
  '600': '10 minutes behind',
  '3600': '1 hour behind',
  '604800': '1 week behind',
  unknown: 'does not say',
};

/** What is not as it would be for any visitor, in a word or two each: nobody should forget it. */
export function activeSwitches(settings: Settings, consent: Consent): string[] {
  const { offline, spoil, gpc, worker, egress, qa, lag, travel } = settings;
  return [
    ...(offline === 'on' ? ['offline'] : []),
    ...(worker === 'none' ? ['no worker'] : []),
    ...(spoil === undefined ? [] : [`broken ${spoil}`]),
    ...(gpc === 'on' ? ['GPC'] : []),
    ...(egress === 'none' || egress === 'training' ? [`level ${egress}`] : []),
    ...refusals(consent, gpc === 'on'),
    ...Object.entries(parseArms(qa)).map(([experiment, arm]) => `${experiment} = ${arm}`),
    ...(lag === undefined ? [] : [`server ${LAGS[lag] ?? `${lag} s behind`}`]),
    ...(Number(travel) > 0 ? [travelText(Number(travel))] : []),
  ];
}

/** Under Global Privacy Control the rest is refused anyway. */
const refusals = ({ personalisation, measurement }: Consent, isPrivate: boolean): string[] => [
  ...(personalisation === 'granted' ? [] : [`personalisation ${personalisation}`]),
  ...(measurement === 'granted' || isPrivate ? [] : [`measurement ${measurement}`]),
];
