import { defineCommand } from './command.ts';
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
    const { parseArms } = await import('../src/core/arm-change.ts');
    const { set, problems } = parseArms(await readJson(file));
    const findings = problems.map(({ code, message }) => ({ code, message }));
    const holdout = set.holdout && { key: set.holdout.key, share: set.holdout.share };
    io.print({ version: set.version, holdout, experiments: set.experiments.length, problems: findings });
    return problems.length === 0 ? 0 : 1;
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
    const [{ parseArms }, { assignAll, isHeld }] = await Promise.all([
      import('../src/core/arm-change.ts'),
      import('../src/core/assignment.ts'),
    ]);
    const { set, problems } = parseArms(await readJson(file));
    for (const { message } of problems) io.warn(message);
    const subject = {
      attributes: { ...(attributes === undefined ? {} : await readRecord(attributes)), id },
      sticky: sticky === undefined ? {} : ((await readRecord(sticky)) as Record<string, string>),
    };
    io.print({ id, isHeld: isHeld(set.holdout, subject), assignments: assignAll(set, subject) });
    return problems.length === 0 ? 0 : 1;
  },
});

export const experimentsCommands = [check, assign];

async function readRecord(name: string): Promise<Record<string, unknown>> {
  const { isRecord } = await import('../src/core/guards.ts');
  const value = await readJson(name);
  if (!isRecord(value)) throw new UsageError(`${name} must hold one JSON object`);
  return value;
}
