import { type Problem, createProblem } from '../core/problem.ts';
import type { SlateContext } from './types.ts';

export interface ReadContext {
  /** `context.*` of conditions. */
  readonly context: Readonly<Record<string, unknown>>;
  /** `customer.*` of conditions. */
  readonly customer: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/**
 * The fields of contexts, later ones over earlier ones, and of their `customer`. They are the site's: anything may be
 * given, and a getter may throw, as those do that read a storage which the browser refuses. Such a field is absent.
 */
export function readContext(...contexts: readonly (SlateContext | undefined)[]): ReadContext {
  const problems: Problem[] = [];
  const read = (object: unknown, path: string): Record<string, unknown> => {
    const fields: Record<string, unknown> = {};
    for (const name of typeof object === 'object' && object !== null ? Object.keys(object) : []) {
      try {
        fields[name] = (object as Record<string, unknown>)[name];
      } catch (error) {
        const message = `${path}${name} could not be read, so rules take it as absent: ${String(error)}`;
        problems.push(createProblem('context_invalid', message));
      }
    }
    return fields;
  };
  const fields = contexts.map((context) => read(context, 'context.'));
  const { customer, ...context } = Object.assign({}, ...fields) as Record<string, unknown>;
  return { context, customer: read(customer, 'customer.'), problems };
}
