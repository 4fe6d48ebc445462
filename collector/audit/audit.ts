import type { Manifest } from '../../src/core/manifest.ts';
import type { LogRow, StoredEvents } from '../log.ts';
import type { DeclaredSet } from '../report/design.ts';
import { type AuditFinding, type AuditVerdict, worstOf } from './audit-finding.ts';
import { type Act, estimateDrift } from './behaviour-drift.ts';
import { FreshnessReader } from './freshness.ts';
import { IdentityReader } from './identity-coverage.ts';
import { type AuditedVersion, findGap } from './offline-online.ts';
import { type Readiness, ReadinessReader } from './readiness.ts';
import { VersionOutcomes } from './version-outcomes.ts';
import { WindowReader } from './window-alignment.ts';

export interface AuditOptions {
  /** Read once by the audit itself. */
  readonly log: Pick<StoredEvents, 'read'>;
  /** Of the versions that served, as far as they are at hand. */
  readonly manifests: readonly Manifest[];
  readonly sets: readonly DeclaredSet[];
  /** What visitors did, from the site's own log; null without one. */
  readonly acts: Iterable<Act> | null;
  /** What others' slates foretold of a version (docs/off-policy.md); asked only where the log has slates. */
  readonly foretell: (modelId: string) => Promise<AuditedVersion['offPolicy']>;
  /** Epoch ms. */
  readonly now: number;
  readonly random: () => number;
  readonly onProgress?: (events: number) => void;
}

export interface Audit {
  /** The worst of the findings and of readiness. */
  readonly verdict: AuditVerdict;
  readonly findings: readonly AuditFinding[];
  readonly readiness: Readiness;
  readonly events: number;
}

/** Rows between two words of progress. */
const CHUNK = 131_072;

/** Answers the four questions and the five, from a log and what is known of its models and experiments. */
export async function createAudit(options: AuditOptions): Promise<Audit> {
  const { manifests, sets, acts, random, now } = options;
  const [freshness, identity, windows] = [new FreshnessReader(), new IdentityReader(), new WindowReader()];
  const [outcomes, readiness] = [new VersionOutcomes(), new ReadinessReader()];
  const readers = [freshness, identity, windows, outcomes, readiness];
  let hasSlates = false;
  const events = await readAll(options, (row) => {
    for (const reader of readers) reader.add(row);
    hasSlates ||= row.event.slate !== undefined;
  });
  const offPolicy = hasSlates ? await foretellAll(options) : new Map<string, AuditedVersion['offPolicy']>();
  const findings = [
    freshness.finding(acts === null ? null : estimateDrift(acts)),
    identity.finding(),
    findGap({ outcomes, manifests, offPolicy, random }),
    windows.finding(manifests, sets),
  ];
  const releases = outcomes.outcomes().map(({ firstAt }) => firstAt);
  const answers = readiness.result({ manifests, sets, releases, now });
  const verdict = worstOf([...findings.map((finding) => finding.verdict), answers.verdict]);
  return { verdict, findings, readiness: answers, events };
}

async function foretellAll({ manifests, foretell }: AuditOptions) {
  const foretold = new Map<string, AuditedVersion['offPolicy']>();
  for (const { modelId } of manifests) foretold.set(modelId, await foretell(modelId));
  return foretold;
}

async function readAll({ log, onProgress }: AuditOptions, add: (row: LogRow) => void): Promise<number> {
  let events = 0;
  for await (const row of log.read()) {
    add(row);
    if (++events % CHUNK === 0) onProgress?.(events);
  }
  return events;
}
