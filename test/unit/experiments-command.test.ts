import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMANDS } from '../../cli/commands.ts';
import { runCommand } from '../../cli/command.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-experiments-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: object): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

async function run(name: string, ...args: string[]) {
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const [printed, warned]: [object[], string[]] = [[], []];
  const exit = await runCommand(command, args, {
    print: (object: object) => printed.push(object),
    warn: (text: string) => warned.push(text),
  } as never);
  return { exit, out: printed[0], warned };
}

const ORDER = { key: 'order', variations: [{}, {}], meta: [{ key: 'control' }, { key: 'fresh' }] };

test('check counts what runs and names what does not', async () => {
  const file = write('set.json', {
    version: '7',
    holdout: { key: 'all', share: 0.05 },
    experiments: [ORDER, ORDER, { ...ORDER, key: 'b', coverge: 0.1 }],
  });
  expect(await run('experiments check', file)).toMatchObject({
    exit: 1,
    out: {
      ...{ version: '7', holdout: { key: 'all', share: 0.05 }, experiments: 1 },
      problems: [
        { code: 'experiment_invalid', message: 'experiment "order" does not run: its key is taken' },
        { code: 'experiment_invalid', message: 'experiment "b" does not run: it has no field "coverge"' },
      ],
    },
  });
});

test('assign says the arm of a unit and why; kept arms and attributes count', async () => {
  const file = write('set.json', { experiments: [ORDER, { ...ORDER, key: 'late', condition: { country: 'NO' } }] });
  const first = await run('experiments assign', file, '--id', 'unit-1');
  expect(first).toMatchObject({
    exit: 0,
    out: {
      ...{ id: 'unit-1', isHeld: false },
      assignments: [
        { experiment: 'order', isIn: true, reason: 'assigned' },
        { experiment: 'late', arm: 'control', isIn: false, reason: 'condition' },
      ],
    },
  });
  const attributes = write('attributes.json', { country: 'NO', id: 'not me' });
  for (const arm of ['control', 'fresh']) {
    const sticky = write('sticky.json', { order__0: arm });
    const { out } = await run(
      'experiments assign',
      file,
      '--id',
      'unit-1',
      '--attributes',
      attributes,
      '--sticky',
      sticky,
    );
    expect(out).toMatchObject({ id: 'unit-1', assignments: [{ arm, reason: 'sticky' }, { reason: 'assigned' }] });
  }
});

test('bad input is named', async () => {
  const file = write('set.json', { experiments: [{ key: 'x' }] });
  expect(await run('experiments assign', file, '--id', 'u')).toMatchObject({
    ...{ exit: 1, warned: ['experiment "x" does not run: it needs "key" and "variations"'] },
    out: { assignments: [] },
  });
  await expect(run('experiments assign', file, '--id', 'u', '--sticky', write('list.json', []))).rejects.toThrow(
    'must hold one JSON object',
  );
  await expect(run('experiments check', join(folder, 'none'))).rejects.toThrow('cannot be read: ENOENT');
});
