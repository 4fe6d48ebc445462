import { defineCommand } from './command.ts';
import { readJson } from './read-json.ts';

export const rulesCheckCommand = defineCommand({
  name: 'rules check',
  summary: 'Read a rule set as a page does and name every rule that would be left out',
  options: {
    file: { type: 'string', value: 'FILE', required: true, positional: true, help: 'JSON of the rule set' },
  },
  run: async ({ file }, io) => {
    const { parseRules } = await import('../src/core/parse-rules.ts');
    const { rules, problems } = parseRules(await readJson(file));
    const findings = problems.map(({ code, message }) => ({ code, message }));
    io.print({ version: rules.version, rules: rules.rules.length, problems: findings });
    return problems.length === 0 ? 0 : 1;
  },
});
