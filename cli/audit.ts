import { statSync } from 'node:fs';
import type { Act, Audit, AuditOptions, DeclaredSet, StoredEvents } from '../collector/index.ts';
import { defineCommand } from './command.ts';
import { parseSeed } from './integer.ts';
import type { Io } from './io.ts';
import { DB, openEvents } from './open-database.ts';
import { readJson } from './read-json.ts';
import { parseTime } from './time.ts';

export const auditCommand = defineCommand({
  name: 'audit',
  summary:
    'Ask of a log whether signals are fresh, visitors known, offline wins real and windows aligned; and who runs it',
  options: {
    db: DB,
    bundle: {
      type: 'string',
      value: 'DIR',
      multiple: true,
      help: 'a bundle that serves or served; the newest one is asked who owns it',
    },
    data: { type: 'string', value: 'DIR', help: "the site's own log: from it, how long behaviour holds" },
    experiments: { type: 'string', value: 'FILE', help: 'JSON of the experiments, where the database declares none' },
    at: { type: 'string', value: 'TIME', help: 'in UTC, such as 2026-03-01T00:00:00Z: when it is asked; default now' },
    seed: { type: 'string', value: 'S', default: '1', help: 'for the interval of the rank correlation' },
  },
  run: async ({ db, bundle, data, experiments, at, seed }, io) => {
    const { createAudit, roundNumbers } = await import('../collector/index.ts');
    const [{ createRandom }, { readBundleManifest }] = await Promise.all([
      import('../src/core/random.ts'),
      import('../training/bundle-manifest.ts'),
    ]);
    const [now, random] = [parseTime(at, 'at') ?? Date.now(), createRandom(parseSeed(seed))];
    const manifests = bundle.map((dir) => readBundleManifest(dir));
    const bundles = new Map(bundle.map((dir, i) => [manifests[i]?.modelId ?? '', dir]));
    const log = await openEvents(db);
    try {
      const audit = await createAudit({
        ...{ log, manifests, now, random },
        sets: await readSets(db, experiments),
        acts: data === undefined ? null : await readActs(data, io.warn),
        foretell: createForetell({ log, bundles, progress: io.progress }),
        onProgress: (events) => io.progress(`audit: ${String(events)} events read`),
      });
      describe(audit, io);
      io.print(roundNumbers(audit));
      return audit.verdict === 'fail' ? 1 : 0;
    } finally {
      log.close();
    }
  },
});

/** What the database has declared goes before a file. */
async function readSets(db: string, file: string | undefined): Promise<readonly DeclaredSet[]> {
  const { readDeclaredSets } = await import('../collector/index.ts');
  const declared = statSync(db).isDirectory() ? [] : readDeclaredSets(db);
  return declared.length > 0 || file === undefined ? declared : [{ declaredAt: null, body: await readJson(file) }];
}

/** Acts on items with a category; a session of an unknown visitor is a visitor of its own. */
async function readActs(dataDir: string, warn: Io['warn']): Promise<readonly Act[]> {
  const { readSiteLog } = await import('../training/site-log.ts');
  const { sessions, items } = await readSiteLog(dataDir, warn);
  return sessions.flatMap(({ sessionId, userId, events }) => {
    const visitor = userId === '' ? `session ${sessionId}` : userId;
    return events.flatMap(({ itemId, at }) => {
      const topic = items.get(itemId)?.category;
      return topic === undefined ? [] : [{ visitor, at, itemId, topic }];
    });
  });
}

interface ForetellInput {
  readonly log: StoredEvents;
  /** By model id. */
  readonly bundles: ReadonlyMap<string, string>;
  readonly progress: (text: string) => void;
}

/** Clicked items a slate as other versions' slates foretell them of a bundle, and as its own brought them. */
const createForetell =
  ({ log, bundles, progress }: ForetellInput): AuditOptions['foretell'] =>
  async (own) => {
    const dir = bundles.get(own);
    if (dir === undefined) return null;
    const [{ evaluateLoggedSlates }, { createChangedPolicy, readTargetPolicy }] = await Promise.all([
      import('../training/off-policy-log.ts'),
      import('../training/target-policy.ts'),
    ]);
    const read = (isOwn: boolean) =>
      async function* () {
        for await (const { event } of log.read()) if ((event.modelId === own) === isOwn) yield event;
      };
    const common = { reward: 'click', slots: 10, seed: 1, progress } as const;
    const asLogged = createChangedPolicy((logged) => logged);
    const { naive = null } = await evaluateLoggedSlates({ ...common, policy: asLogged, read: read(true) });
    try {
      const foretold = await evaluateLoggedSlates({ ...common, policy: readTargetPolicy(dir), read: read(false) });
      const { verdict, reason, snips, dr, ess } = foretold;
      return { predicted: { verdict, ...(reason !== undefined && { reason }), snips, dr, ess }, measured: naive };
    } catch (error) {
      // such as a team's own model, which has no file that logged inputs can be run on
      const reason = error instanceof Error ? error.message : String(error);
      return { predicted: { verdict: 'not observable', reason, snips: null, dr: null, ess: 0 }, measured: naive };
    }
  };

/** The same for people, on stderr. */
function describe({ verdict, findings, readiness }: Audit, io: Io): void {
  for (const finding of findings) {
    io.warn(`${finding.check} ${finding.name}: ${finding.verdict}`);
    for (const message of finding.messages) io.warn(`   ${message}`);
    for (const advice of new Set(finding.advice)) io.warn(`   do: ${advice}`);
    io.warn(`   more: ${finding.command}`);
  }
  io.warn(
    `readiness: ${readiness.verdict}, ${String(readiness.answered)} of ${String(readiness.questions.length)} answered`,
  );
  for (const { question, answer, evidence, advice } of readiness.questions) {
    io.warn(`   ${question} ${answer}`);
    for (const fact of evidence) io.warn(`      ${fact}`);
    if (advice !== undefined) io.warn(`      do: ${advice}`);
  }
  io.warn(`audit: ${verdict}`);
}
