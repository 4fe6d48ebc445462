/** The value at a dotted path; null where a part of it is missing. Reads own properties only, never a prototype's. */
export function readPath(subject: unknown, path: string): unknown {
  let value = subject;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return null;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
