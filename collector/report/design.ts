import { isDeepStrictEqual } from 'node:util';
import { type Assignment, assign, isHeld } from '../../src/core/assignment.ts';
import { type Experiment, type ExperimentSet, type Holdout, parseExperiments } from '../../src/core/experiment.ts';
import { isRecord } from '../../src/core/guards.ts';
import { type Analysis, DEFAULT_ANALYSIS, parseAnalysis } from './analysis.ts';
import {
  type Remark,
  findChanges,
  findHoldoutChanges,
  findOtherUnits,
  holdoutShares,
  sharesOf,
} from './declared-change.ts';

/** A set of experiments as it was declared. */
export interface DeclaredSet {
  /** Epoch ms; null where it was handed in for this report alone. */
  readonly declaredAt: number | null;
  /** As the site wrote it. */
  readonly body: unknown;
}

/** What a report knows of an experiment before it looks at any event. */
export interface Design {
  readonly key: string;
  readonly phase: number;
  /** Keys; the first is control. Empty where nothing is declared: arms are then what events say. */
  readonly arms: readonly string[];
  /** What each arm changes, as the site wrote it. */
  readonly variations: readonly unknown[];
  /** Share of the exposed units that each arm is to have; null where it is not known. */
  readonly shares: readonly number[] | null;
  readonly analysis: Analysis;
  /** Whether the analysis is one that somebody wrote. */
  readonly isDeclared: boolean;
  /** Epoch ms of when it was first declared; null where that is not known. */
  readonly declaredAt: number | null;
  /** A holdout is looked at by the month. */
  readonly isHoldout: boolean;
  /** The arm that a unit must be in by the declared buckets: -1 for none; undefined where it cannot be told. */
  readonly expectedArms: (unit: string) => ReadonlySet<number> | undefined;
  /** Arms that show what control shows, by experiment: what else a slate is of must not be taken for a leak. */
  readonly controls: ReadonlyMap<string, readonly string[]>;
  /** Placements that it is about; absent: all. */
  readonly placements?: readonly string[];
  /** What is odd about the declarations. */
  readonly remarks: readonly Remark[];
}

interface Declared {
  readonly set: ExperimentSet;
  readonly experiment?: Experiment;
  /** The field `analysis` as it was written. */
  readonly analysis: unknown;
  readonly declaredAt: number | null;
}

/**
 * Finds what was declared about an experiment or a holdout. The newest phase counts unless one is given, and within it
 * the analysis that was declared first: what is changed later is a remark and does not count.
 */
export function createDesign(sets: readonly DeclaredSet[], key: string, phase?: number): Design {
  const all = sets.flatMap((set): Declared[] => readDeclared(set, key));
  const newest = phase ?? Math.max(0, ...all.map(({ experiment }) => experiment?.phase ?? 0));
  const declared = all.filter(({ experiment }) => experiment === undefined || experiment.phase === newest);
  const last = declared.at(-1);
  const base = { key, phase: newest, isHoldout: false, controls: controlsOf(sets) };
  if (last === undefined) return { ...base, ...UNDECLARED };
  const { remarks, ...analysis } = findAnalysis(declared);
  const common = { ...base, ...analysis };
  const { experiment } = last;
  if (experiment === undefined) return { ...common, ...holdoutDesign(declared, remarks), isHoldout: true };
  const experiments = declared.flatMap((one) => one.experiment ?? []);
  const { variations, meta, placements } = experiment;
  return {
    ...{ ...common, arms: meta.map((arm) => arm.key), variations, shares: sharesOf(experiment) },
    ...(placements && { placements }),
    expectedArms: (unit) => expectedOf(declared, unit),
    remarks: [...remarks, ...findChanges(experiments), ...findOtherUnits(experiments)],
  };
}

const UNDECLARED: Omit<Design, 'key' | 'phase' | 'controls'> = {
  ...{
    arms: [],
    variations: [],
    shares: null,
    analysis: DEFAULT_ANALYSIS,
    isDeclared: false,
    declaredAt: null,
    remarks: [],
    isHoldout: false,
  },
  expectedArms: () => undefined,
};

