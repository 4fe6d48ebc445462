import { evalCondition } from '@growthbook/growthbook';
import { describe, expect, test, vi } from 'vitest';
import { type Condition, parseCondition, pathsOf } from '../../src/core/condition.ts';
import { matches } from '../../src/core/compile-condition.ts';
import { isProblem } from '../../src/core/problem.ts';
import { createRandom } from '../../src/core/random.ts';
import { createConditionMaker, makeSubject } from './condition-maker.ts';

type Oracle = (subject: object, condition: object) => boolean;
const oracle = evalCondition as unknown as Oracle;

// thousands of cases, on a machine that may be busy with other tests
vi.setConfig({ testTimeout: 60_000 });

const SEED = 20261121;

describe('matches', () => {
  test(`answers as GrowthBook's SDK on 20,000 conditions and subjects (seed ${String(SEED)})`, () => {
    const random = createRandom(SEED);
    const makeCondition = createConditionMaker(random);
    const used = new Map<string, number>();
    let held = 0;
    for (let n = 0; n < 20_000; n++) {
      const [condition, subject] = [makeCondition(), makeSubject(random)];
      expect(parseCondition(condition), JSON.stringify(condition)).toBe(condition);
      const expected = oracle(subject, condition);
      expect([matches(condition, subject), condition, subject]).toEqual([expected, condition, subject]);
      held += Number(expected);
      for (const [operator] of JSON.stringify(condition).matchAll(/\$\w+/g)) {
        used.set(operator, (used.get(operator) ?? 0) + 1);
      }
    }
    // both answers and every operator are there to be told apart
    expect(held).toBeGreaterThan(5000);
    expect(held).toBeLessThan(15_000);
    const operators = 'and or nor not eq ne lt lte gt gte in nin exists type size elemMatch all'.split(' ');
    for (const operator of operators) expect(used.get(`$${operator}`), operator).toBeGreaterThan(200);
  });

  test.each<readonly [string, Condition, object, boolean]>([
    ['a list is met by any entry', { 'item.tags': { $in: ['b'] } }, { item: { tags: ['a', 'b'] } }, true],
    ['a list is never equal to a text', { 'item.tags': { $eq: 'a' } }, { item: { tags: ['a'] } }, false],
    ['all of a list', { 'item.tags': { $all: ['a', 'b'] } }, { item: { tags: ['a', 'c'] } }, false],
    ['an entry of a list', { list: { $elemMatch: { 'a.b': { $gt: 1 } } } }, { list: [null, { a: { b: 2 } }] }, true],
    ['an empty entry of a list is none', { list: { $elemMatch: { $eq: null } } }, { list: [null] }, false],
    ['what is absent compares as null', { age: { $lt: 18 } }, {}, true],
    ['no alternatives hold', { $or: [] }, {}, true],
    ['an entry of a list by its place', { 'list.1': 'b' }, { list: ['a', 'b'] }, true],
  ])('%s', (...[, condition, subject, expected]) => {
    expect(parseCondition(condition)).toBe(condition);
    expect(matches(condition, subject)).toBe(expected);
    expect(oracle(subject, condition)).toBe(expected);
  });

  test.each(['__proto__', 'constructor', 'toString', 'a.constructor', 'a.__proto__'])(
    'reads no prototype: %s',
    (path) => {
      const subject = { a: {} };
      expect(matches({ [path]: { $exists: true } }, subject)).toBe(false);
      // the one deliberate difference in what is read
      expect(oracle(subject, { [path]: { $exists: true } })).toBe(true);
    },
  );

  test('reads an own property of a prototype’s name', () => {
    const subject: unknown = JSON.parse('{"a": {"__proto__": 1, "constructor": 2}}');
    expect(matches({ 'a.__proto__': 1, 'a.constructor': 2 }, subject)).toBe(true);
  });

  test('a subject that cannot be compared does not match and does not throw', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    let deep: unknown = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const odd: readonly unknown[] = [
      Object.defineProperty({}, 'a', { enumerable: true, get: () => { throw new Error('no'); } }), // prettier-ignore
      ...[Symbol('a'), Object.create(null) as unknown, cycle, 1n, deep].map((a) => ({ a })),
    ];
    for (const subject of odd) {
      expect(matches({ a: 'x' }, subject)).toBe(false);
      expect(matches({ a: [1] }, subject)).toBe(false);
    }
    for (const subject of [null, undefined, 5, 'text', Number.NaN, []]) expect(matches({ a: 1 }, subject)).toBe(false);
  });
});

