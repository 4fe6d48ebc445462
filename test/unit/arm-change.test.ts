import { describe, expect, test } from 'vitest';
import { type ArmChange, parseArmChange, parseArmSet } from '../../src/core/arm-change.ts';

const taken: ArmChange[] = [
  {},
  { policy: false },
  { policy: { exploration: { positions: [2], epsilon: 0.2, temperature: 1 } } },
  { order: 'server' },
  { bundle: '/b/' },
  { bundle: 'https://cdn.example/b' },
  { interleave: '../b/' },
  { source: '/candidates-b.json?a:b=c' },
  { source: '//cdn.example/c' },
  { source: '/c?mail=a@b.example#all' },
  { bundle: '/b/@2/' },
  { layout: 'grid' },
  { layout: 'a'.repeat(32) },
  { signals: { without: ['ga4', 'segment.io'] } },
  { features: { without: ['popular', 'new', 'price', 'server'] } },
];
test.each(taken.map((change) => [change]))('an arm can be %j', (change) => {
  expect(parseArmChange(change)).toEqual(change);
});

const refused: [unknown, string][] = [
  [7, 'object'],
  [{ colour: 'red' }, 'cannot change "colour"'],
  [{ order: 'random' }, 'order'],
  [{ policy: { exploration: { positions: [2, 1] } } }, 'exploration.positions'],
  [{ rules: 5 }, 'rules'],
  ...[
    '',
    7,
    null,
    'javascript:alert(1)',
    ' javascript:alert(1)',
    '\u0001javascript:a',
    'java\nscript:a',
    'JAVASCRIPT:a',
    'data:,x',
    'blob:https://a/b',
    'file:///a',
    'https://user:secret@a.example/b/',
    'https://user@a.example/b/',
    '//user:secret@a.example/b/',
    'https:\\\\user:secret@a.example/b/',
    'http:user@a.example/b/',
    'a'.repeat(2049),
  ].flatMap((url) =>
    ['bundle', 'interleave', 'source'].map((field): [unknown, string] => [{ [field]: url }, `"${field}"`]),
  ),
  ...['/b/?v=2', '/b/?', '/b#x', '?v=2', '#x'].flatMap((url) =>
    ['bundle', 'interleave'].map((field): [unknown, string] => [{ [field]: url }, `"${field}"`]),
  ),
  ...['', 'Grid', '1a', 'a b', 'a'.repeat(33), 7].map((layout): [unknown, string] => [{ layout }, '"layout"']),
  ...[
    7,
    {},
    { without: [] },
    { without: ['a b'] },
    { without: 'ga4' },
    { without: ['ga4'], more: 1 },
    { without: Array(21).fill('a') },
  ].map((signals): [unknown, string] => [{ signals }, '"signals"']),
  ...[{ without: ['colour'] }, { without: [] }, ['popular'], { without: ['toString'] }].map(
    (features): [unknown, string] => [{ features }, '"features"'],
  ),
  [{ bundle: '/a/', interleave: '/b/' }, 'not both'],
];
test.each(refused)('an arm cannot be %j', (change, why) => {
  expect(parseArmChange(change)).toContain(why);
});

describe('an experiment', () => {
  const of = (variations: unknown[], more: object = {}) =>
    parseArmSet({ experiments: [{ key: 'e', variations, ...more }] });

  test('has what each of its arms changes', () => {
    const { changes, problems } = of([{}, { bundle: '/b/' }]);
    expect([changes.get('e'), problems]).toEqual([[{}, { bundle: '/b/' }], []]);
  });

  test('with an arm that cannot be read does not run, and the others do', () => {
    const { set, problems, changes } = parseArmSet({
      experiments: [
        { key: 'e', variations: [{}, { layout: '!' }] },
        { key: 'f', variations: [{}, {}] },
      ],
    });
    expect([set.experiments.map(({ key }) => key), [...changes.keys()]]).toEqual([['f'], ['f']]);
    expect(problems).toMatchObject([{ code: 'experiment_invalid', message: expect.stringContaining('"e"') as string }]);
  });

  test('changes the bundle of the whole page, and an interleaved one that of some placements', () => {
    const placements = ['home'];
    expect(of([{}, { bundle: '/b/' }], { placements }).problems[0].message).toContain('placements');
    expect(of([{}, { interleave: '/b/' }], { placements }).problems).toEqual([]);
  });
});
