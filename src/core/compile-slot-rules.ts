import type { Candidate } from './candidate.ts';
import { createPathReader } from './path-reader.ts';
import type { RuleInput } from './rule-input.ts';
import type { FieldValue, MarginRule, PinRule, QuotaRule, Rule } from './rule-set.ts';
import { IN_VIEW, type Pin, type Quota, type SlotRules } from './slot-rules.ts';

interface Compiled extends Pick<RuleInput, 'candidates' | 'kept'> {
  /** [M]: a dropped row is not pinned. */
  readonly dropped: readonly (string | null)[];
}

/** The part of rules in effect that slots decide, as rows and codes. */
export function compileSlotRules(rules: readonly Rule[], { candidates, dropped, kept = [] }: Compiled): SlotRules {
  const columns = createColumns(candidates);
  const pins = rules.filter(isPin);
  // what a rule pins there anyway stays for that reason
  const isFree = (kept: WantedPin): boolean =>
    !pins.some(({ item, position }) => item === kept.item && position === kept.position);
  const boosts = rules.filter((rule): rule is MarginRule => rule.kind === 'margin' && rule.boost !== undefined);
  const g = boosts.reduce((sum, { boost = 0 }) => sum + boost, 0);
  return {
    pins: choosePins([...kept.flatMap(keepInView).filter(isFree), ...pins], candidates, dropped),
    quotas: rules.flatMap((rule) => (rule.kind === 'quota' ? compileQuota(rule, columns) : [])),
    spacing: rules.flatMap((rule) =>
      rule.kind === 'spacing' ? [{ ruleId: rule.id, column: columns.of(rule.by).index, gap: rule.gap }] : [],
    ),
    columns: columns.codes,
    ...(boosts.length > 0 && { boost: candidates.map(({ margin }) => boostOf(margin, g)) }),
  };
}

type WantedPin = Pick<PinRule, 'id' | 'item' | 'position'>;

const isPin = (rule: Rule): rule is PinRule => rule.kind === 'pin';

const keepInView = (item: string | null, position: number): WantedPin[] =>
  item === null ? [] : [{ id: IN_VIEW, item, position }];

/** An item has one place and a place one item: the first rule has it. */
function choosePins(
  wanted: readonly WantedPin[],
  candidates: readonly Candidate[],
  dropped: readonly (string | null)[],
): Pin[] {
  const pins: Pin[] = [];
  for (const { id: ruleId, item, position } of wanted) {
    const row = candidates.findIndex(({ id }) => id === item);
    if (row < 0 || dropped[row] !== null) continue;
    if (!pins.some((pin) => pin.row === row || pin.position === position)) pins.push({ ruleId, row, position });
  }
  return pins;
}

/** margin^g; 1 where the margin is unknown, 0 below zero, and always a finite number. */
const boostOf = (margin: unknown, g: number): number =>
  typeof margin === 'number' && Number.isFinite(margin) ? Math.min(Math.max(margin, 0) ** g, Number.MAX_VALUE) : 1;

interface Column {
  readonly index: number;
  /** By value. */
  readonly codes: ReadonlyMap<unknown, number>;
}

interface Columns {
  readonly codes: readonly (readonly number[])[];
  readonly of: (field: string) => Column;
}

function createColumns(candidates: readonly Candidate[]): Columns {
  const rows: number[][] = [];
  const known = new Map<string, Column>();
  const add = (field: string): Column => {
    const codes = new Map<unknown, number>();
    const read = createPathReader(field);
    const column = { index: rows.length, codes };
    rows.push(
      candidates.map((candidate) => {
        const value = read(candidate);
        if (!isFieldValue(value)) return 0;
        const code = codes.get(value) ?? codes.size + 1;
        codes.set(value, code);
        return code;
      }),
    );
    known.set(field, column);
    return column;
  };
  return { codes: rows, of: (field) => known.get(field) ?? add(field) };
}

/** A list of values, such as tags, is none: it has no one code. */
const isFieldValue = (value: unknown): value is FieldValue =>
  (typeof value === 'string' && value !== '') ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value));

function compileQuota(rule: QuotaRule, columns: Columns): Quota[] {
  const { id: ruleId, by, max = null, min = null, within = null } = rule;
  const { index: column, codes } = columns.of(by);
  const value = rule.value === undefined ? null : codes.get(rule.value);
  return value === undefined ? [] : [{ ruleId, column, value, max, min, within }];
}
