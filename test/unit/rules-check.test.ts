import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMANDS } from '../../cli/commands.ts';
import { runCommand } from '../../cli/command.ts';
import { rulesCheckCommand } from '../../cli/rules.ts';

let file: string;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearside-rules-'));
  file = join(folder, 'rules.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

async function check(...args: string[]) {
  const printed: object[] = [];
  const io = { print: (object: object) => printed.push(object), write: (text: string) => printed.push({ text }) };
  const exit = await runCommand(rulesCheckCommand, args, io as never);
  expect(printed).toHaveLength(1);
  return { exit, out: printed[0] };
}

const writeSet = (rules: readonly object[]): void =>
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, version: '2026-11-21.1', rules }));

test('counts the rules that apply, the built-in ones included', async () => {
  expect(COMMANDS).toContain(rulesCheckCommand);
  writeSet([{ id: 'brands', kind: 'spacing', by: 'brand', gap: 1 }]);
  expect(await check(file)).toEqual({ exit: 0, out: { version: '2026-11-21.1', rules: 6, problems: [] } });
});

test('exits with 1 and names each rule that is left out', async () => {
  writeSet([
    { id: 'brands', kind: 'spaced', by: 'brand', gap: 1 },
    { id: 'stock', kind: 'stock' },
  ]);
  const message = expect.stringMatching(/^rule "brands" is left out: kind must be one of/) as string;
  const problems = [{ code: 'rule_invalid', message }];
  expect(await check(file)).toEqual({ exit: 1, out: { version: '2026-11-21.1', rules: 5, problems } });
});

test('exits with 1 where it is JSON and no rule set', async () => {
  writeFileSync(file, '[]');
  const { exit, out } = await check(file);
  expect([exit, out]).toEqual([1, expect.objectContaining({ version: 'built-in', problems: [expect.objectContaining({ code: 'rules_invalid' })] })]); // prettier-ignore
});

test('what cannot be read is bad input', async () => {
  await expect(check(file)).rejects.toThrow(`${file} cannot be read: ENOENT`);
  writeFileSync(file, '{"rules": [');
  await expect(check(file)).rejects.toThrow(`${file} is not JSON: `);
});

test('takes one file and says so', async () => {
  await expect(check()).rejects.toThrow('rules check needs FILE (JSON of the rule set)');
  await expect(check(file, 'a. b')).rejects.toThrow("Unexpected argument 'a. b'");
  await expect(check('--file', file)).rejects.toThrow("Unknown option '--file'");
  const { out } = await check('--help');
  expect((out as { text: string }).text).toMatch(/^nearside rules check FILE \[OPTIONS\]\n[^]*\n {2}FILE {2}JSON of/);
});
