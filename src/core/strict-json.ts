/** Deeper than any manifest; a walk over 30,000 levels could overflow the stack of whoever reads it next. */
const MAX_DEPTH = 32;
/** Set on an object, these would reach every other object of the page. */
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export type StrictJson = { readonly value: unknown } | { readonly why: string };

/** Reads JSON of which every number is finite (`1e999` is not), no key is a prototype's and no level is below 32. */
export function parseStrictJson(text: string): StrictJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { why: 'it is not JSON' };
  }
  const why = findOdd(value, MAX_DEPTH);
  return why === undefined ? { value } : { why };
}

function findOdd(value: unknown, levels: number): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'a number is not finite';
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return `it nests deeper than ${String(MAX_DEPTH)} levels`;
  for (const [key, inner] of Object.entries(value)) {
    if (PROTOTYPE_KEYS.has(key)) return `a key is named ${key}`;
    const why = findOdd(inner, levels - 1);
    if (why !== undefined) return why;
  }
  return undefined;
}
