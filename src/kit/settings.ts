import { type Consent, createConsent, parseConsent } from '../core/consent.ts';
import { type ParsedRules, parseRules } from '../core/parse-rules.ts';
import { DEFAULT_POLICY, SCORES_POLICY, type SlatePolicy, parsePolicy } from '../core/policy.ts';
import { isRecord } from '../core/guards.ts';
import { isProblem } from '../core/problem.ts';
import { parsePublicKey } from '../core/public-key.ts';
import { DEFAULT_RULES } from '../core/rule-set.ts';
import { EGRESS_LEVELS, type EgressLevel } from '../core/signal.ts';
import { TIERS, type Tier } from '../core/slate.ts';
import type { Environment } from '../core/uuid.ts';
import { Consents } from './consents.ts';
import { Erasures } from './erasures.ts';
import type { KitOptions, SlateContext } from './types.ts';

/** Options with every default in place and every address absolute. */
export interface Settings extends Environment {
  readonly bundleUrl: string | null;
  /** Raw Ed25519 public keys; null takes unsigned bundles. */
  readonly bundleKeys: readonly Uint8Array[] | null;
  /** Of `/v1/events`. */
  readonly eventsUrl: string | null;
  readonly writeKey: string | undefined;
  readonly consents: Consents;
  readonly erasures: Erasures;
  /** Above 0. */
  readonly retentionDays: number;
  /** The level in effect: the option's, or a lower one by consent. It changes with that. */
  readonly egress: EgressLevel;
  readonly storageName: string;
  readonly unitId: string | undefined;
  readonly fetch: typeof fetch;
  readonly createWorker: (() => Worker) | null;
  readonly wasmUrl: string;
  readonly webgpuWasmUrl: string;
  /** `server` from when a registry's kill switch says so. */
  maxTier: Tier;
  readonly deadlineMs: number;
  /** Of the kit's options; a candidate list may bring its own. */
  readonly rules: ParsedRules;
  readonly policy: SlatePolicy;
  readonly context: SlateContext;
  readonly adaptation: boolean;
  /** Null where there are none. */
  readonly experiments: ExperimentSettings | null;
  /** At epoch ms. */
  readonly utcOffsetMinutes: (at: number) => number;
}

export interface ExperimentSettings {
  /** As given. */
  readonly set: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Arms by experiment, for quality assurance. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** Throws a TypeError that names a wrong option and its value. */
export function createSettings(options: KitOptions): Settings {
  const { egress = 'none', maxTier = 'wasm', deadlineMs = 500, storageName = 'nearside', unitId } = options;
  const { adaptation = false, writeKey, retentionDays = 90 } = options;
  check('egress', egress, EGRESS_LEVELS.includes(egress));
  check('maxTier', maxTier, TIERS.includes(maxTier));
  check('deadlineMs', deadlineMs, Number.isFinite(deadlineMs) && deadlineMs > 0);
  check('storageName', storageName, typeof storageName === 'string' && storageName !== '');
  check('unitId', unitId, unitId === undefined || (typeof unitId === 'string' && /^.{1,1024}$/su.test(unitId)));
  check('retentionDays', retentionDays, Number.isFinite(retentionDays) && retentionDays > 0);
  check('writeKey', writeKey, writeKey === undefined || (typeof writeKey === 'string' && writeKey !== ''));
  check('adaptation', adaptation, typeof adaptation === 'boolean');
  check('context', options.context, options.context === undefined || typeof options.context === 'object');
  const { bundleUrl = null, collectorUrl = null, utcOffsetMinutes } = options;
  const eventsUrl = collectorUrl === null ? null : `${withSlash(new URL(collectorUrl, location.origin).href)}v1/events`;
  const consents = new Consents({
    ...{ storageName, egress, given: parseGiven(options.consent) },
    ...{ hasCollector: eventsUrl !== null, hasPrivacyControl: hasPrivacyControl() },
  });
  return {
    ...{ maxTier, deadlineMs, storageName, unitId, adaptation, writeKey, retentionDays },
    rules: options.rules === undefined ? { rules: DEFAULT_RULES, problems: [] } : parseRules(options.rules),
    policy: createPolicy(options.policy),
    context: options.context ?? {},
    experiments: createExperiments(options),
    ...{ consents, eventsUrl, erasures: new Erasures(storageName) },
    get egress() {
      return consents.level;
    },
    bundleKeys: options.bundleKeys === undefined ? null : parseKeys(options.bundleKeys),
    bundleUrl: bundleUrl === null ? null : withSlash(new URL(bundleUrl, document.baseURI).href),
    clock: options.clock ?? (() => Date.now()),
    random: options.random ?? (() => Math.random()),
    // looked up at each call: tests and tracing tools replace the global, and it wants its own `this`
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    createWorker: options.createWorker === undefined ? createDefaultWorker : options.createWorker,
    wasmUrl: absolute(options.wasmUrl) ?? new URL('./ort-wasm-simd-threaded.wasm', import.meta.url).href,
    webgpuWasmUrl:
      absolute(options.webgpuWasmUrl) ?? new URL('./ort-wasm-simd-threaded.asyncify.wasm', import.meta.url).href,
    utcOffsetMinutes: (at) => utcOffsetMinutes ?? -new Date(at).getTimezoneOffset(),
  };
}

// bundlers know this very form; both files lie beside the built module
const createDefaultWorker = (): Worker => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });

// https://w3c.github.io/gpc/; not in TypeScript's DOM types yet
const hasPrivacyControl = (): boolean =>
  (navigator as Navigator & { readonly globalPrivacyControl?: unknown }).globalPrivacyControl === true;

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

const absolute = (url: string | undefined): string | undefined => url && new URL(url, document.baseURI).href;

function parseGiven(given: unknown): Consent | undefined {
  if (given === undefined) return undefined;
  const consent = parseConsent(given, createConsent('pending'));
  if (isProblem(consent)) throw new TypeError(`createKit: option consent: ${consent.message}`);
  return consent;
}

function createExperiments(options: KitOptions): ExperimentSettings | null {
  const { experiments: set, attributes = {}, experimentOverrides: overrides = {} } = options;
  check('attributes', attributes, isRecord(attributes));
  check('experimentOverrides', overrides, isRecord(overrides));
  return set === undefined ? null : { set, attributes, overrides };
}

function createPolicy(given: KitOptions['policy']): SlatePolicy {
  if (given === undefined) return DEFAULT_POLICY;
  const policy = given === false ? SCORES_POLICY : parsePolicy(given);
  if (isProblem(policy)) throw new TypeError(`createKit: option policy: ${policy.message}`);
  return policy;
}

function parseKeys(given: unknown): readonly Uint8Array[] {
  const texts: readonly unknown[] = Array.isArray(given) ? given : [given];
  const keys = texts.flatMap((text) => (typeof text === 'string' && parsePublicKey(text)) || []);
  // with no key at all, or one that cannot be read, nothing could be trusted: that is a mistake and no wish
  check('bundleKeys', given, keys.length > 0 && keys.length === texts.length);
  return keys;
}

function check(name: keyof KitOptions, value: unknown, valid: boolean): void {
  if (!valid) throw new TypeError(`createKit: option ${name} cannot be ${JSON.stringify(value)}`);
}
