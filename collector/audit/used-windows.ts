import { attributionWindows } from '../../src/core/attribution.ts';
import { parseExperiments } from '../../src/core/experiment.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import type { Head } from '../../src/core/utility.ts';
import { DAY_MS } from '../day.ts';
import { type DeclaredSet, createDesign } from '../report/design.ts';
import { exposureKey } from './conversion-delays.ts';

/** A window within which something counts as a conversion. */
export interface UsedWindow {
  /** `label`: of training; `attribution`: what devices ascribe; `report` and `business`: of an experiment. */
  readonly use: 'label' | 'attribution' | 'report' | 'business';
  /** The model and head, or the experiment and phase. */
  readonly of: string;
  readonly days: number;
  /** What it is counted from. */
  readonly from: 'click' | 'exposure';
}

/** The head whose outcome is a conversion (src/core/attribution.ts); what others stand for comes in the same session. */
const CONVERSION_HEAD = 'purchase';

/** Every window that is in use: of the newest manifest's conversion head, of devices under it, and of declared experiments. */
export function usedWindows(manifests: readonly Manifest[], sets: readonly DeclaredSet[]): readonly UsedWindow[] {
  const newest = newestOf(manifests);
  const heads = newest?.heads ?? [];
  const learnt = heads.find(({ name }) => name === CONVERSION_HEAD)?.windowDays;
  const label = `head ${CONVERSION_HEAD} of ${(newest?.modelId ?? '').slice(0, 12)}`;
  const labels: readonly UsedWindow[] =
    learnt === undefined ? [] : [{ use: 'label', of: label, days: learnt, from: 'click' }];
  const attribution: UsedWindow = {
    ...{ use: 'attribution', of: 'devices', from: 'click' },
    days: attributionWindows(heads).click / DAY_MS,
  };
  return [...labels, attribution, ...designsOf(sets)];
}

/** By when it was made; ties by the order given. */
export const newestOf = (manifests: readonly Manifest[]): Manifest | undefined =>
  manifests.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt)).at(-1);

function designsOf(sets: readonly DeclaredSet[]): UsedWindow[] {
  const parsed = sets.map(({ body }) => parseExperiments(body).set);
  const keys = new Set(
    parsed.flatMap(({ experiments, holdout }) => [
      ...experiments.map(({ key }) => key),
      ...(holdout ? [holdout.key] : []),
    ]),
  );
  return [...keys].flatMap((key): UsedWindow[] => {
    const { analysis, isDeclared, phase } = createDesign(sets, key);
    if (!isDeclared) return [];
    const { windowDays, businessWindowDays, trainingWindowDays } = analysis;
    const told = [
      { use: 'report' as const, days: windowDays },
      { use: 'label' as const, days: trainingWindowDays },
      { use: 'business' as const, days: businessWindowDays },
    ];
    return told.flatMap(({ use, days }): UsedWindow[] =>
      days === undefined ? [] : [{ use, of: exposureKey(key, phase), days, from: 'exposure' }],
    );
  });
}

/** Heads whose window is another in two versions, or in a manifest and in what devices logged. */
export function changedHeads(
  versions: readonly { readonly of: string; readonly heads: readonly Head[] }[],
): readonly string[] {
  const first = new Map<string, { readonly of: string; readonly days: number }>();
  const changes = new Set<string>();
  for (const { of, heads } of versions)
    for (const { name, windowDays: days } of heads) {
      if (days === undefined) continue;
      const known = first.get(name);
      if (known === undefined) first.set(name, { of, days });
      else if (known.days !== days)
        changes.add(`head "${name}" had ${String(known.days)} days in ${known.of} and has ${String(days)} in ${of}`);
    }
  return [...changes];
}
