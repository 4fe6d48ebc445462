import type { Manifest } from '../../src/core/manifest.ts';
import type { PageHealth } from '../../src/core/page-view.ts';
import { DAY_MS } from '../day.ts';
import { timeOf } from '../event-time.ts';
import type { LogRow } from '../log.ts';
import type { DeclaredSet } from '../report/design.ts';
import { isRecord } from '../../src/core/guards.ts';
import { Tally } from '../tally.ts';
import { type AuditVerdict, durationText, percent, worstOf } from './audit-finding.ts';
import { quantileOf } from './level-shift.ts';
import { newestOf } from './used-windows.ts';

export interface ReadinessAnswer {
  readonly question: string;
  readonly verdict: AuditVerdict;
  /** One sentence, or `not answered`. */
  readonly answer: string;
  readonly evidence: readonly string[];
  /** Absent where the answer needs nothing. */
  readonly advice?: string;
  readonly command: string;
}

export interface Readiness {
  readonly verdict: AuditVerdict;
  readonly answered: number;
  readonly questions: readonly ReadinessAnswer[];
}

export interface ReadinessInput {
  readonly manifests: readonly Manifest[];
  readonly sets: readonly DeclaredSet[];
  /** First appearance of each version in the log, epoch ms. */
  readonly releases: readonly number[];
  /** Epoch ms. */
  readonly now: number;
}

const NOT_ANSWERED = 'not answered';
/** A shop that nobody visits for a day is a feed that has stopped. */
const SILENT_MS = DAY_MS;
/** Tiers that rank by no bundle: what a visitor gets while a source is away. */
const FALLBACK_TIERS = ['linear', 'server'];

/** Classes of a tenth of a power of two: 7 % wide. */
const waitClass = (ms: number): number => Math.ceil(10 * Math.log2(1 + ms));
const waitEnd = (wait: number): number => 2 ** (wait / 10) - 1;

interface Stream {
  first: number;
  last: number;
  count: number;
}

/** What the log tells of how it is run. */
export class ReadinessReader {
  /** By class of length: a log has more events than a list may. */
  readonly #waits = new Map<number, number>();
  readonly #streams = new Map<string, Stream>();
  readonly #tiers = new Tally();
  readonly #problems = new Tally();
  readonly #lost = new Tally();
  #events = 0;
  #pages = 0;
  #firstAt = Number.POSITIVE_INFINITY;
  #newestReceipt = Number.NEGATIVE_INFINITY;

  add(row: LogRow): void {
    const { receivedAt, clientId, event } = row;
    const at = timeOf(row);
    this.#events++;
    this.#firstAt = Math.min(this.#firstAt, at);
    this.#newestReceipt = Math.max(this.#newestReceipt, receivedAt);
    const wait = waitClass(Math.max(0, receivedAt - at));
    this.#waits.set(wait, (this.#waits.get(wait) ?? 0) + 1);
    this.#addHealth(event.health);
    for (const [reason, count] of Object.entries(event.lost ?? {})) this.#lost.add(reason, count);
    const stream = this.#streams.get(clientId) ?? { first: event.clientSeq, last: event.clientSeq, count: 0 };
    this.#streams.set(clientId, stream);
    stream.first = Math.min(stream.first, event.clientSeq);
    stream.last = Math.max(stream.last, event.clientSeq);
    stream.count++;
  }

  result(input: ReadinessInput): Readiness {
    const questions = [
      this.#arrival(input),
      this.#quality(input),
      ownership(input),
      this.#sources(input),
      retraining(input),
    ];
    const verdict = worstOf(questions.map((one) => one.verdict));
    return { verdict, answered: questions.filter(({ answer }) => answer !== NOT_ANSWERED).length, questions };
  }

  /** The time within which such a share of the events came. */
  #waitMs(share: number): number {
    let left = share * this.#events;
    for (const [wait, count] of [...this.#waits].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return waitEnd(wait);
    }
    return 0;
  }

