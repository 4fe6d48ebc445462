/** Added to the mean of the diagonal's share: inputs that hardly vary must not take over others' errors without end. */
const DAMPING = 0.01;

/**
 * How the rounding error of each weight is made good by the weights behind it (GPTQ, Frantar et al. 2023): the upper
 * triangular U [n, n] with U'U = (X'X / rows + damping)^-1. `x` are inputs [rows, n] as the layer meets them.
 */
export function errorFeedback(x: ArrayLike<number>, n: number): Float64Array {
  const rows = x.length / n;
  const h = new Float64Array(n * n);
  for (let r = 0; r < x.length; r += n) {
    for (let i = 0; i < n; i++) {
      const value = x[r + i] / rows;
      for (let j = i; value !== 0 && j < n; j++) h[i * n + j] += value * x[r + j];
    }
  }
  let mean = 0;
  for (let i = 0; i < n; i++) mean += h[i * n + i] / n;
  for (let i = 0; i < n; i++) h[i * n + i] += DAMPING * mean + Number.MIN_VALUE;
  return invertUpper(factorUpper(h, n), n);
}

/** R, upper triangular, with R R' = the symmetric positive definite matrix whose upper triangle is `h`. */
function factorUpper(h: Float64Array, n: number): Float64Array {
  const r = new Float64Array(n * n);
  for (let j = n - 1; j >= 0; j--) {
    for (let i = j; i >= 0; i--) {
      let sum = h[i * n + j];
      for (let k = j + 1; k < n; k++) sum -= r[i * n + k] * r[j * n + k];
      r[i * n + j] = i === j ? Math.sqrt(sum) : sum / r[j * n + j];
    }
  }
  return r;
}

function invertUpper(r: Float64Array, n: number): Float64Array {
  const u = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    u[j * n + j] = 1 / r[j * n + j];
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum += r[i * n + k] * u[k * n + j];
      u[i * n + j] = -sum / r[i * n + i];
    }
  }
  return u;
}
