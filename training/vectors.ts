import { VECTOR_DIM } from '../src/core/contract.ts';
import { createRandom } from '../src/core/random.ts';
import { type Relations, SHRINKAGE } from './relations.ts';

/** Extra columns of the randomised SVD, and its power iterations (Halko, Martinsson & Tropp 2011, section 4.5). */
const OVERSAMPLING = 8;
const ITERATIONS = 5;
/** From the basis of a fortnight ago fewer do: the relations have moved little. */
const WARM_ITERATIONS = 2;
const WIDTH = VECTOR_DIM + OVERSAMPLING;
/** The PPMI's shift: ln k is subtracted, k < 1 keeps weak associations (DESIGN section 5). */
const SHIFT = Math.log(0.3);

/** Sparse matrix with its double centring kept as two vectors: A = S - r 1' - 1 c' (r takes half of the grand mean). */
interface Centred {
  readonly size: number;
  readonly columns: readonly Int32Array[];
  readonly values: readonly Float64Array[];
  readonly rowMean: Float64Array;
  readonly columnMean: Float64Array;
}

export interface ItemVectors {
  /** [N, 32]: U sqrt(S) and V sqrt(S). */
  readonly out: Float64Array;
  readonly in: Float64Array;
  /** [N, 40]: where the next call for slightly newer relations may start. */
  readonly basis: Float64Array;
}

/**
 * Item vectors: rank-32 SVD of the double-centred, shifted positive PMI of the relations (Levy & Goldberg 2014;
 * context counts^.75, entries scaled by the fourth root of both items' weights; DESIGN section 5). Deterministic.
 */
export function createVectors(relations: Relations, start?: Float64Array): ItemVectors {
  const matrix = centre(positivePmi(relations));
  const { size } = matrix;
  let basis = start ?? randomBasis(size);
  for (let i = start === undefined ? 0 : ITERATIONS - WARM_ITERATIONS; i < ITERATIONS; i++) {
    basis = orthonormalise(multiply(matrix, orthonormalise(multiplyTransposed(matrix, basis), size)), size);
  }
  // A ~ Q (Q'A); with B' = A'Q, the eigenvectors of B B' rotate Q into U, and V = B' W / s
  const projected = multiplyTransposed(matrix, basis);
  const { vectors, values } = symmetricEigen(gramMatrix(projected, size), WIDTH);
  const result = { out: new Float64Array(size * VECTOR_DIM), in: new Float64Array(size * VECTOR_DIM), basis };
  for (let k = 0; k < VECTOR_DIM; k++) {
    const singular = Math.sqrt(Math.max(values[k], 1e-12));
    for (let n = 0; n < size; n++) {
      let [u, v] = [0, 0];
      for (let j = 0; j < WIDTH; j++) {
        u += basis[n * WIDTH + j] * vectors[j * WIDTH + k];
        v += projected[n * WIDTH + j] * vectors[j * WIDTH + k];
      }
      result.out[n * VECTOR_DIM + k] = u * Math.sqrt(singular);
      result.in[n * VECTOR_DIM + k] = v / Math.sqrt(singular);
    }
  }
  return result;
}

function randomBasis(size: number): Float64Array {
  const random = createRandom(1);
  return Float64Array.from({ length: size * WIDTH }, () => random() - 0.5);
}

function positivePmi({ columns, values, weight }: Relations): Pick<Centred, 'columns' | 'values' | 'size'> {
  const size = columns.length;
  const rowSum = values.map((row) => row.reduce((sum, value) => sum + value, 0));
  const columnSum = new Float64Array(size);
  columns.forEach((row, c) => row.forEach((h, k) => (columnSum[h] += values[c][k])));
  const smoothed = columnSum.map((sum) => sum ** 0.75);
  const total = smoothed.reduce((sum, value) => sum + value, 0);
  const root = weight.map((value) => (value + SHRINKAGE) ** 0.25);
  const pmi = columns.map((row, c) =>
    Float64Array.from(row, (h, k) => {
      const association = Math.log((values[c][k] * total) / (rowSum[c] * smoothed[h])) - SHIFT;
      return Math.max(0, association) * root[c] * root[h];
    }),
  );
  return { size, columns, values: pmi };
}

function centre({ size, columns, values }: Pick<Centred, 'columns' | 'values' | 'size'>): Centred {
  const rowMean = new Float64Array(size);
  const columnMean = new Float64Array(size);
  columns.forEach((row, c) =>
    row.forEach((h, k) => {
      rowMean[c] += values[c][k] / size;
      columnMean[h] += values[c][k] / size;
    }),
  );
  const half = rowMean.reduce((sum, value) => sum + value, 0) / size / 2;
  return { size, columns, values, rowMean: rowMean.map((m) => m - half), columnMean: columnMean.map((m) => m - half) };
}

