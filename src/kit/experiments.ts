import { type ArmChange, changePolicy, parseArmChange } from '../core/arm-change.ts';
import { type Assignment, type Subject, assignAll, isHeld, stickyKey } from '../core/assignment.ts';
import { type Experiment, type ExperimentSet, parseExperiments } from '../core/experiment.ts';
import type { ParsedRules } from '../core/parse-rules.ts';
import type { SlatePolicy } from '../core/policy.ts';
import { type Problem, createProblem } from '../core/problem.ts';
import type { SlateArm } from '../core/slate.ts';
import { type KeptArms, assignStored } from '../store/assigned-arms.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import type { ExperimentSettings, Settings } from './settings.ts';

export interface ExperimentsOptions {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  readonly onProblem: (problem: Problem) => void;
}

/** How the slates of a placement are made for this unit. */
export interface Arrangement {
  /** What the slate counts for. */
  readonly arms: readonly SlateArm[];
  readonly policy: SlatePolicy;
  /** Absent: the kit's. */
  readonly rules?: ParsedRules;
  readonly isServerOrder: boolean;
}

interface Assigned {
  readonly assignments: readonly Assignment[];
  readonly isHeld: boolean;
}

/** Assigns the visitor's unit once for a page, and says what its arms change. */
export class Experiments {
  readonly #options: ExperimentsOptions;
  readonly #given: ExperimentSettings;
  readonly #set: ExperimentSet;
  readonly #changes = new Map<string, readonly ArmChange[]>();
  #assigned: Promise<Assigned> | null = null;

  constructor(options: ExperimentsOptions, given: ExperimentSettings) {
    this.#options = options;
    this.#given = given;
    const { set, problems } = parseExperiments(given.set);
    problems.forEach(options.onProblem);
    this.#set = { ...set, experiments: set.experiments.filter((experiment) => this.#read(experiment)) };
  }

  /** Of every experiment that runs, with its reason. Rejects where storage fails. */
  async assignments(): Promise<readonly Assignment[]> {
    return (await this.#assign()).assignments;
  }

  /** Rejects where storage fails. */
  async arrange(placement: string): Promise<Arrangement> {
    const { policy } = this.#options.settings;
    const { assignments, isHeld } = await this.#assign();
    const { holdout } = this.#set;
    const arms: SlateArm[] = holdout ? [{ experiment: holdout.key, arm: isHeld ? 'held' : 'open', phase: 0 }] : [];
    let arrangement: Arrangement = { arms, policy, isServerOrder: isHeld };
    for (const assignment of assignments) {
      const { experiment, arm, phase, index, isIn } = assignment;
      if (!this.#concerns(experiment, placement)) continue;
      if (isIn) arms.push({ experiment, arm, phase });
      if (isIn || assignment.reason === 'override' || assignment.reason === 'forced')
        arrangement = applyChange(arrangement, this.#changes.get(experiment)?.[index] ?? {});
    }
    return arrangement;
  }

  /** The unit, or what may be known of it, is another one from now on. */
  forget(): void {
    this.#assigned = null;
  }

  #concerns(key: string, placement: string): boolean {
    const { placements } = this.#set.experiments.find((experiment) => experiment.key === key) ?? {};
    return placements?.includes(placement) ?? true;
  }

  #read({ key, variations }: Experiment): boolean {
    const changes = variations.map(parseArmChange);
    const wrong = changes.find((change) => typeof change === 'string');
    if (wrong === undefined) this.#changes.set(key, changes as ArmChange[]);
    else {
      const message = `experiment "${key}" does not run: ${wrong}`;
      this.#options.onProblem(createProblem('experiment_invalid', message));
    }
    return wrong === undefined;
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
    return assignStored(storage, settings, (stored, kept) => {
      const answer = this.#evaluate(unitId ?? stored, kept);
      return { answer, arms: this.#armsOf(answer.assignments) };
    });
  }

  #evaluate(unitId: string | undefined, sticky: KeptArms): Assigned {
    const { attributes, overrides } = this.#given;
    const subject: Subject = {
      attributes: { ...attributes, ...(unitId !== undefined && { id: unitId }) },
      ...{ sticky, overrides },
    };
    return { assignments: assignAll(this.#set, subject), isHeld: isHeld(this.#set.holdout, subject) };
  }

  #armsOf(assignments: readonly Assignment[]): KeptArms {
    const kept = assignments.flatMap(({ experiment: key, arm, isIn }) => {
      const experiment = this.#set.experiments.find((one) => one.key === key);
      return !isIn || experiment === undefined || experiment.disableStickyBucketing
        ? []
        : [[stickyKey(experiment), arm]];
    });
    return Object.fromEntries(kept) as KeptArms;
  }
}

function applyChange(before: Arrangement, { policy, rules, order }: ArmChange): Arrangement {
  return {
    ...before,
    ...(policy !== undefined && { policy: changePolicy(before.policy, policy) }),
    ...(rules && { rules }),
    isServerOrder: before.isServerOrder || order === 'server',
  };
}
