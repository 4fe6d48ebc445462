import { expect, test } from 'vitest';
import { VECTOR_DIM } from '../../src/core/contract.ts';
import { createRandom } from '../../src/core/random.ts';
import { RelationCounter } from '../../training/relations.ts';
import { createVectors } from '../../training/vectors.ts';

const ITEMS = 80;
const alone = { rows: new Int32Array(0), similarity: new Float64Array(0) };

/** Relations after `sessions` of six of the first `items` items. */
function createCounter() {
  const counter = new RelationCounter(Array.from({ length: ITEMS }, () => alone));
  const random = createRandom(1);
  let at = 0;
  return (sessions: number, items: number) => {
    for (let n = 0; n < sessions; n++) {
      counter.add({ startAt: at++, rows: Array.from({ length: 6 }, () => Math.floor(random() * items)) });
    }
    return counter.build(at);
  };
}

/** Dimensions in which every item is 0. */
const empty = (side: Float64Array): number[] =>
  Array.from({ length: VECTOR_DIM }, (_, k) => k).filter((k) => side.every((x, i) => i % VECTOR_DIM !== k || x === 0));

test('a block of few related items takes no dimension from the blocks after it', () => {
  const grow = createCounter();
  const early = createVectors(grow(20, 8));
  expect(empty(early.out).length).toBeGreaterThan(10);
  const relations = grow(600, ITEMS);
  const later = createVectors(relations, early.basis);
  expect([empty(later.out), empty(later.in)]).toEqual([[], []]);
  // what lacks rank is no start: as if there were none
  expect(later).toEqual(createVectors(relations));
});

test('a start of full rank is gone on from, and the same one gives the same', () => {
  const grow = createCounter();
  const { basis } = createVectors(grow(600, ITEMS));
  const relations = grow(20, ITEMS);
  const warm = createVectors(relations, basis.slice());
  expect(warm).toEqual(createVectors(relations, basis.slice()));
  expect(warm.basis).not.toEqual(createVectors(relations).basis);
});
