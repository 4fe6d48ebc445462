/**
 * Reads the value at a dotted path; null where a part of it is missing. Own properties only, never a prototype's. The
 * path is taken apart once, as it is read of hundreds of candidates.
 */
export function createPathReader(path: string): (subject: unknown) => unknown {
  const parts = path.split('.');
  return (subject) => {
    let value = subject;
    for (const part of parts) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return null;
      value = (value as Record<string, unknown>)[part];
    }
    return value;
  };
}