  #addHealth(health: PageHealth | undefined): void {
    if (health === undefined) return;
    this.#pages++;
    for (const [tier, count] of Object.entries(health.tiers ?? {})) this.#tiers.add(tier, count);
    for (const [code, count] of Object.entries(health.problems ?? {})) this.#problems.add(code, count);
  }

  #arrival({ manifests, now }: ReadinessInput): ReadinessAnswer {
    const base = { question: 'how does data arrive?', command: 'nearside events --db FILE' };
    if (this.#events === 0) return unanswered(base, [], 'run a collector, and let pages send to it');
    const silentMs = now - this.#newestReceipt;
    const [made, came] = [...this.#streams.values()].reduce(
      ([expected, count], { first, last, count: own }) => [expected + last - first + 1, count + own],
      [0, 0],
    );
    const wait = durationText(this.#waitMs(0.5));
    const slow = durationText(this.#waitMs(0.95));
    const window = newestOf(manifests)?.trainingWindow;
    const isSilent = silentMs > SILENT_MS;
    return {
      ...base,
      verdict: isSilent ? 'fail' : 'ok',
      answer: `from pages to the collector: ${String(this.#events)} events of ${String(this.#streams.size)} browsers, half of them within ${wait}, 95 % within ${slow}`,
      evidence: [
        `the newest event came ${durationText(Math.max(0, silentMs))} before ${new Date(now).toISOString()}`,
        `${percent(made === 0 ? 0 : Math.max(0, made - came) / made)} of events are missing in the browsers' own numbering`,
        ...(window ? [`the site's own log reached training from ${window.from} to ${window.to}`] : []),
      ],
      ...(isSilent && { advice: 'nothing comes any more: look at the collector (/healthz) and at what pages send' }),
    };
  }

  #quality({ manifests }: ReadinessInput): ReadinessAnswer {
    const base = { question: 'who notices bad quality?', command: 'nearside health --db FILE' };
    const manifest = newestOf(manifests);
    const hasProfile = isRecord(manifest?.dataProfile);
    const evidence = [
      ...(this.#pages > 0 ? [`${String(this.#pages)} page views told tiers, latency and problems`] : []),
      ...(hasProfile
        ? ['the manifest has a profile of the log: the next training refuses one that differs from it']
        : []),
      ...(manifest?.runbook === undefined ? [] : [`runbook: ${manifest.runbook}`]),
    ];
    if (manifest?.owner === undefined || (this.#pages === 0 && !hasProfile))
      return unanswered(
        base,
        evidence,
        'name who is told (bundle sign --owner --runbook), and let pages send health (level events)',
      );
    return { ...base, verdict: 'ok', answer: `${manifest.owner}, by page health and the checks of training`, evidence };
  }

  #sources({ manifests }: ReadinessInput): ReadinessAnswer {
    const base = { question: 'what happens when a source is down?', command: 'nearside health --db FILE' };
    const problems = this.#problems.toObject();
    const slates = [...this.#tiers.counts.values()].reduce((sum, count) => sum + count, 0);
    const fallback = FALLBACK_TIERS.reduce((sum, tier) => sum + this.#tiers.get(tier), 0);
    const expiresAt = newestOf(manifests)?.expiresAt;
    const evidence = [
      ...Object.entries(problems).map(([code, count]) => `${code}: ${String(count)} times`),
      ...Object.entries(this.#lost.toObject()).map(([reason, count]) => `${String(count)} events given up: ${reason}`),
      ...(expiresAt === undefined ? [] : [`devices keep the bundle until ${expiresAt}`]),
    ];
    if (slates === 0)
      return unanswered(
        base,
        evidence,
        'let pages send health: it says which engine answered, and which problem there was',
      );
    return {
      ...{ ...base, verdict: 'ok', evidence },
      answer: `devices go on: ${percent(fallback / slates)} of ${String(slates)} slates came from ${FALLBACK_TIERS.join(' or ')}`,
    };
  }
}

function ownership({ manifests, sets }: ReadinessInput): ReadinessAnswer {
  const base = { question: 'who owns it?', command: 'nearside bundle verify --bundle BUNDLE --public-key KEY' };
  const manifest = newestOf(manifests);
  const owners = [...new Set(sets.flatMap(({ body }) => ownersOf(body)))];
  const evidence = [
    ...(manifest?.runbook === undefined ? [] : [`runbook: ${manifest.runbook}`]),
    ...owners.map((owner) => `experiments: ${owner}`),
  ];
  if (manifest?.owner === undefined) return unanswered(base, evidence, 'sign the bundle with --owner and --runbook');
  return { ...base, verdict: 'ok', answer: `${manifest.owner} owns the model`, evidence };
}

/** `analysis.owner` of the experiments of a set as it was written. */
function ownersOf(body: unknown): string[] {
  const { experiments } = isRecord(body) ? body : {};
  return (Array.isArray(experiments) ? (experiments as readonly unknown[]) : []).flatMap((one) => {
    const { analysis } = isRecord(one) ? one : {};
    const { owner } = isRecord(analysis) ? analysis : {};
    return typeof owner === 'string' ? [owner] : [];
  });
}

function retraining({ manifests, releases, now }: ReadinessInput): ReadinessAnswer {
  const base = { question: 'when and how does it retrain?', command: 'nearside train --data DIR --out BUNDLE' };
  const manifest = newestOf(manifests);
  const gaps = releases
    .toSorted((a, b) => a - b)
    .map((at, i, all) => at - (all[i - 1] ?? Number.NaN))
    .slice(1);
  const cadence = quantileOf(gaps, 0.5);
  const evidence = [
    ...(manifest
      ? [
          `the newest bundle is of ${manifest.createdAt}, ${durationText(Math.max(0, now - Date.parse(manifest.createdAt)))} old`,
        ]
      : []),
    `${String(releases.length)} versions in the log${cadence === null ? '' : `, a new one every ${durationText(cadence)}`}`,
  ];
  if (manifest?.retrainBy === undefined) return unanswered(base, evidence, 'sign the bundle with --retrain-days');
  const isOverdue = Date.parse(manifest.retrainBy) < now;
  return {
    ...{ ...base, evidence, verdict: isOverdue ? 'fail' : 'ok' },
    answer: `by ${manifest.retrainBy}${isOverdue ? ', which is over' : ''}`,
    ...(isOverdue && { advice: 'train and publish, or say why the old model still holds' }),
  };
}

const unanswered = (
  base: Pick<ReadinessAnswer, 'question' | 'command'>,
  evidence: readonly string[],
  advice: string,
): ReadinessAnswer => ({ ...base, verdict: 'warn', answer: NOT_ANSWERED, evidence, advice });
