import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { auditCommand } from '../../cli/audit.ts';
import { runCommand } from '../../cli/command.ts';
import { type Audit, type AuditFinding, type LogRow, createLog, declareExperiments } from '../../collector/index.ts';
import { DAY_MS } from '../../collector/day.ts';
import { parseEvent } from '../../collector/wire-event.ts';
import type { FeedbackEvent } from '../../src/core/event.ts';
import { hashText } from '../../src/core/hash.ts';
import { createRandom } from '../../src/core/random.ts';
import { createUuid } from '../../src/core/uuid.ts';
import { createNeutralCatalogue } from '../../training/simulate-catalogue.ts';
import { encodeSimulation, writeSimulation } from '../../training/simulate-files.ts';
import { SIMULATION_END_MS, SIMULATION_START_MS, type SimulatedSlate } from '../../training/simulate-model.ts';
import { simulate } from '../../training/simulate.ts';

/** Orders that model versions bring: places in the candidates of a slate. */
export const ORDERS = {
  backwards: ({ clickChances }: SimulatedSlate) =>
    clickChances
      .map((chance, i) => [chance, i] as const)
      .sort(([a], [b]) => a - b)
      .map(([, i]) => i),
  generator: ({ clickChances }: SimulatedSlate) => clickChances.map((_, i) => i),
  oracle: ({ clickChances }: SimulatedSlate) =>
    clickChances
      .map((chance, i) => [chance, i] as const)
      .sort(([a], [b]) => b - a)
      .map(([, i]) => i),
} as const;
export type Order = keyof typeof ORDERS;

/** A version that serves a share of visitors from a day of the log on; the first one serves all others. */
export interface ServedVersion {
  readonly modelId: string;
  readonly order: Order;
  readonly fromDay: number;
  readonly untilDay?: number;
  readonly share: number;
}

export interface AuditWorld {
  readonly visits?: number;
  readonly versions?: readonly ServedVersion[];
  /** Mean days from a click to a purchase. */
  readonly delayDays?: number;
  /** From this day on nothing of a visit reaches the candidate server. */
  readonly feedStopsOn?: number;
  /** From this day on pages record no view, so that only what lay a day back is left. */
  readonly recordingStopsOn?: number;
  /** From this day on pages give no unit id of the site. */
  readonly loginStopsOn?: number;
  /** Each visit has a new unit id on the same browser. */
  readonly restless?: boolean;
}

export const VERSION_ID = (name: string): string => name.padEnd(64, '0');
export const CATALOGUE = createNeutralCatalogue(120, 1);
const VISITS = 3000;
const simulated = new Map<number, ReturnType<typeof simulate>>();
export function simulation(visits = VISITS) {
  const known = simulated.get(visits) ?? simulate({ visits, seed: 7, catalogue: CATALOGUE });
  simulated.set(visits, known);
  return known;
}

export const LOG_END = SIMULATION_END_MS;
const ONE: readonly ServedVersion[] = [{ modelId: VERSION_ID('one'), order: 'generator', fromDay: 0, share: 1 }];
const HOLDOUT = { experiment: 'nobody', arm: 'open', phase: 0 };
const dayOf = (at: number): number => (at - SIMULATION_START_MS) / DAY_MS;

/** What collectors would have stored of the simulated visits, had these versions ranked the lists. */
export function auditRows(world: AuditWorld = {}): LogRow[] {
  const { versions = ONE, delayDays = 1 } = world;
  const { slates, events, truth } = simulation(world.visits);
  const random = createRandom(3);
  const seqs = new Map<string, number>();
  const lastEvents = new Map<string, number[]>();
  for (const { sessionId, at } of events) lastEvents.set(sessionId, [...(lastEvents.get(sessionId) ?? []), at]);
  const rows: LogRow[] = [];
  const add = (who: Who, at: number, event: Partial<FeedbackEvent> & Pick<FeedbackEvent, 'kind'>): void => {
    const clientSeq = (seqs.get(who.clientId) ?? 0) + 1;
    seqs.set(who.clientId, clientSeq);
    const id = createUuid({ clock: () => at, random });
    rows.push({
      ...{ clientId: who.clientId, receivedAt: at + 900, sentAt: at + 800 },
      event: { id, clientSeq, unitId: who.unitId, at, consent: 'events', ...event },
    });
  };
  for (const slate of slates) {
    const { at, sessionId } = slate;
    const who = whoOf(slate, world);
    const { modelId, order } = versionOf(slate, versions);
    const seen = (lastEvents.get(sessionId) ?? []).filter((time) => time <= at).at(-1) ?? at;
    const isStale = dayOf(at) >= (world.feedStopsOn ?? Infinity);
    const isDeaf = dayOf(at) >= (world.recordingStopsOn ?? Infinity);
    const about = {
      ...{ slateId: createUuid({ clock: () => at, random }), placement: 'home', tier: 'micro' as const, modelId },
      signalAgeMs: isDeaf ? DAY_MS * (1 + 20 * random()) : at - seen,
      serverLag: isStale ? slate.events + 4 : slate.events - slate.knownEvents,
    };
    add(who, at, { kind: 'exposure', ...about, arms: [HOLDOUT], unitSource: who.source });
    ORDERS[order](slate)
      .slice(0, truth.examination.length)
      .forEach((place, position) => {
        const item = { ...about, itemId: CATALOGUE[slate.candidates[place]].id, position, propensity: 1 };
        add(who, at + 1000, { kind: 'impression', ...item });
        if (random() >= truth.examination[position] * slate.clickChances[place]) return;
        add(who, at + 2000, { kind: 'click', ...item });
        if (random() < 0.25)
          add(who, Math.round(at + 3000 - Math.log(1 - random()) * delayDays * DAY_MS), {
            kind: 'conversion',
            value: { amount: 20, currency: 'EUR' },
          });
      });
    if (random() < 0.2)
      add(who, at + 5000, { kind: 'health', health: { tiers: { micro: 1 }, slateMs: { n: 1, p50: 2, max: 4 } } });
  }
  return rows.filter(({ event }) => event.at < LOG_END);
}

