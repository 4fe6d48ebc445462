import { type ArmChange, type ParsedArmSet, changePolicy, parseArmSet } from '../core/arm-change.ts';
import { type Assignment, type Subject, assignAll, isHeld, stickyKey } from '../core/assignment.ts';
import type { Experiment } from '../core/experiment.ts';
import { type Problem, createProblem } from '../core/problem.ts';
import type { LeftOut } from '../core/protocol.ts';
import { columnsOf } from '../core/feature-groups.ts';
import type { ParsedRules } from '../core/parse-rules.ts';
import type { SlatePolicy } from '../core/policy.ts';
import type { Rule } from '../core/rule-set.ts';
import type { OverriddenArm, SlateArm } from '../core/slate.ts';
import { type KeptArms, assignStored } from '../store/assigned-arms.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import { withCounterfactual } from './counterfactual.ts';
import { type Draft, Interleaving } from './interleaving.ts';
import type { ExperimentSettings, Settings } from './settings.ts';

export interface ExperimentsOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
  readonly onProblem: (problem: Problem) => void;
}

/** How the slates of a placement are made for this unit. */
export interface Arrangement {
  /** What the slate counts for. */
  readonly arms: readonly SlateArm[];
  readonly policy: SlatePolicy;
  /** Absent: the kit's. */
  readonly rules?: ParsedRules;
  /** Scores order nothing. */
  readonly isServerOrder: boolean;
  /** Absent: none. */
  readonly overridden?: readonly OverriddenArm[];
  /** What ranking does not read. */
  readonly without?: LeftOut;
  /** Makes the slate of what was ranked: drafts it from the lists of two bundles, adds what its exposure tells. */
  readonly draft?: Draft;
  /** Whether `micro` is to rank. */
  readonly isSmall?: boolean;
  /** Rules that control goes by, where this does not: what they count has to be known too. */
  readonly besides?: readonly Rule[];
  /** Absolute URL of other candidates, for the component. */
  readonly source?: string;
  readonly layout?: string;
}

interface Assigned {
  readonly unit: string | undefined;
  readonly assignments: readonly Assignment[];
  readonly isHeld: boolean;
}

/** Assigns the visitor's unit once for a page, and says what its arms change. */
export class Experiments {
  readonly #options: ExperimentsOptions;
  readonly #given: ExperimentSettings;
  readonly #parsed: ParsedArmSet;
  /** By the address of the second bundle. */
  readonly #interleavings = new Map<string, Interleaving>();
  #assigned: Promise<Assigned> | null = null;
  /** Whose arms the page's bundle was chosen by, and which it is; null while, or where, none has been. */
  #chosen: { readonly unit: string | undefined; readonly bundle: string | undefined } | null = null;

