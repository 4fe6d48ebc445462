import { FEATURE_GROUPS } from '../src/core/feature-groups.ts';
import { GRAM_CONTEXT, GRAM_INPUTS } from '../src/core/gram.ts';

/** What people call the ranker's inputs. A name that ends with `*` stands for all that begin so. */
const GROUPS = {
  session: ['cosine_*', 'neighbour_*', 'category_*', 'brand_*'],
  history: ['own_*', 'history_*', 'fatigue'],
  popular: Object.keys(FEATURE_GROUPS.popular),
  new: Object.keys(FEATURE_GROUPS.new),
  price: Object.keys(FEATURE_GROUPS.price),
  server: [...Object.keys(FEATURE_GROUPS.server), 'server_lag'],
  context: GRAM_CONTEXT,
} as const satisfies Record<string, readonly string[]>;

export type InputGroup = keyof typeof GROUPS;

const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** Columns of `GRAM_INPUTS` by group: each column is in one. */
export const INPUT_GROUPS = Object.entries(GROUPS).map(([name, patterns]) => ({
  name: name as InputGroup,
  columns: GRAM_INPUTS.flatMap((input, column) => (patterns.some((one) => matches(one, input)) ? [column] : [])),
}));
