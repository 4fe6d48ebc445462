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

/** What a run needs of an onnxruntime session; core knows no runtime. */
interface RunnableSession<T> {
  readonly inputNames: readonly string[];
  run(
    feeds: Record<string, T>,
    outputs: string[],
  ): Promise<Readonly<Record<string, { readonly data: unknown; readonly dims: readonly number[] }>>>;
}

/** How a session answers [M, H] to a batch; `toTensor` makes the runtime's own. Rejects where the run fails or answers another shape. */
export function createRun<T>(
  session: RunnableSession<T>,
  toTensor: (feed: ReturnType<typeof feedOf>) => T,
  heads: number,
): (batch: Batch) => Promise<Float32Array> {
  const inputs = TENSORS.filter(({ name }) => session.inputNames.includes(name));
  return async (batch) => {
    const feeds = inputs.map((spec) => [spec.name, toTensor(feedOf(spec, batch))] as const);
    const { [LOGITS.name]: logits } = await session.run(Object.fromEntries(feeds), [LOGITS.name]);
    const [wanted, shape] = [[1, batch.size, heads].join(), logits?.dims.join() ?? 'nothing'];
    if (logits?.data instanceof Float32Array && shape === wanted) return logits.data;
    throw new Error(`with ${String(batch.size)} candidates it answers logits [${shape}], not [${wanted}]`);
  };
}

/** The values of one input and its sizes, ready for a runtime's tensor. */
export function feedOf({ name, type, shape }: TensorSpec, batch: Batch) {
  // the contract names tensors in snake case, the batch in camel case
  const field = name.replace(/_./g, (pair) => pair.slice(1).toUpperCase());
  const data = batch[field as Exclude<keyof Batch, 'size'>];
  return { type, data, dims: shape.map((size) => (typeof size === 'number' ? size : batch.size)) };
}