  constructor(options: ExperimentsOptions, given: ExperimentSettings) {
    this.#options = options;
    this.#given = given;
    const parsed = parseArmSet(given.set);
    parsed.problems.forEach(options.onProblem);
    const experiments = parsed.set.experiments.filter((experiment) => this.#canRun(experiment, parsed));
    this.#parsed = { ...parsed, set: { ...parsed.set, experiments } };
  }

  /** Of every experiment that runs, with its reason. Rejects where storage fails. */
  async assignments(): Promise<readonly Assignment[]> {
    return (await this.#assign()).assignments;
  }

  /** The bundle that this page is to load, absent the kit's own. Where `late` is aborted by then, none has been chosen. */
  async chooseBundle(late: AbortSignal): Promise<Pick<ArmChange, 'bundle'>> {
    const assigned = await this.#assign();
    const bundle = this.#bundleOf(assigned);
    if (!late.aborted) this.#chosen = { unit: assigned.unit, bundle };
    return bundle === undefined ? {} : { bundle: folderOf(bundle) };
  }

  /** Rejects where storage fails. */
  async arrange(placement: string): Promise<Arrangement> {
    const assigned = await this.#assign();
    const { holdout } = this.#parsed.set;
    const found = assigned.assignments.filter((one) => this.#concerns(one.experiment, placement, assigned));
    const arms: SlateArm[] = found.flatMap(({ experiment, arm, phase, isIn }) =>
      isIn ? [{ experiment, arm, phase }] : [],
    );
    const overridden = found.flatMap(({ experiment, arm, reason }) =>
      reason === 'override' ? [{ experiment, arm }] : [],
    );
    // an arm that is asked for is shown to who is held out, too
    const isHeld = assigned.isHeld && overridden.length === 0;
    if (holdout && isHeld === assigned.isHeld)
      arms.unshift({ experiment: holdout.key, arm: isHeld ? 'held' : 'open', phase: 0 });
    const { policy, rules } = this.#options.settings;
    const own = { arms, policy, isServerOrder: isHeld, ...(overridden.length > 0 && { overridden }) };
    const changes = this.#changesOf(found);
    // what does not count is changed for control too
    const controls = this.#changesOf(found.map((one) => (one.isIn ? { ...one, index: 0 } : one)));
    const shown = this.#applyAll(own, changes);
    if (changes.every((change, i) => change === controls[i])) return withCounterfactual(shown, shown, rules);
    const control = this.#applyAll(own, controls);
    const isKnown = candidatesOf(shown, changes) === candidatesOf(control, controls);
    return withCounterfactual(shown, isKnown ? control : null, rules);
  }

  #applyAll(own: Arrangement, changes: readonly ArmChange[]): Arrangement {
    const arrangement = changes.reduce((before, change) => this.#apply(before, change), own);
    // a drawn item would be nobody's pick
    const exploration = { ...arrangement.policy.exploration, positions: [] };
    return arrangement.draft ? { ...arrangement, policy: { ...arrangement.policy, exploration } } : arrangement;
  }

  /** The unit, or what may be known of it, is another one from now on. */
  forget(): void {
    this.#assigned = null;
    this.#interleavings.forEach((interleaving) => interleaving.forget());
  }

  /** Whether a slate of this placement is made by the assignment: the page's bundle may have been chosen for another unit. */
  #concerns(key: string, placement: string, assigned: Assigned): boolean {
    const { set, changes } = this.#parsed;
    const { placements } = set.experiments.find((experiment) => experiment.key === key) ?? {};
    if (placements?.includes(placement) === false) return false;
    if (!changes.get(key)?.some(({ bundle }) => bundle !== undefined)) return true;
    const chosen = this.#chosen;
    return chosen !== null && chosen.unit === assigned.unit && chosen.bundle === this.#bundleOf(assigned);
  }

  #changesOf(assignments: readonly Assignment[]): ArmChange[] {
    return assignments.flatMap(({ experiment, index, isIn, reason }) =>
      isIn || reason === 'override' || reason === 'forced' ? (this.#parsed.changes.get(experiment)?.[index] ?? []) : [],
    );
  }

  #bundleOf = ({ assignments }: Assigned): string | undefined => bundleOf(this.#changesOf(assignments));

  #apply(before: Arrangement, change: ArmChange): Arrangement {
    const { policy, rules, order, source, layout, signals, features, interleave } = change;
    const { via = [], columns = [] } = before.without ?? {};
    const without = {
      via: [...new Set([...via, ...(signals?.without ?? [])])].sort(),
      columns: [...columns, ...(features?.without ?? []).flatMap(columnsOf)],
    };
    return {
      ...before,
      ...(policy !== undefined && { policy: changePolicy(before.policy, policy) }),
      ...(rules && { rules }),
      ...((signals ?? features) && { without }),
      ...(interleave !== undefined && this.#draftWith(interleave)),
      ...(source !== undefined && { source: absolute(source) }),
      ...(layout !== undefined && { layout }),
      isServerOrder: before.isServerOrder || order === 'server',
    };
  }

  #draftWith(address: string): Pick<Arrangement, 'draft' | 'isSmall'> {
    const interleaving = this.#interleave(address);
    return interleaving ? { draft: interleaving.draft, isSmall: true } : {};
  }

  /** Null where nothing may rank, or nobody is left to close it. */
  #interleave(address: string): Interleaving | null {
    const { settings, closed } = this.#options;
    if (closed.aborted || settings.maxTier === 'server') return null;
    const url = folderOf(address);
    const interleaving = this.#interleavings.get(url) ?? new Interleaving(this.#options, url);
    this.#interleavings.set(url, interleaving);
    return interleaving;
  }

