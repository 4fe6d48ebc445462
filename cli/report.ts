import { statSync, writeFileSync } from 'node:fs';
import type { DeclaredSet, Report, StoredEvents } from '../collector/index.ts';
import { defineCommand } from './command.ts';
import { parseInteger } from './integer.ts';
import { DB, openEvents } from './open-database.ts';
import { readJson } from './read-json.ts';
import { parseTime } from './time.ts';
import { UsageError } from './usage-error.ts';

export const reportCommand = defineCommand({
  name: 'report',
  summary: 'Say whether an experiment is to be shipped, stopped or waited for, and why; the holdout has a report too',
  options: {
    db: DB,
    experiment: { type: 'string', value: 'KEY', required: true, help: 'of an experiment, or of the holdout' },
    phase: { type: 'string', value: 'N', help: 'default: the newest that is declared' },
    experiments: {
      type: 'string',
      value: 'FILE',
      help: 'JSON of the experiments, where the database holds no declaration (an archive never does)',
    },
    bundle: { type: 'string', value: 'DIR', help: 'a bundle, whose windows are compared with those of the analysis' },
    at: {
      type: 'string',
      value: 'TIME',
      help: 'in UTC, such as 2026-03-01T00:00:00Z: which windows are over by then; default now',
    },
    html: { type: 'string', value: 'FILE', help: 'write it as a page too, for a browser or for paper' },
  },
  run: async ({ db, experiment, phase, experiments, bundle, at, html }, io) => {
    const { createReport, renderReport, roundNumbers } = await import('../collector/index.ts');
    const now = parseTime(at, 'at') ?? Date.now();
    const log = await openEvents(db);
    try {
      const sets = await readSets({ db, file: experiments, experiment, warn: io.warn });
      const report = await createReport({
        ...{ log, experiment, now, sets },
        phase: phase === undefined ? undefined : parseInteger(phase, { flag: 'phase' }),
        trainingWindowDays: bundle === undefined ? undefined : await readWindow(bundle),
        onProgress: (events) => io.progress(`report: ${String(events)} events read`),
      });
      if (report.units.every(({ exposed }) => exposed === 0) && report.period === null && report.srm === null)
        throw new UsageError(`${db} has no exposure to "${experiment}", and nothing is declared of it`);
      const whole = { ...report, offPolicy: await foretell(report, { log, sets, progress: io.progress }) };
      if (html !== undefined) writePage(html, renderReport(whole));
      io.print(roundNumbers(whole));
    } finally {
      log.close();
    }
  },
});

function writePage(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new UsageError(`--html ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface ForetellInput {
  readonly log: Pick<StoredEvents, 'read'>;
  readonly sets: readonly DeclaredSet[];
  readonly progress: (text: string) => void;
}

/** What control's slates foretold of arms that change the policy; null where no slate is logged, or no arm does. */
async function foretell({ experiment, phase, loggedSlates }: Report, { log, sets, progress }: ForetellInput) {
  const [{ createDesign }, { parseArmChange }, { evaluateArmsOffPolicy }] = await Promise.all([
    import('../collector/index.ts'),
    import('../src/core/arm-change.ts'),
    import('../training/experiment-off-policy.ts'),
  ]);
  const { arms: keys, variations, placements } = createDesign(sets, experiment, phase);
  const arms = keys.flatMap((arm, i) => {
    const change = parseArmChange(variations[i]);
    return typeof change === 'string' ? [] : [{ arm, change }];
  });
  if (loggedSlates === 0 || arms.every(({ change }) => change.policy === undefined)) return null;
  const read = async function* () {
    for await (const { event } of log.read()) yield event;
  };
  return evaluateArmsOffPolicy({ read, experiment, phase, placements, arms, seed: 1, progress });
}

interface SetsInput {
  readonly db: string;
  readonly file: string | undefined;
  readonly experiment: string;
  readonly warn: (text: string) => void;
}

/** What the database has declared goes before a file, which may have been written after the fact. */
async function readSets({ db, file, experiment, warn }: SetsInput): Promise<readonly DeclaredSet[]> {
  const { createDesign, readDeclaredSets } = await import('../collector/index.ts');
  const declared = statSync(db).isDirectory() ? [] : readDeclaredSets(db);
  if (file === undefined) return declared;
  if (createDesign(declared, experiment).arms.length === 0) return [{ declaredAt: null, body: await readJson(file) }];
  warn(`--experiments ${file} is not read: the database has what was declared of "${experiment}"`);
  return declared;
}

/** The longest window of the manifest's heads, in days. */
async function readWindow(bundle: string): Promise<number | undefined> {
  const manifest = await readJson(`${bundle}/manifest.json`);
  const { heads } = manifest as { readonly heads?: readonly { readonly windowDays?: unknown }[] };
  const days = (heads ?? []).flatMap(({ windowDays }) => (typeof windowDays === 'number' ? [windowDays] : []));
  return days.length === 0 ? undefined : Math.max(...days);
}