function controlsOf(sets: readonly DeclaredSet[]): ReadonlyMap<string, readonly string[]> {
  const parsed = sets.map(({ body }) => parseExperiments(body).set);
  return new Map(
    parsed.flatMap(({ experiments, holdout }): (readonly [string, readonly string[]])[] => [
      ...experiments.map(({ key, meta }) => [key, meta.slice(0, 1).map((arm) => arm.key)] as const),
      ...(holdout ? [[holdout.key, ['held', 'open']] as const] : []),
    ]),
  );
}

function readDeclared({ body, declaredAt }: DeclaredSet, key: string): Declared[] {
  const { set } = parseExperiments(body);
  const raw = isRecord(body) ? body : {};
  if (set.holdout?.key === key) {
    const { analysis } = isRecord(raw['holdout']) ? raw['holdout'] : {};
    return [{ set, analysis, declaredAt }];
  }
  const experiment = set.experiments.find((one) => one.key === key);
  if (experiment === undefined) return [];
  const written = (raw['experiments'] as readonly unknown[]).find((one) => isRecord(one) && one['key'] === key);
  return [{ set, experiment, analysis: isRecord(written) ? written['analysis'] : undefined, declaredAt }];
}

function findAnalysis(
  declared: readonly Declared[],
): Pick<Design, 'analysis' | 'isDeclared' | 'declaredAt' | 'remarks'> {
  const given = declared.filter(({ analysis }) => analysis !== undefined);
  const read = given.map(({ analysis, declaredAt }) => ({ analysis: parseAnalysis(analysis), declaredAt }));
  const odd = (message: string): Remark => ({ kind: 'odd', message });
  const first = read.find(({ analysis }) => typeof analysis !== 'string');
  const wrong = read.flatMap(({ analysis }) => (typeof analysis === 'string' ? [odd(analysis)] : []));
  if (first === undefined || typeof first.analysis === 'string')
    return { analysis: DEFAULT_ANALYSIS, isDeclared: false, declaredAt: null, remarks: wrong };
  const isChanged = read.some(({ analysis }) => !isDeepStrictEqual(analysis, first.analysis));
  const remarks = isChanged ? [odd('the analysis was changed within the phase; the one declared first counts')] : [];
  if (first.declaredAt === null)
    remarks.push(odd('the analysis was handed in for this report: when it was written cannot be known'));
  return { analysis: first.analysis, isDeclared: true, declaredAt: first.declaredAt, remarks };
}

function holdoutDesign(
  declared: readonly Declared[],
  remarks: readonly Remark[],
): Pick<Design, 'arms' | 'variations' | 'shares' | 'expectedArms' | 'remarks'> {
  const holdouts = declared.map(({ set }) => set.holdout).filter((holdout): holdout is Holdout => holdout !== null);
  const last = holdouts.at(-1);
  return {
    ...{ arms: ['held', 'open'], variations: [], shares: last === undefined ? null : holdoutShares(last) },
    expectedArms: (unit) =>
      holdouts.every(({ hashAttribute }) => hashAttribute === 'id')
        ? new Set(holdouts.map((holdout) => (isHeld(holdout, { attributes: { id: unit } }) ? 0 : 1)))
        : undefined,
    remarks: [...remarks, ...findHoldoutChanges(holdouts), ...findOtherUnits(holdouts)],
  };
}

/**
 * The arms of a unit by every declaration of the phase: one that was given an arm keeps it when weights change. What only
 * the device knows (attributes, kept arms) is taken to hold.
 */
function expectedOf(declared: readonly Declared[], unit: string): ReadonlySet<number> | undefined {
  const arms = new Set<number>();
  for (const { experiment, set } of declared) {
    if (experiment === undefined || experiment.hashAttribute !== 'id') return undefined;
    const isOut = set.holdout?.hashAttribute === 'id' && isHeld(set.holdout, { attributes: { id: unit } });
    const { isIn, index }: Assignment = assign(withoutDevice(experiment), { attributes: { id: unit } });
    arms.add(isIn && !isOut ? index : -1);
  }
  return arms;
}

/** The experiment as far as the unit's id alone decides. */
function withoutDevice(experiment: Experiment): Experiment {
  const known: { -readonly [Field in keyof Experiment]: Experiment[Field] } = { ...experiment, status: 'running' };
  known.disableStickyBucketing = true;
  delete known.condition;
  delete known.force;
  if (known.filters) known.filters = known.filters.filter(({ attribute = 'id' }) => attribute === 'id');
  return known;
}
