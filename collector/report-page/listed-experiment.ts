import { type ExperimentSet, parseExperiments } from '../../src/core/experiment.ts';
import { isRecord } from '../../src/core/guards.ts';
import { parseAnalysis } from '../report/analysis.ts';
import type { DeclaredSet } from '../report/design.ts';

/** What a list of reports says of one before anything is read of the log. */
export interface ListedExperiment {
  readonly key: string;
  readonly kind: 'experiment' | 'holdout';
  /** As the site wrote it; empty where it did not. */
  readonly name: string;
  /** Of the newest declaration; `left_out` where that no longer names it. */
  readonly status: ExperimentSet['experiments'][number]['status'] | 'left_out';
  readonly arms: readonly string[];
  /** Newest first. */
  readonly phases: readonly number[];
  /** Name of the primary metric; null where no analysis can be read. */
  readonly primary: string | null;
  /** Epoch ms of the first declaration. */
  readonly declaredAt: number | null;
}

/** All that was ever declared: what runs first, then by name. */
export function listExperiments(sets: readonly DeclaredSet[]): readonly ListedExperiment[] {
  const found = new Map<string, ListedExperiment>();
  for (const { body, declaredAt } of sets) {
    for (const [key, one] of found) found.set(key, { ...one, status: 'left_out' });
    for (const one of listSet(body, declaredAt)) {
      const known = found.get(one.key);
      const phases = [...new Set([...one.phases, ...(known?.phases ?? [])])].sort((a, b) => b - a);
      found.set(one.key, { ...one, phases, declaredAt: known?.declaredAt ?? one.declaredAt });
    }
  }
  const rank = ({ status }: ListedExperiment): number => Number(status !== 'running');
  return [...found.values()].sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
}

function listSet(body: unknown, declaredAt: number | null): readonly ListedExperiment[] {
  const { set } = parseExperiments(body);
  const raw = isRecord(body) ? body : {};
  const written = Array.isArray(raw['experiments']) ? (raw['experiments'] as readonly unknown[]) : [];
  const experiments = set.experiments.map((experiment): ListedExperiment => {
    const { key, status, meta, phase } = experiment;
    const own = written.find((one) => isRecord(one) && one['key'] === key);
    return {
      ...{ key, status, declaredAt, kind: 'experiment' },
      arms: meta.map((arm) => arm.key),
      phases: [phase],
      ...describe(own),
    };
  });
  const { holdout } = set;
  if (holdout === null) return experiments;
  const told = { ...describe(raw['holdout']), arms: ['held', 'open'], phases: [0] };
  return [...experiments, { ...told, key: holdout.key, kind: 'holdout', status: 'running', declaredAt }];
}

function describe(own: unknown): Pick<ListedExperiment, 'name' | 'primary'> {
  const { name, analysis } = isRecord(own) ? own : {};
  const read = analysis === undefined ? '' : parseAnalysis(analysis);
  return { name: typeof name === 'string' ? name : '', primary: typeof read === 'string' ? null : read.primary };
}
