import { VECTOR_DIM } from '../src/core/contract.ts';
import { createRandom } from '../src/core/random.ts';
import { type Relations, SHRINKAGE, type SparseRows } from './relations.ts';

/** Extra columns of the randomised SVD, and its power iterations (Halko, Martinsson & Tropp 2011, section 4.5). */
const OVERSAMPLING = 8;
const ITERATIONS = 5;
/** From the basis of a fortnight ago fewer do: the relations have moved little. One that lacks rank is no start. */
const WARM_ITERATIONS = 2;
const WIDTH = VECTOR_DIM + OVERSAMPLING;
/** The PPMI's shift: ln k is subtracted, k < 1 keeps weak associations (DESIGN section 5). */
const SHIFT = Math.log(0.3);

/** Sparse matrix with its double centring kept as two vectors: A = S - r 1' - 1 c' (r takes half of the grand mean). */
interface Centred extends SparseRows {
  readonly size: number;
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
  const warm = start !== undefined && hasFullRank(start, size) ? start : undefined;
  let basis = warm ?? randomBasis(size);
  for (let i = warm === undefined ? 0 : ITERATIONS - WARM_ITERATIONS; i < ITERATIONS; i++) {
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

/** Of a basis: relations of fewer items leave columns of zeros, and no iteration turns zeros into anything else. */
function hasFullRank(basis: Float64Array, size: number): boolean {
  const products = gramMatrix(basis, size);
  for (let j = 0; j < WIDTH; j++) if (products[j * (WIDTH + 1)] === 0) return false;
  return true;
}

/** The entries that are above zero. */
function positivePmi({ start, columns, values, weight }: Relations): SparseRows {
  const size = weight.length;
  const rowSum = new Float64Array(size);
  const columnSum = new Float64Array(size);
  eachEntry(start, (row, k) => {
    rowSum[row] += values[k];
    columnSum[columns[k]] += values[k];
  });
  const smoothed = columnSum.map((sum) => sum ** 0.75);
  const total = smoothed.reduce((sum, value) => sum + value, 0);
  const root = weight.map((value) => (value + SHRINKAGE) ** 0.25);
  const kept = {
    start: new Int32Array(size + 1),
    columns: new Int32Array(columns),
    values: new Float64Array(values.length),
  };
  let end = 0;
  eachEntry(start, (row, k) => {
    const h = columns[k];
    const association = Math.log((values[k] * total) / (rowSum[row] * smoothed[h])) - SHIFT;
    if (association > 0) {
      kept.columns[end] = h;
      kept.values[end++] = association * root[row] * root[h];
    }
    kept.start[row + 1] = end;
  });
  for (let row = 0; row < size; row++) kept.start[row + 1] = Math.max(kept.start[row + 1], kept.start[row]);
  return kept;
}

function eachEntry(start: Int32Array, visit: (row: number, k: number) => void): void {
  for (let row = 0; row + 1 < start.length; row++) for (let k = start[row]; k < start[row + 1]; k++) visit(row, k);
}

function centre(matrix: SparseRows): Centred {
  const { start, columns, values } = matrix;
  const size = start.length - 1;
  const rowMean = new Float64Array(size);
  const columnMean = new Float64Array(size);
  eachEntry(start, (row, k) => {
    rowMean[row] += values[k] / size;
    columnMean[columns[k]] += values[k] / size;
  });
  const half = rowMean.reduce((sum, value) => sum + value, 0) / size / 2;
  return { ...matrix, size, rowMean: rowMean.map((m) => m - half), columnMean: columnMean.map((m) => m - half) };
}

/** A x, for x [N, WIDTH]. */
function multiply({ size, start, columns, values, rowMean, columnMean }: Centred, x: Float64Array): Float64Array {
  const out = new Float64Array(size * WIDTH);
  const { sum, weighted } = columnSums(x, columnMean);
  for (let c = 0; c < size; c++) {
    const at = c * WIDTH;
    for (let j = 0; j < WIDTH; j++) out[at + j] = -rowMean[c] * sum[j] - weighted[j];
    for (let k = start[c]; k < start[c + 1]; k++) {
      const value = values[k];
      for (let j = 0, from = columns[k] * WIDTH; j < WIDTH; j++) out[at + j] += value * x[from + j];
    }
  }
  return out;
}

/** A' x. */
function multiplyTransposed(matrix: Centred, x: Float64Array): Float64Array {
  const { size, start, columns, values, rowMean, columnMean } = matrix;
  const out = new Float64Array(size * WIDTH);
  const { sum, weighted } = columnSums(x, rowMean);
  for (let h = 0; h < size; h++) {
    for (let j = 0; j < WIDTH; j++) out[h * WIDTH + j] = -columnMean[h] * sum[j] - weighted[j];
  }
  for (let c = 0; c < size; c++) {
    for (let k = start[c]; k < start[c + 1]; k++) {
      const value = values[k];
      for (let j = 0, to = columns[k] * WIDTH, at = c * WIDTH; j < WIDTH; j++) out[to + j] += value * x[at + j];
    }
  }
  return out;
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

/** Modified Gram-Schmidt, twice, over the columns of x [N, WIDTH]. */
function orthonormalise(x: Float64Array, size: number): Float64Array {
  // column by column in memory: every step below walks whole columns
  const columns = Array.from({ length: WIDTH }, (_, j) =>
    Float64Array.from({ length: size }, (_, n) => x[n * WIDTH + j]),
  );
  columns.forEach((column, j) => {
    for (let i = 0; i < 2 * j; i++) subtract(column, columns[i % j]);
    const norm = Math.sqrt(product(column, column));
    for (let n = 0; n < size; n++) column[n] = norm < 1e-9 ? 0 : column[n] / norm;
    for (let n = 0; n < size; n++) x[n * WIDTH + j] = column[n];
  });
  return x;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += a[n] * b[n];
  return sum;
}

/** Takes away what lies along the unit vector `other`. */
function subtract(column: Float64Array, other: Float64Array): void {
  const along = product(column, other);
  for (let n = 0; n < column.length; n++) column[n] -= along * other[n];
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
