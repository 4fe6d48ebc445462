import type { ProblemCode } from './problem.ts';
import type { SlateRelease, Tier } from './slate.ts';

/** What the kit does on a page view, in the order of time. */
export interface PageNotes {
  readonly slates: { readonly tier: Tier; readonly ms: number }[];
  readonly problems: ProblemCode[];
  /** Of a registry: whose bundle ranks. */
  release?: SlateRelease;
  /** The page view has been told of. */
  isTold?: boolean;
}

/** Of one kind; what comes later is not told. */
const MAX_NOTES = 1_000;

export function addNote<Note>(notes: Note[], note: Note): void {
  if (notes.length < MAX_NOTES) notes.push(note);
}

export function clearNotes({ slates, problems }: PageNotes): void {
  slates.length = 0;
  problems.length = 0;
}
