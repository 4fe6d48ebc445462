import {
  type Consent,
  PURPOSES,
  type Purpose,
  createConsent,
  levelOf,
  lowerLevel,
  parseConsent,
  withPrivacyControl,
} from '../core/consent.ts';
import { isRecord } from '../core/guards.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { EgressLevel } from '../core/signal.ts';
import type { StorageScope } from '../store/scoped-storage.ts';

/** Where nobody has been asked by way of the kit, the option `egress` alone decides: the site has asked already. */
const UNASKED: Consent = { ...createConsent('granted'), sync: 'denied' };

export interface ConsentsOptions {
  readonly storageName: string;
  /** The option `consent`, checked. */
  readonly given: Consent | undefined;
  /** The most that the site wants to send. */
  readonly egress: EgressLevel;
  readonly hasCollector: boolean;
  readonly hasPrivacyControl: boolean;
}

/** What the visitor agreed to, as the one record in local storage has it, for every page of the site. */
export class Consents {
  readonly #options: ConsentsOptions;
  readonly #key: string;
  /** The record as it was read last. */
  #text: string | null = null;
  #recorded: Consent;
  #inEffect: Consent;
  #withdrawals = 0;
  #problem: Problem | null = null;

  constructor(options: ConsentsOptions) {
    this.#options = options;
    this.#key = `${options.storageName}:consent`;
    this.#recorded = options.given ?? UNASKED;
    this.#inEffect = this.#limit();
    this.refresh();
  }

  /** With Global Privacy Control applied. */
  get inEffect(): Consent {
    return this.#inEffect;
  }

  get level(): EgressLevel {
    return this.#levelOf(this.#inEffect);
  }

  get isPersonal(): boolean {
    return this.#inEffect.personalisation === 'granted';
  }

  /** How often personalisation was taken back on this page: what was read of the visitor before holds no more. */
  get withdrawals(): number {
    return this.#withdrawals;
  }

  /** Whether the database holds what is done now. */
  get stores(): boolean {
    return this.isPersonal || this.tells;
  }

  /** Whether acts make events. Without a collector nothing would ever take them away from a disk that holds nothing else. */
  get tells(): boolean {
    return this.level !== 'none' && (this.isPersonal || this.#options.hasCollector);
  }

  /** On a page where `before` has held until now: a yes that is taken back to pending is taken back. */
  scope(before?: Consent): StorageScope {
    const { personalisation } = this.#inEffect;
    if (personalisation === 'granted') return 'signals';
    const isWithdrawn = before?.personalisation === 'granted' && this.#problem === null;
    if (personalisation === 'denied' || isWithdrawn) return this.tells ? 'feedback' : 'nothing';
    // what may no longer be sent lies in the database
    const didTell = before !== undefined && this.#levelOf(before) !== 'none' && this.#options.hasCollector;
    return this.tells || didTell ? 'unseen' : 'unopened';
  }

  /** Why the record could not be read. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** Whether an answer may still come that would make use of what is recorded now. */
  awaits(purpose: Purpose): boolean {
    const { egress, hasCollector } = this.#options;
    if (purpose === 'measurement' && (egress === 'none' || !hasCollector)) return false;
    return this.#inEffect[purpose] === 'pending';
  }

  /** Reads the record again where another page has changed it. A record that is gone changes nothing until the page ends. */
  refresh(): void {
    const text = this.#read();
    if (text === null || text === this.#text) return;
    this.#text = text;
    const parsed = parseRecord(text);
    this.#problem = isProblem(parsed) ? parsed : null;
    // what cannot be read was no yes
    this.#follow(isProblem(parsed) ? createConsent('pending') : parsed);
  }

  /** Purposes that `input` does not name stay as they are. `consent_invalid` changes nothing. */
  set(input: unknown): Problem | null {
    // what it does not name stays as another page has set it meanwhile
    this.refresh();
    const parsed = parseConsent(input, this.#recorded);
    if (isProblem(parsed)) return parsed;
    this.#follow(parsed);
    try {
      localStorage.setItem(this.#key, JSON.stringify(parsed));
    } catch (error) {
      const message = `consent could not be stored, so it holds until this page ends: ${String(error)}`;
      return createProblem('storage_failed', message);
    } finally {
      this.#text = this.#read();
    }
    return null;
  }

  #follow(recorded: Consent): void {
    const wasPersonal = this.isPersonal;
    this.#recorded = recorded;
    this.#inEffect = this.#limit();
    if (wasPersonal && !this.isPersonal) this.#withdrawals++;
  }

  #levelOf = (consent: Consent): EgressLevel => lowerLevel(this.#options.egress, levelOf(consent));

  #limit = (): Consent => withPrivacyControl(this.#recorded, this.#options.hasPrivacyControl);

  #read(): string | null {
    try {
      return localStorage.getItem(this.#key);
    } catch {
      return null;
    }
  }
}

const isPurpose = (name: string): boolean => PURPOSES.some((purpose) => purpose === name);

function parseRecord(text: string): Consent | Problem {
  try {
    const record: unknown = JSON.parse(text);
    // a later version of the kit may ask about more
    const known = isRecord(record) ? Object.entries(record).filter(([purpose]) => isPurpose(purpose)) : null;
    return parseConsent(known && Object.fromEntries(known), createConsent('pending'));
  } catch {
    return createProblem(
      'consent_invalid',
      'the stored consent cannot be read; ask again, nothing is stored meanwhile',
    );
  }
}
