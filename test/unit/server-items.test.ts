import { expect, test } from 'vitest';
import { attachItems, readItems } from '../../server/index.ts';

const TEXT = `{"id":"boot","vec":"dg==","nbrs":"bg==","popularity":7,"publishedAt":5}
not json
[1]
null
{"vec":"x"}
{"id":"tent","popularity":0}
{"id":"__proto__","vec":"cA=="}\r
`;

test('reads the items of a bundle; lines that are none are left out', () => {
  const items = readItems(TEXT);
  expect([...items.keys()]).toEqual(['boot', 'tent', '__proto__']);
  expect(items.get('boot')).toEqual({ vec: 'dg==', nbrs: 'bg==', popularity: 7, publishedAt: 5 });
  expect(readItems('').size).toBe(0);
});

test('attaches what the model was trained on, and nothing else', () => {
  const given = [
    { id: 'boot', title: 'Boot', popularity: 1, publishedAt: 9 },
    { id: 'tent', vec: 'own', popularity: 3 },
    { id: 'unknown', title: 'New' },
    { id: 'constructor' },
  ];
  const before = structuredClone(given);
  expect(attachItems(given, readItems(TEXT))).toEqual([
    { id: 'boot', title: 'Boot', popularity: 7, publishedAt: 9, vec: 'dg==', nbrs: 'bg==' },
    { id: 'tent', vec: 'own', popularity: 0 },
    { id: 'unknown', title: 'New' },
    { id: 'constructor' },
  ]);
  expect(given).toEqual(before);
});
