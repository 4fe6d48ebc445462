import { defineCommand } from './command.ts';
import { existingFile } from './open-database.ts';
import { readJson } from './read-json.ts';
import { UsageError } from './usage-error.ts';

const file = {
  type: 'string',
  value: 'FILE',
  required: true,
  positional: true,
  help: 'JSON of the experiments',
} as const;

const check = defineCommand({
  name: 'experiments check',
  summary: 'Read experiments as a page does and name every one that would not run',
  options: { file },
  run: async ({ file }, io) => {
    const { set, findings } = await readExperiments(file);
    const holdout = set.holdout && { key: set.holdout.key, share: set.holdout.share };
    io.print({ version: set.version, holdout, experiments: set.experiments.length, problems: findings });
    return findings.length === 0 ? 0 : 1;
  },
});

const declare = defineCommand({
  name: 'experiments declare',
  summary:
    "Keep experiments in a collector's database, with the time: what a report goes by is declared before it starts",
  options: {
    file,
    db: { type: 'string', value: 'FILE', required: true, help: "the collector's database; it may be running" },
  },
  run: async ({ file, db }, io) => {
    const { body, findings } = await readExperiments(file);
    if (findings.length > 0) {
      io.print({ declared: false, problems: findings });
      return 1;
    }
    const { declareExperiments } = await import('../collector/index.ts');
    const now = Date.now();
    const { isNew } = declareExperiments(existingFile(db), body, now);
    io.print({ declared: true, isNew, ...(isNew && { declaredAt: new Date(now).toISOString() }), problems: [] });
    return 0;
  },
});

const assign = defineCommand({
  name: 'experiments assign',
  summary: 'Say which arm of each experiment a unit gets, and why',
  options: {
    file,
    id: { type: 'string', value: 'ID', required: true, help: 'The unit id' },
    attributes: { type: 'string', value: 'FILE', help: 'JSON of what conditions and other hash attributes read' },
    sticky: { type: 'string', value: 'FILE', help: 'JSON of arms kept from before, such as {"new-order__0": "b"}' },
  },
  run: async ({ file, id, attributes, sticky }, io) => {
    const [{ parseArmSet }, { assignAll, isHeld }] = await Promise.all([
      import('../src/core/arm-change.ts'),
      import('../src/core/assignment.ts'),
    ]);
    const { set, problems } = parseArmSet(await readJson(file));
    for (const { message } of problems) io.warn(message);
    const subject = {
      attributes: { ...(attributes === undefined ? {} : await readRecord(attributes)), id },
      sticky: sticky === undefined ? {} : ((await readRecord(sticky)) as Record<string, string>),
    };
    io.print({ id, isHeld: isHeld(set.holdout, subject), assignments: assignAll(set, subject) });
    return problems.length === 0 ? 0 : 1;
  },
});

export const experimentsCommands = [check, declare, assign];

/** Everything that is wrong with a set, for pages and for reports. */
export async function readExperiments(file: string) {
  const [{ parseArmSet }, { findAnalysisProblems }] = await Promise.all([
    import('../src/core/arm-change.ts'),
    import('../collector/index.ts'),
  ]);
  const body = await readJson(file);
  const { set, problems } = parseArmSet(body);
  const findings = [...problems, ...findAnalysisProblems(body)].map(({ code, message }) => ({ code, message }));
  return { body, set, findings };
}

async function readRecord(name: string): Promise<Record<string, unknown>> {
  const { isRecord } = await import('../src/core/guards.ts');
  const value = await readJson(name);
  if (!isRecord(value)) throw new UsageError(`${name} must hold one JSON object`);
  return value;
}