/** `{"$not": {"$not": … {"a": 1}}}` with so many levels of objects. */
const nest = (levels: number): unknown =>
  Array.from({ length: levels - 1 }).reduce((inner) => ({ $not: inner }), { a: 1 } as unknown);

describe('parseCondition', () => {
  test.each<[string, unknown]>([
    ['the condition must be an object', null],
    ['the condition must be an object', []],
    ['the condition must be an object', 'a'],
    ['$where is no operator here; use $and, $or, $nor, $not', { $where: 'x' }],
    ['$eq is no operator here', { $eq: 1 }],
    ['a.$regex is no operator here; use $eq', { a: { $regex: '^x' } }],
    ['$or.1.a.$vgt is no operator here', { $or: [{}, { a: { $vgt: '1.0' } }] }],
    ['a.constructor.$in must be a list', { 'a.constructor': { $in: 'x' } }],
    ['a.$in.1 must be a text', { a: { $in: [1, {}] } }],
    ['a.$lt must be a text or a finite number', { a: { $lt: Infinity } }],
    ['a.$gte must be a text or a finite number', { a: { $gte: null } }],
    ['a.$exists must be true or false', { a: { $exists: 1 } }],
    ['a.$type must be one of', { a: { $type: 'date' } }],
    ['a.$size must be a finite number or operators', { a: { $size: '2' } }],
    ['a.$size.$foo is no operator', { a: { $size: { $foo: 1 } } }],
    ['a.$elemMatch must be an object', { a: { $elemMatch: 1 } }],
    ['a.$elemMatch.$and is no operator', { a: { $elemMatch: { $and: [] } } }],
    ['a must be a text, a finite number', { a: Number.NaN }],
    ['a must be a text, a finite number', { a: undefined }],
    ['a mixes operators and fields', { a: { $lt: 1, b: 2 } }],
    ['a.b.c must be a text, a finite number', { a: { b: { c: () => 1 } } }],
    ['$and must be a list', { $and: {} }],
    ['$and.0 must be an object', { $and: [null] }],
    ['$not must be an object', { $not: 5 }],
    ['nests deeper than 10 levels', nest(11)],
    ['nests deeper than 10 levels', { a: JSON.parse('['.repeat(30_000) + ']'.repeat(30_000)) as unknown }],
    ['a.$in goes beyond 2000 values', { a: { $in: Array.from({ length: 5000 }, (_, n) => n) } }],
    ['beyond 2000 values', { $and: Array.from({ length: 1500 }, () => ({ a: 1 })) }],
  ])('%s', (message, input) => {
    const problem = parseCondition(input);
    expect(isProblem(problem) && [problem.code, problem.message]).toEqual([
      'condition_invalid',
      expect.stringContaining(message),
    ]);
  });

  test('takes ten levels, and the values that a long list needs', () => {
    expect(isProblem(parseCondition(nest(10)))).toBe(false);
    expect(isProblem(parseCondition({ a: { $in: Array.from({ length: 1990 }, (_, n) => n) } }))).toBe(false);
  });

  test('a message stays short, however long the path', () => {
    const problem = parseCondition({ ['x'.repeat(1e6)]: { $foo: 1 } });
    expect(isProblem(problem) && problem.message.length).toBeLessThan(500);
  });
});

test('pathsOf names what is read of the subject', () => {
  const condition = {
    a: 1,
    $or: [{ 'b.c': 2 }, { $not: { d: { $elemMatch: { inner: 1 } } } }],
    $nor: [{ $and: [{ e: { $not: { $in: [1] } } }] }],
  };
  expect(pathsOf(condition)).toEqual(['a', 'b.c', 'd', 'e']);
});
