import { expect, test } from 'vitest';
import { medianOf } from '../../collector/mean.ts';

test.each([
  [[], null],
  [[3], 3],
  [[10, 9, 2], 9],
  [[10, 2, 9, 4.5], 6.75],
])('the median of %j is %j', (values, median) => expect(medianOf(values)).toBe(median));
