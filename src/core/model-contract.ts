import { type Batch, LOGITS, TENSORS, type TensorSpec } from './contract.ts';

/** A tensor as a model declares it; a size that is not a number is dynamic. */
export interface DeclaredTensor {
  readonly name: string;
  /** `float32`, `int8`, … as onnxruntime names them. */
  readonly type: string;
  readonly shape: readonly unknown[];
}

export interface DeclaredModel {
  readonly inputs: readonly DeclaredTensor[];
  readonly outputs: readonly DeclaredTensor[];
}

/** Checks a model's inputs (any part of `TENSORS`) and its output. Names the first that does not fit and what would. */
export function findMisfit({ inputs, outputs }: DeclaredModel, heads: number): string | undefined {
  for (const declared of inputs) {
    const spec = TENSORS.find(({ name }) => name === declared.name);
    if (spec === undefined) {
      const known = TENSORS.map(({ name }) => name).join(', ');
      return `input "${declared.name}" is not in the contract, which has ${known}`;
    }
    if (!fits(declared, spec, heads)) return `input ${describeMisfit(declared, spec, heads)}`;
  }
  const logits = outputs.find(({ name }) => name === LOGITS.name);
  if (logits !== undefined)
    return fits(logits, LOGITS, heads) ? undefined : `output ${describeMisfit(logits, LOGITS, heads)}`;
  const found = outputs.map(({ name }) => name).join(', ') || 'none';
  return `output ${LOGITS.name} is missing, which must be ${describe(LOGITS, heads)}; the model has ${found}`;
}

/** The number of candidates differs from slate to slate, so only a dynamic size fits `M`. */
function fits({ type, shape }: DeclaredTensor, spec: TensorSpec, heads: number): boolean {
  if (type !== spec.type || shape.length !== spec.shape.length) return false;
  return shape.every((size, axis) => {
    const wanted = spec.shape[axis];
    return typeof size !== 'number' || (wanted !== 'M' && size === (wanted === 'H' ? heads : wanted));
  });
}

const describeMisfit = (declared: DeclaredTensor, spec: TensorSpec, heads: number): string =>
  `${spec.name} must be ${describe(spec, heads)} and is ${declared.type} [${declared.shape.map(sizeName).join(', ')}]`;

const describe = ({ type, shape }: TensorSpec, heads: number): string => {
  const note = shape.includes('M') ? ' with M dynamic' : '';
  return `${type} [${shape.map((size) => (size === 'H' ? heads : size)).join(', ')}]${note}`;
};

const sizeName = (size: unknown): string => (typeof size === 'number' || typeof size === 'string' ? String(size) : '?');

/** The values of one input and its sizes, ready for a runtime's tensor. */
export function feedOf({ name, shape }: TensorSpec, batch: Batch) {
  // the contract names tensors in snake case, the batch in camel case
  const field = name.replace(/_./g, (pair) => pair.slice(1).toUpperCase());
  const data = batch[field as Exclude<keyof Batch, 'size'>];
  return { data, dims: shape.map((size) => (typeof size === 'number' ? size : batch.size)) };
}
