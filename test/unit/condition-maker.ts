import type { Condition } from '../../src/core/condition.ts';

export type Random = () => number;

const PATHS = ['a', 'b', 'c', 'a.x', 'a.y', 'b.0', 'b.x', 'b.length', 'missing', 'a.x.y', ''];
const SCALARS = [0, 1, 2, -1, 1.5, '', '0', '1', 'a', 'b', 'null', 'true', 'a,b', true, false, null];
const TYPES = ['null', 'undefined', 'boolean', 'number', 'string', 'array', 'object'];

export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)];
export const many = <T>(random: Random, make: () => T): T[] => Array.from({ length: Math.floor(random() * 4) }, make);

/** JSON of up to three levels, of a few values only, so that conditions hold about as often as not. */
function makeJson(random: Random, levels = 2): unknown {
  const roll = levels <= 0 ? 0 : random();
  if (roll < 0.6) return pick(random, SCALARS);
  if (roll < 0.8) return many(random, () => makeJson(random, levels - 1));
  return Object.fromEntries(many(random, () => [pick(random, ['x', 'y']), makeJson(random, levels - 1)]));
}

/** What a condition is asked of: values of any JSON type, some of them present and undefined. */
export function makeSubject(random: Random): Record<string, unknown> {
  const subject: Record<string, unknown> = {};
  for (const key of ['a', 'b', 'c']) {
    const roll = random();
    if (roll < 0.05) subject[key] = undefined;
    else if (roll < 0.9)
      subject[key] = key === 'b' && roll < 0.5 ? many(random, () => makeJson(random)) : makeJson(random);
  }
  return subject;
}

/**
 * Random conditions, of every operator and nesting that `parseCondition` takes; over the subjects of `makeSubject`
 * unless told other paths.
 */
export function createConditionMaker(random: Random, paths: readonly string[] = PATHS): () => Condition {
  const scalar = (): unknown => pick(random, SCALARS);
  const ordered = (): unknown => pick(random, [0, 1, 2, -1, '', '0', '1', 'a', 'b']);
  const value = (levels: number): unknown =>
    levels > 0 && random() < 0.6 ? operators(levels) : makeJson(random, Math.min(levels, 2));
  const makers: Record<string, (levels: number) => unknown> = {
    $eq: scalar,
    $ne: scalar,
    $lt: ordered,
    $lte: ordered,
    $gt: ordered,
    $gte: ordered,
    $in: () => many(random, scalar),
    $nin: () => many(random, scalar),
    $all: (levels) => many(random, () => value(levels - 1)),
    $exists: () => random() < 0.5,
    $type: () => pick(random, TYPES),
    $size: () => pick<unknown>(random, [0, 1, 2, { $gt: 1 }, { $lte: 1 }, { $in: [0, 2] }]),
    $elemMatch: (levels) => (random() < 0.5 && levels > 1 ? operators(levels - 1) : elementCondition(levels - 1)),
    $not: (levels) => value(levels - 1),
  };
  const operators = (levels: number): Condition => {
    const names = [pick(random, Object.keys(makers)), ...(random() < 0.3 ? [pick(random, Object.keys(makers))] : [])];
    return Object.fromEntries(names.map((name) => [name, makers[name](levels)]));
  };
  const entry = (levels: number): readonly [string, unknown] => {
    if (levels < 2 || random() < 0.6) return [pick(random, paths), value(levels - 1)];
    const name = pick(random, ['$and', '$or', '$nor', '$not']);
    return [name, name === '$not' ? condition(levels - 1) : many(random, () => condition(levels - 2))];
  };
  const condition = (levels: number): Condition =>
    Object.fromEntries([entry(levels), ...(random() < 0.2 ? [entry(levels)] : [])]);
  // with operators alone it would be about the element itself
  const elementCondition = (levels: number): Condition => ({
    ...condition(levels),
    [pick(random, ['x', 'y'])]: value(levels),
  });
  return () => condition(4);
}