  /** Whether this page has what the arms ask for. */
  #canRun({ key }: Experiment, { changes }: ParsedArmSet): boolean {
    const urls = (changes.get(key) ?? []).flatMap(({ bundle, interleave, source }) => [bundle, interleave, source]);
    const given = urls.filter((url) => url !== undefined);
    const needsBundle = changes.get(key)?.some(({ bundle, interleave }) => bundle ?? interleave) ?? false;
    const wrong = given.find((url) => !URL.canParse(url, document.baseURI));
    const why =
      wrong === undefined ? 'its bundle needs a kit that has one of its own (bundleUrl)' : `"${wrong}" is no URL`;
    const can = wrong === undefined && (!needsBundle || this.#options.settings.bundleUrl !== null);
    if (!can) this.#options.onProblem(createProblem('experiment_invalid', `experiment "${key}" does not run: ${why}`));
    return can;
  }

  #assign(): Promise<Assigned> {
    this.#assigned ??= this.#ask().catch((error: unknown) => {
      // the next slate may have a storage
      this.#assigned = null;
      throw error;
    });
    return this.#assigned;
  }

  async #ask(): Promise<Assigned> {
    const { settings, opened } = this.#options;
    const { storage, problem } = await opened;
    const { unitId, consents } = settings;
    // a random id that ends with the page buckets nobody
    if (!consents.stores || problem) return this.#evaluate(unitId, {});
    const assigned = await assignStored(storage, settings, (unit, kept) => {
      const answer = this.#evaluate(unit, kept);
      return { answer, arms: this.#armsOf(answer.assignments) };
    });
    // a second bundle is on its way before the first slate wants it
    for (const { interleave } of this.#changesOf(assigned.assignments)) if (interleave) this.#interleave(interleave);
    return assigned;
  }

  #evaluate(unit: string | undefined, sticky: KeptArms): Assigned {
    const { attributes, overrides } = this.#given;
    const { set } = this.#parsed;
    const subject: Subject = {
      attributes: { ...attributes, ...(unit !== undefined && { id: unit }) },
      ...{ sticky, overrides },
    };
    return { unit, assignments: assignAll(set, subject), isHeld: isHeld(set.holdout, subject) };
  }

  #armsOf(assignments: readonly Assignment[]): KeptArms {
    const kept = assignments.flatMap(({ experiment: key, arm, isIn }) => {
      const experiment = this.#parsed.set.experiments.find((one) => one.key === key);
      return !isIn || experiment === undefined || experiment.disableStickyBucketing
        ? []
        : [[stickyKey(experiment), arm]];
    });
    return Object.fromEntries(kept) as KeptArms;
  }
}

/** Of two arms that change it the later has its way. */
const bundleOf = (changes: readonly ArmChange[]): string | undefined =>
  changes.findLast(({ bundle }) => bundle !== undefined)?.bundle;

/** What is ranked, and by what. */
const candidatesOf = ({ source }: Arrangement, changes: readonly ArmChange[]): string =>
  JSON.stringify([source, bundleOf(changes)]);

const absolute = (url: string): string => new URL(url, document.baseURI).href;

function folderOf(url: string): string {
  const folder = absolute(url);
  return folder.endsWith('/') ? folder : `${folder}/`;
}
