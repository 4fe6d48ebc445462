import type { Manifest } from '../../src/core/manifest.ts';
import { isNumber, isRecord } from '../../src/core/guards.ts';
import type { ForetoldArm, ForetoldValue } from '../report/foretold.ts';
import { type AuditFinding, type Remark, findingOf, percent } from './audit-finding.ts';
import { type RankAgreement, rankAgreement } from './rank-agreement.ts';
import type { OutcomeDifference, VersionOutcome, VersionOutcomes } from './version-outcomes.ts';

/** Offline, foretold and seen figures of one model version. */
export interface AuditedVersion extends VersionOutcome {
  /** `quality.gate.model` of the manifest, NDCG@10; null where there is no manifest, or none that training wrote. */
  readonly offline: number | null;
  /** What slates of other versions foretold of it, beside what its own brought; null where no slates are logged. */
  readonly offPolicy: Pick<ForetoldArm, 'predicted' | 'measured'> | null;
}

interface Step {
  readonly modelId: string;
  readonly before: string;
  readonly offline: number;
  readonly online: OutcomeDifference;
  readonly verdict: 'holds' | 'reversed' | 'undecided';
}

export interface OfflineOnlineInput {
  readonly outcomes: VersionOutcomes;
  readonly manifests: readonly Manifest[];
  readonly offPolicy: ReadonlyMap<string, AuditedVersion['offPolicy']>;
  readonly random: () => number;
}

/** NDCG@10 on held-out queries, as `train` wrote it. */
export function offlineMetric({ quality }: Pick<Manifest, 'quality'>): number | null {
  const { gate } = isRecord(quality) ? quality : {};
  const { model } = isRecord(gate) ? gate : {};
  const metric = isRecord(model) ? model['NDCG@10'] : undefined;
  return isNumber(metric) ? metric : null;
}

/** Whether versions that were better offline were better online. */
export function findGap({ outcomes, manifests, offPolicy, random }: OfflineOnlineInput): AuditFinding {
  const versions = outcomes.outcomes().map((outcome): AuditedVersion => {
    const manifest = manifests.find(({ modelId }) => modelId === outcome.modelId);
    const offline = manifest === undefined ? null : offlineMetric(manifest);
    return { ...outcome, offline, offPolicy: offPolicy.get(outcome.modelId) ?? null };
  });
  const known = versions.flatMap((version) =>
    version.offline === null ? [] : [{ ...version, offline: version.offline }],
  );
  const steps = known.slice(1).flatMap((version, i): Step[] => {
    const before = known[i];
    return before === undefined ? [] : [stepOf(version, before, outcomes)];
  });
  const agreement = rankAgreement(
    known.map(({ offline, clicksPerImpression: { mean, standardError } }) => ({
      ...{ offline, online: mean, standardError: standardError ?? 0 },
    })),
    random,
  );
  const figures = {
    offlineMetric: 'NDCG@10',
    onlineMetric: 'clicks per impression',
    versions,
    steps,
    rankCorrelation: agreement,
  };
  return findingOf(
    { check: '03', name: 'offline-online', figures, command: 'nearside ope --db FILE --policy BUNDLE' },
    [
      ...steps.map(stepRemark),
      ...agreementRemarks(agreement),
      ...versions.flatMap(foretoldRemark),
      ...lackRemarks(versions, known.length),
    ],
  );
}

type Known = VersionOutcome & { readonly offline: number };

function stepOf({ modelId, offline }: Known, before: Known, outcomes: VersionOutcomes): Step {
  const online = outcomes.difference(modelId, before.modelId);
  const gain = offline - before.offline;
  const seen = (online.low ?? 0) > 0 ? 1 : (online.high ?? 0) < 0 ? -1 : 0;
  const verdict = seen === 0 || gain === 0 ? 'undecided' : seen === Math.sign(gain) ? 'holds' : 'reversed';
  return { modelId, before: before.modelId, offline: gain, online, verdict };
}

const shortId = (modelId: string): string => modelId.slice(0, 12);

function stepRemark({ modelId, before, offline, online, verdict }: Step): Remark {
  const range =
    online.low === null || online.high === null ? '' : ` (${online.low.toFixed(4)} to ${online.high.toFixed(4)})`;
  const days = online.isConcurrent ? 'on the days that both served' : 'but never on the same days';
  const message = `${shortId(modelId)} after ${shortId(before)}: ${signed(offline)} NDCG@10 offline, ${signed(online.mean)} clicks per impression${range}, ${days}`;
  switch (verdict) {
    case 'holds':
      return { verdict: 'ok', message };
    case 'undecided':
      return {
        verdict: 'warn',
        message: `${message}: too little to tell`,
        advice: `let ${shortId(modelId)} and ${shortId(before)} serve on the same days, in an experiment, until the interval leaves 0`,
      };
    case 'reversed':
      return {
        verdict: online.isConcurrent ? 'fail' : 'warn',
        message: `${message}: offline does not hold online`,
        advice: `serve ${shortId(offline > 0 ? before : modelId)} until it is known why: held-out queries of another kind than visitors, a feature that serving makes otherwise, or labels of another window (04)`,
      };
  }
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;

function agreementRemarks(agreement: RankAgreement | null): Remark[] {
  if (agreement === null) return [];
  const { tau, low, high, p, versions } = agreement;
  return [
    {
      verdict: high < 0 ? 'fail' : tau <= 0 ? 'warn' : 'ok',
      message: `over ${String(versions)} versions the rank correlation of offline and online is ${tau.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}; ${percent(p)} by chance)`,
      advice: 'do not choose versions by this offline metric: judge them by experiments until it foretells them',
    },
  ];
}

function lackRemarks(versions: readonly AuditedVersion[], known: number): Remark[] {
  if (known >= 2) return [];
  return [
    {
      verdict: 'not_observable',
      message: `${String(versions.length)} versions served, and of ${String(known)} the offline metric is known: a comparison needs two`,
      advice: 'give the bundle of each version that served with --bundle',
    },
  ];
}

/** What the slates of other versions foretold of one, beside what its own brought; that there is none is no fault. */
function foretoldRemark({ modelId, offPolicy }: AuditedVersion): Remark[] {
  if (offPolicy === null) return [];
  const { predicted, measured } = offPolicy;
  const name = `off-policy, ${shortId(modelId)}`;
  if (predicted.dr === null) return [{ verdict: 'ok', message: `${name}: ${predicted.reason ?? predicted.verdict}` }];
  if (measured === null) return [{ verdict: 'ok', message: `${name}: its own slates are not in the log` }];
  const [foretold, came] = [rangeOf(predicted.dr), rangeOf(measured)];
  const meets = (predicted.dr.low ?? 0) <= (measured.high ?? 0) && (measured.low ?? 0) <= (predicted.dr.high ?? 0);
  return [
    {
      verdict: meets ? 'ok' : 'warn',
      message: `${name}: other slates foretold ${foretold} clicked items a slate, its own brought ${came}`,
      advice: `look at what is another than it was logged for ${shortId(modelId)}: candidates, item vectors, or visitors who agreed to level training`,
    },
  ];
}

const rangeOf = ({ mean, low, high }: ForetoldValue): string =>
  low === null || high === null ? mean.toFixed(3) : `${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
