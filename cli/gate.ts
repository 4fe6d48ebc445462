import type { Exit, Option } from './command.ts';

/** The flag of commands that print `checks`. */
export const GATE = {
  type: 'boolean',
  help: 'exit with 1 unless every check in the result holds',
} as const satisfies Option;

/** How such a command exits: with 1 where it is a gate and a check does not hold. */
export const exitOf = (gate: boolean, { checks }: { readonly checks: object }): Exit =>
  gate && !Object.values(checks).every(Boolean) ? 1 : 0;
