import type { StoredItem } from './schema.ts';

export const FACTS = ['category', 'brand', 'price', 'vec', 'nbrs'] as const;

/** 0: nothing beside its id; 1: what a site's tracking tells of it; 2: what its catalogue says. */
const weightOf = (item: Partial<StoredItem> = {}): number =>
  FACTS.some((fact) => fact in item) ? (item.toldBy ? 1 : 2) : 0;

/**
 * What is known of an item with what is said of it now: the newest of each fact, and of tracking nothing beside what a
 * catalogue says, or experiments that leave a source out would rank by its words.
 */
export const addFacts = <T extends Partial<StoredItem>>(known: T | undefined, said: T | undefined): T =>
  ({
    ...(weightOf(said) <= weightOf(known) && known),
    ...(weightOf(said) >= weightOf(known) && said),
  }) as T;
