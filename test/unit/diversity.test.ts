import { expect, test } from 'vitest';
import { encodeBase64 } from '../../src/core/base64.ts';
import { VECTOR_DIM } from '../../src/core/contract.ts';
import { diversityOf } from '../../src/core/diversity.ts';
import { createRandom } from '../../src/core/random.ts';
import { cosine } from '../../src/core/slot-loop.ts';

const toItem = (out: readonly number[]) => {
  const bytes = new Uint8Array(2 * VECTOR_DIM + 8);
  new Int8Array(bytes.buffer).set(out);
  return { vec: encodeBase64(bytes) };
};
const axis = (d: number, value: number) => toItem(Array.from({ length: VECTOR_DIM }, (_, i) => (i === d ? value : 0)));

test('is 0 of items that are alike, 1 of opposites, and .5 of what has nothing in common', () => {
  expect(diversityOf([axis(0, 5), axis(0, 100), axis(0, 1)])).toBe(0);
  expect(diversityOf([axis(0, 5), axis(0, -100)])).toBe(1);
  expect(diversityOf([axis(0, 5), axis(1, 7), axis(2, -3)])).toBe(0.5);
});

test('leaves out items without a vector, and is unknown of fewer than two', () => {
  const rest = [{}, { vec: 'not base64!' }, axis(0, 0)];
  expect(diversityOf([...rest, axis(0, 5), axis(1, 7)])).toBe(0.5);
  expect(diversityOf([...rest, axis(0, 5)])).toBeUndefined();
  expect(diversityOf([])).toBeUndefined();
});

test('is the mean over all pairs, to 4 decimals', () => {
  const random = createRandom(8);
  for (let size = 2; size < 25; size++) {
    const outs = Array.from({ length: size }, () =>
      Array.from({ length: VECTOR_DIM }, () => Math.floor(random() * 255) - 127),
    );
    const vectors = Int8Array.from(outs.flat());
    let sum = 0;
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) sum += (1 - cosine(vectors, i, j)) / 2;
    const diversity = diversityOf(outs.map(toItem));
    expect(diversity).toBeCloseTo(sum / ((size * (size - 1)) / 2), 3);
    expect(diversity).toBe(Number(diversity?.toFixed(4)));
  }
});
