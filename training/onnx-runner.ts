import { InferenceSession, Tensor, env } from 'onnxruntime-web/wasm';
import { type Batch, LOGITS, TENSORS } from '../src/core/contract.ts';
import { feedOf } from '../src/core/model-contract.ts';

/** A model in Node, on the runtime that pages use. */
export interface OnnxRunner {
  /** [M, H]. Rejects where the run fails or answers another shape. */
  run(batch: Batch): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Rejects with onnxruntime's own words where it does not know an operator or the graph is wrong. */
export async function openOnnx(bytes: Uint8Array, heads: number): Promise<OnnxRunner> {
  // more would need workers, which Node has not
  env.wasm.numThreads = 1;
  // what goes wrong is thrown as well, and said once
  env.logLevel = 'fatal';
  const session = await InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  const inputs = TENSORS.filter(({ name }) => session.inputNames.includes(name));
  return {
    run: async (batch) => {
      const feeds = inputs.map((spec) => {
        const { data, dims } = feedOf(spec, batch);
        return [spec.name, new Tensor(spec.type, data, dims)] as const;
      });
      const { logits } = await session.run(Object.fromEntries(feeds), [LOGITS.name]);
      const [wanted, shape] = [[1, batch.size, heads].join(), logits?.dims.join() ?? 'nothing'];
      if (!(logits?.data instanceof Float32Array) || shape !== wanted) {
        throw new Error(`with ${String(batch.size)} candidates it answers logits [${shape}], not [${wanted}]`);
      }
      return logits.data;
    },
    close: () => session.release(),
  };
}
