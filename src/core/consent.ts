import { isRecord } from './guards.ts';
import { type Problem, createProblem } from './problem.ts';
import { EGRESS_LEVELS, type EgressLevel } from './signal.ts';

/** What a visitor is asked about (docs/privacy.md). For `sync` there is no code yet: it is kept for when there is. */
export const PURPOSES = ['personalisation', 'measurement', 'training', 'sync'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** `pending`: not asked, or not answered yet. */
export const CONSENT_STATES = ['pending', 'granted', 'denied'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

export type Consent = Readonly<Record<Purpose, ConsentState>>;

/** One state for every purpose, or some purposes by name. */
export type ConsentInput = ConsentState | Partial<Consent>;

export const createConsent = (state: ConsentState): Consent => ({
  ...{ personalisation: state, measurement: state, training: state, sync: state },
});

/** A state for every purpose, or a record of some; the others stay as in `base`. `consent_invalid` for anything else. */
export function parseConsent(input: unknown, base: Consent): Consent | Problem {
  const state = CONSENT_STATES.find((known) => known === input);
  if (state !== undefined) return createConsent(state);
  const isKnown = ([purpose, value]: [string, unknown]): boolean =>
    PURPOSES.some((known) => known === purpose) && CONSENT_STATES.some((known) => known === value);
  if (isRecord(input) && Object.entries(input).every(isKnown)) return { ...base, ...input };
  return createProblem(
    'consent_invalid',
    `consent is one of ${CONSENT_STATES.join(', ')}, or one of these for each of ${PURPOSES.join(', ')}`,
  );
}

/**
 * Under Global Privacy Control (https://w3c.github.io/gpc/) nothing may be sold or shared: measurement and training are
 * refused, whatever was granted. What stays on the device is not concerned.
 */
export const withPrivacyControl = (consent: Consent, hasPrivacyControl: boolean): Consent =>
  hasPrivacyControl ? { ...consent, measurement: 'denied', training: 'denied' } : consent;

/** The level that a consent allows: training needs measurement, for its events say nothing without the others. */
export const levelOf = ({ measurement, training }: Consent): EgressLevel =>
  measurement !== 'granted' ? 'none' : training === 'granted' ? 'training' : 'events';

export const lowerLevel = (one: EgressLevel, other: EgressLevel): EgressLevel =>
  EGRESS_LEVELS.indexOf(one) < EGRESS_LEVELS.indexOf(other) ? one : other;
