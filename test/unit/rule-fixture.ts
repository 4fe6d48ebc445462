import { expect } from 'vitest';
import { applyRules } from '../../src/core/apply-rules.ts';
import type { Candidate } from '../../src/core/candidate.ts';
import { Conduct } from '../../src/core/conduct.ts';
import { itemHash } from '../../src/core/packed-items.ts';
import { parseRules } from '../../src/core/parse-rules.ts';
import type { RuleInput } from '../../src/core/rule-input.ts';
import type { RuleSet } from '../../src/core/rule-set.ts';
import { RULES_NOW, type RawRule } from './rule-set-maker.ts';

const NOW = RULES_NOW;
/** A merchandiser's. */
export const OVERRIDE = { author: 'Ann', expiresAt: '2026-12-01T00:00:00Z' };
const OFF = ['eligible', 'stock', 'region', 'age', 'dismissed'].map((id) => ({ id, kind: id, enabled: false }));

/** With the built-in rules off, unless one of these stands in for one. */
export function ruleSet(rules: readonly RawRule[]): RuleSet {
  const offs = OFF.filter(({ id }) => !rules.some((rule) => rule['id'] === id)).map((off) =>
    off.kind === 'eligible' ? { ...off, require: {} } : off,
  );
  const set = { schemaVersion: 1, version: 'v', customerFields: ['loyalty', 'age'], rules: [...offs, ...rules] };
  const parsed = parseRules(set);
  expect(parsed.problems).toEqual([]);
  return parsed.rules;
}

/** Candidates `a`, `b`, … with these fields. */
export const items = (...fields: readonly object[]): Candidate[] =>
  fields.map((field, row) => ({ id: String.fromCharCode(97 + row), ...field }));

/** Nothing has happened yet. */
export const noFacts = (candidates: readonly Candidate[], windowsMs: readonly number[] = []) =>
  new Conduct().facts(candidates.map(({ id }) => itemHash(id)), NOW, windowsMs); // prettier-ignore

/** At home, now, with nothing known of the visitor unless `input` says so. */
export function apply(
  rules: RuleSet | readonly RawRule[],
  candidates: readonly Candidate[],
  input: Partial<RuleInput> = {},
) {
  return applyRules({
    ...{ rules: 'version' in rules ? rules : ruleSet(rules), placement: 'home', candidates },
    ...{ issuedAt: NOW, now: NOW, context: {}, customer: {}, facts: noFacts(candidates), ...input },
  });
}

/** Ids of what a rule drops. */
export const droppedBy = (rule: RawRule, candidates: readonly Candidate[], input: Partial<RuleInput> = {}): string => {
  const { dropped } = apply([{ id: 'r', ...rule }], candidates, input);
  expect(new Set(dropped.filter((id) => id !== null)).size).toBeLessThan(2);
  return candidates.flatMap(({ id }, row) => (dropped[row] === 'r' ? [id] : [])).join('');
};