interface Who {
  readonly unitId: string;
  readonly clientId: string;
  readonly source: 'site' | 'device';
}

function whoOf(
  { userId, sessionId, at }: SimulatedSlate,
  { loginStopsOn = Infinity, restless = false }: AuditWorld,
): Who {
  const browser = userId === '' ? sessionId : `${userId} ${String(hashText(sessionId) % 2)}`;
  const isKnown = userId !== '' && dayOf(at) < loginStopsOn && !restless;
  return {
    clientId: `client of ${browser}`,
    unitId: isKnown ? `account ${userId}` : `browser ${restless ? sessionId : browser}`,
    source: isKnown ? 'site' : 'device',
  };
}

function versionOf({ userId, sessionId, at }: SimulatedSlate, versions: readonly ServedVersion[]): ServedVersion {
  const bucket = (hashText(userId || sessionId) % 1000) / 1000;
  const day = dayOf(at);
  const serves = ({ fromDay, untilDay = Infinity, share }: ServedVersion): boolean =>
    day >= fromDay && day < untilDay && bucket < share;
  return versions.toReversed().find(serves) ?? versions[0];
}

/** A real log on disk, every event as the wire has it. */
export function writeAuditLog(file: string, rows: readonly LogRow[]): string {
  const log = createLog(file);
  log.append(
    rows.map((row) => {
      const parsed = parseEvent(JSON.parse(JSON.stringify(row.event)));
      if (parsed.kind !== 'event') throw new Error(JSON.stringify(parsed));
      return { ...row, event: parsed.event };
    }),
  );
  log.close();
  return file;
}

/** The declared holdout whose window is so long. */
export const declareHoldout = (db: string, windowDays: number): unknown =>
  declareExperiments(
    db,
    {
      holdout: {
        key: HOLDOUT.experiment,
        share: 0.001,
        analysis: { primary: 'conversion', smallestEffect: 0.02, windowDays, owner: 'measurement team' },
      },
      experiments: [],
    },
    SIMULATION_START_MS - DAY_MS,
  );

const demoManifest = fileURLToPath(new URL('../../demo/bundle/manifest.json', import.meta.url));

/** A bundle's folder with the demo's manifest, some fields of it changed. */
export function writeManifest(dir: string, fields: object): string {
  mkdirSync(dir, { recursive: true });
  const manifest = JSON.parse(readFileSync(demoManifest, 'utf8')) as object;
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ ...manifest, ...fields }));
  return dir;
}

export const offlineOf = (ndcg: number): object => ({ quality: { gate: { model: { 'NDCG@10': ndcg } } } });
export const headsOf = (windowDays: number): object => ({
  heads: [
    { name: 'next_item', windowDays: 1 },
    { name: 'add_to_cart', windowDays: 1 },
    { name: 'purchase', windowDays },
  ],
});
export const RUN = {
  owner: 'Ranking team',
  runbook: 'https://shop.example/runbook',
  retrainBy: '2027-01-01T00:00:00Z',
  expiresAt: '2027-02-01T00:00:00Z',
};

/** The simulated site's own files. */
export function writeSiteLog(dir: string, visits?: number): string {
  writeSimulation(encodeSimulation(simulation(visits), CATALOGUE), dir);
  return dir;
}

export interface Audited extends Audit {
  readonly exit: number;
  readonly text: string;
  readonly of: (name: AuditFinding['name']) => AuditFinding & { readonly figures: Readonly<Record<string, never>> };
}

/** Runs the command. */
export async function audit(...args: string[]): Promise<Audited> {
  const printed: Audit[] = [];
  const lines: string[] = [];
  const io = {
    print: (one: Audit) => printed.push(one),
    progress: () => undefined,
    warn: (line: string) => lines.push(line),
  };
  const exit = await runCommand(auditCommand, args, io as never);
  const [result] = printed;
  const of = (name: string) => result.findings.find((finding) => finding.name === name) as never;
  return { ...result, exit, text: lines.join('\n'), of };
}
