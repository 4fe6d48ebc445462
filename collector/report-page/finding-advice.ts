import type { Finding } from '../report/finding.ts';

export interface Advice {
  /** What is the matter, in a few words. */
  readonly title: string;
  /** What to do about it. */
  readonly todo: string;
}

/** What a reader of each finding does next. */
export const ADVICE: Readonly<Record<Finding['code'], Advice>> = {
  sample_ratio_mismatch: {
    title: 'The arms are not as large as declared',
    todo: 'Look for what drops or adds visitors in one arm alone: a redirect, a slow or broken arm, a bot filter, a change of weights within the phase. Mend it, raise the phase and start anew; what has been counted cannot be repaired.',
  },
  unit_in_two_arms: {
    title: 'Visitors were in more than one arm',
    todo: 'Check that the unit id is one per visitor and stays the same, and that weights were not changed without sticky buckets. Where it is more than one in a thousand, mend it and raise the phase.',
  },
  assignment_mismatch: {
    title: 'Visitors are not in the arm of their bucket',
    todo: 'Compare the set that pages run with the set that was declared, and have no other code choose arms. Declare what is really run, or release the pages again; then raise the phase.',
  },
  control_leak: {
    title: 'Control does not see what control is shown',
    todo: 'Look at the slates of control: another rule, a cache that is shared between arms, or a page that ignores the arm. Mend it and raise the phase: an effect that leaks looks smaller than it is.',
  },
  delivery_loss: {
    title: 'The arms lose different shares of their events',
    todo: 'Look for errors, time-outs or a heavier page in the arm that loses more, and for blocked requests. What is lost is not counted, so the arms cannot be compared until it is mended.',
  },
  unknown_arm: {
    title: 'Pages tell of an arm that nobody declared',
    todo: 'Find the pages that run another set of experiments, or the arm that was renamed. Declare it, or release the pages again; then raise the phase.',
  },
  design_changed: {
    title: 'The experiment was changed while it ran',
    todo: 'Begin a new phase and raise bucketVersion, so that nobody keeps an arm of the old one. What was counted under two designs cannot be told apart: a difference in time would pass for one between the arms.',
  },
  unit_differs: {
    title: 'Another unit is bucketed than events tell of',
    todo: 'Give what is bucketed as the kit’s unitId (an account, a household) and leave hashAttribute at its default: then the report counts what was assigned.',
  },
  not_declared: {
    title: 'No analysis was declared',
    todo: 'Write the field "analysis" into the experiment (primary metric, smallest effect, guardrails) and run `nearside experiments declare FILE --db DB` before the next phase starts. Until then this is for looking at only.',
  },
  declared_late: {
    title: 'The analysis was declared after the start',
    todo: 'Ask whoever wrote it whether they had seen results. If they had, raise the phase and run again; the declaration then comes first.',
  },
  declaration_odd: {
    title: 'The declaration is odd',
    todo: 'Correct the file, check it with `nearside experiments check FILE` and declare it again. What was declared first still counts in this phase; a new phase goes by the new one.',
  },
  needs_site_ids: {
    title: 'The window is longer than a browser keeps an id',
    todo: 'Give the kit a unitId of the site (or one from a cookie that the server sets), or declare a window of 7 days or less in the next phase.',
  },
  other_phases: {
    title: 'There are exposures of other phases',
    todo: 'Nothing, if the phase was raised on purpose. Otherwise find the pages that still run an older set.',
  },
  currencies_mixed: {
    title: 'Purchases come in more than one currency',
    todo: 'Send values in one currency, or read revenue as that of the currency named alone.',
  },
  windows_differ: {
    title: 'Training, report and business count within different windows',
    todo: 'See below what each of them leaves out. Agree on one window, or keep the difference in mind wherever their numbers are compared.',
  },
};
