import { CONTEXT_FEATURES, EVENT_ACTIONS, LOGITS, MAX_EVENTS, TENSORS, VECTOR_DIM } from '../src/core/contract.ts';
import type { FeatureRule } from '../src/core/feature-rule.ts';
import { ACTION_WEIGHTS, GRAM_CONTEXT, MAX_MASKS, NORM_EPSILON, POOL_KERNELS } from '../src/core/gram.ts';
import { OnnxGraph } from './onnx-graph.ts';
import { type QuantizedLayer, describeNBits } from './quantize.ts';

const FLOAT = 1; // TensorProto.DataType.FLOAT, the `to` of a Cast

/** `rank.onnx`: the same function as `gramInputs` + `scoreMicro` in core, with int8 weights. */
export function createGramGraph(rules: readonly FeatureRule[], layers: readonly QuantizedLayer[]): Uint8Array {
  const writer = new GramWriter();
  const inputs = writer.standardise(writer.inputs(), rules);
  const logits = layers.reduce((value, layer, i) => {
    const out = writer.dense(value, layer);
    return i === layers.length - 1 ? out : writer.graph.node('Relu', [out]);
  }, inputs);
  return writer.graph.encode(logits, LOGITS);
}

class GramWriter {
  readonly graph = new OnnxGraph();
  readonly #tensor = new Map(TENSORS.filter(({ name }) => USED.has(name)).map((spec) => [spec.name, spec]));
  /** [50, 1]: adds up the pooled events. */
  readonly #pooled = this.graph.floats(MAX_MASKS[0] ?? [], [MAX_EVENTS, 1]);
  readonly #one = this.graph.floats([1]);

  inputs(): string {
    const { graph } = this;
    const values = new Map([...this.#tensor].map(([name, spec]) => [name, graph.input(spec)]));
    const get = (name: string): string => values.get(name) ?? name;
    const weights = this.#eventWeights(get('event_act'), get('event_mask'));
    const count = graph.node('Max', [graph.node('MatMul', [weights, this.#pooled]), this.#one]);
    const cosine = this.#cosine(get('cand_vec'), get('event_vec'));
    const pools = [cosine, get('pair_nbr')].flatMap((pair) => this.#pool(graph.node('Mul', [pair, weights]), count));
    const agree = [1, 2].flatMap((field) => {
      const same = this.#same(field, get('cand_ids'), get('event_ids'));
      const weighted = graph.node('Mul', [same, weights]);
      return [
        graph.slice(weighted, 2, [0, 1]),
        graph.node('Div', [graph.node('MatMul', [weighted, this.#pooled]), count]),
      ];
    });
    return this.#concat([...pools, ...agree, get('cand_num'), this.#context(get('cand_num'), get('ctx'))]);
  }

  standardise(value: string, rules: readonly FeatureRule[]): string {
    const { graph } = this;
    const column = (pick: (rule: FeatureRule) => number): string => graph.floats(rules.map(pick));
    const centred = graph.node('Sub', [value, column(({ mean }) => mean)]);
    const scaled = graph.node('Mul', [centred, column(({ scale }) => scale)]);
    const low = graph.node('Max', [scaled, column(({ clip }) => -clip)]);
    return graph.node('Min', [low, column(({ clip }) => clip)]);
  }

  dense(value: string, layer: QuantizedLayer): string {
    const { graph } = this;
    const { sizes, attributes } = describeNBits(layer);
    const inputs = [value, graph.bytes(layer.bytes, sizes), graph.floats(layer.scales)];
    const product = graph.contrib('MatMulNBits', inputs, attributes);
    return graph.node('Add', [product, graph.floats(layer.bias)]);
  }

  /** [1, 1, 50]: presence times the weight of the action. */
  #eventWeights(act: string, mask: string): string {
    const { graph } = this;
    const actions = graph.node('MatMul', [act, graph.floats(ACTION_WEIGHTS, [EVENT_ACTIONS.length, 1])]);
    const row = graph.node('Transpose', [actions], { perm: [0, 2, 1] });
    return graph.node('Mul', [row, graph.node('Unsqueeze', [mask, graph.int64([1])])]);
  }

  /** [1, M, 50] */
  #cosine(candidates: string, events: string): string {
    const { graph } = this;
    const unit = (value: string, range: readonly [number, number]): string => {
      const side = graph.slice(graph.node('Cast', [value], { to: FLOAT }), 2, range);
      const square = graph.node('ReduceSum', [graph.node('Mul', [side, side]), graph.int64([2])], { keepdims: 1 });
      return graph.node('Div', [side, graph.node('Sqrt', [graph.node('Add', [square, graph.floats([NORM_EPSILON])])])]);
    };
    const turned = graph.node('Transpose', [unit(events, [VECTOR_DIM, 2 * VECTOR_DIM])], { perm: [0, 2, 1] });
    return graph.node('MatMul', [unit(candidates, [0, VECTOR_DIM]), turned]);
  }

  /** last, two decayed sums, twice the mean, two maxima: each [1, M, 1] (the sums together [1, M, 3]). */
  #pool(pair: string, count: string): string[] {
    const { graph } = this;
    const kernels = Array.from({ length: MAX_EVENTS }, (_, l) => POOL_KERNELS.map((kernel) => kernel[l] ?? 0)).flat();
    const sums = graph.node('MatMul', [pair, graph.floats(kernels, [MAX_EVENTS, POOL_KERNELS.length])]);
    const total = graph.node('Mul', [graph.node('MatMul', [pair, this.#pooled]), graph.floats([2])]);
    const maxima = MAX_MASKS.map((mask) => {
      const masked = graph.node('Mul', [pair, graph.floats(mask)]);
      return graph.node('Relu', [graph.node('ReduceMax', [masked], { axes: [2], keepdims: 1 })]);
    });
    return [sums, graph.node('Div', [total, count]), ...maxima];
  }

  /** [1, M, 50]: 1 where candidate and event agree in an id that is not 0. */
  #same(field: number, candidates: string, events: string): string {
    const { graph } = this;
    const own = graph.slice(candidates, 2, [field, field + 1]);
    const theirs = graph.node('Transpose', [graph.slice(events, 2, [field, field + 1])], { perm: [0, 2, 1] });
    const known = graph.node('Not', [graph.node('Equal', [own, graph.int32([0])])]);
    const both = graph.node('And', [graph.node('Equal', [own, theirs]), known]);
    return graph.node('Cast', [both], { to: FLOAT });
  }

  /** The context's inputs repeated for every candidate: [1, M, GRAM_CONTEXT.length]. */
  #context(candidateNumbers: string, context: string): string {
    const { graph } = this;
    const columns = GRAM_CONTEXT.map((name) => {
      const at = CONTEXT_FEATURES.indexOf(name);
      return graph.slice(context, 1, [at, at + 1]);
    });
    const row = graph.node('Unsqueeze', [graph.node('Concat', columns, { axis: 1 }), graph.int64([1])]);
    // a broadcast by a column of zeros: Expand would need the candidates' number as a shape
    const zeros = graph.node('Mul', [graph.slice(candidateNumbers, 2, [0, 1]), graph.floats([0])]);
    return graph.node('Add', [zeros, row]);
  }

  #concat(values: string[]): string {
    return this.graph.node('Concat', values, { axis: 2 });
  }
}

/** The contract's tensors that `gram` reads; a graph declares only what it uses. */
const USED: ReadonlySet<string> = new Set([
  'cand_vec',
  'cand_ids',
  'cand_num',
  'event_vec',
  'event_ids',
  'event_act',
  'event_mask',
  'pair_nbr',
  'ctx',
]);