/** A x, for x [N, WIDTH]. */
function multiply({ size, columns, values, rowMean, columnMean }: Centred, x: Float64Array): Float64Array {
  const out = new Float64Array(size * WIDTH);
  const { sum, weighted } = columnSums(x, columnMean);
  for (let c = 0; c < size; c++) {
    const at = c * WIDTH;
    for (let j = 0; j < WIDTH; j++) out[at + j] = -rowMean[c] * sum[j] - weighted[j];
    addRows({ out, at, columns: columns[c], values: values[c] }, x);
  }
  return out;
}

/** A' x. */
function multiplyTransposed({ size, columns, values, rowMean, columnMean }: Centred, x: Float64Array): Float64Array {
  const out = new Float64Array(size * WIDTH);
  const { sum, weighted } = columnSums(x, rowMean);
  for (let h = 0; h < size; h++) {
    for (let j = 0; j < WIDTH; j++) out[h * WIDTH + j] = -columnMean[h] * sum[j] - weighted[j];
  }
  for (let c = 0; c < size; c++) {
    const [row, value] = [columns[c], values[c]];
    for (let k = 0; k < row.length; k++) {
      if (value[k] === 0) continue;
      for (let j = 0, to = row[k] * WIDTH; j < WIDTH; j++) out[to + j] += value[k] * x[c * WIDTH + j];
    }
  }
  return out;
}

interface RowSum {
  readonly out: Float64Array;
  readonly at: number;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

function addRows({ out, at, columns, values }: RowSum, x: Float64Array): void {
  for (let k = 0; k < columns.length; k++) {
    const value = values[k];
    if (value === 0) continue;
    for (let j = 0, from = columns[k] * WIDTH; j < WIDTH; j++) out[at + j] += value * x[from + j];
  }
}

function columnSums(x: Float64Array, weights: Float64Array) {
  const [sum, weighted] = [new Float64Array(WIDTH), new Float64Array(WIDTH)];
  for (let n = 0; n < weights.length; n++) {
    for (let j = 0; j < WIDTH; j++) {
      sum[j] += x[n * WIDTH + j];
      weighted[j] += weights[n] * x[n * WIDTH + j];
    }
  }
  return { sum, weighted };
}

/** Modified Gram-Schmidt, twice, in place over the columns of x [N, WIDTH]. */
function orthonormalise(x: Float64Array, size: number): Float64Array {
  const product = (a: number, b: number): number => {
    let sum = 0;
    for (let n = 0; n < size; n++) sum += x[n * WIDTH + a] * x[n * WIDTH + b];
    return sum;
  };
  for (let j = 0; j < WIDTH; j++) {
    for (let i = 0; i < 2 * j; i++) {
      const along = product(i % j, j);
      for (let n = 0; n < size; n++) x[n * WIDTH + j] -= along * x[n * WIDTH + (i % j)];
    }
    const norm = Math.sqrt(product(j, j));
    for (let n = 0; n < size; n++) x[n * WIDTH + j] = norm < 1e-9 ? 0 : x[n * WIDTH + j] / norm;
  }
  return x;
}

/** x' x [WIDTH, WIDTH]. */
function gramMatrix(x: Float64Array, size: number): Float64Array {
  const out = new Float64Array(WIDTH * WIDTH);
  for (let n = 0; n < size; n++) {
    for (let i = 0; i < WIDTH; i++) {
      for (let j = 0; j < WIDTH; j++) out[i * WIDTH + j] += x[n * WIDTH + i] * x[n * WIDTH + j];
    }
  }
  return out;
}

/** Cyclic Jacobi (Golub & Van Loan section 8.5): eigenvectors as columns, by falling eigenvalue. */
function symmetricEigen(matrix: Float64Array, size: number) {
  const a = Float64Array.from(matrix);
  const v = Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, v, [p, q, size]);
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[j * size + j] - a[i * size + i]);
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => {
    for (let r = 0; r < size; r++) vectors[r * size + to] = v[r * size + from];
  });
  return { vectors, values: order.map((i) => a[i * size + i]) };
}

function rotate(a: Float64Array, v: Float64Array, [p, q, size]: readonly [number, number, number]): void {
  const off = a[p * size + q];
  if (Math.abs(off) < 1e-300) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * off);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cos = 1 / Math.sqrt(t * t + 1);
  const sin = t * cos;
  const turn = (m: Float64Array, i: number, j: number): void => {
    const [x, y] = [m[i], m[j]];
    m[i] = cos * x - sin * y;
    m[j] = sin * x + cos * y;
  };
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(v, k * size + p, k * size + q);
}
