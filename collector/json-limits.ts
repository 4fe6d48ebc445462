const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

export interface JsonLimits {
  readonly maxDepth: number;
  /** Entries of a list directly inside the outermost object or list. */
  readonly maxEntries: number;
  /** Objects and lists in all. Numbers are not counted: a logged slate has many, and each costs next to nothing. */
  readonly maxContainers: number;
}

export type JsonExcess = 'depth' | 'entries' | 'containers';

/**
 * Which limit JSON text (UTF-8) exceeds, if any. Looks at bytes only, so it is safe to ask before parsing: 30,000-deep
 * JSON passes JSON.parse and then breaks JSON.stringify (measured, DESIGN section 9), and empty objects cost many times
 * their bytes, wherever they stand. Text that is not JSON gets some answer and is left to the parser.
 */
export function findExceeded(json: Uint8Array, limits: JsonLimits): JsonExcess | undefined {
  const { maxDepth, maxEntries, maxContainers } = limits;
  let depth = 0;
  let inText = false;
  let commas = 0;
  let containers = 0;
  let isList = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (inText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > maxDepth) return 'depth';
      if (++containers > maxContainers) return 'containers';
      if (depth === 2) [isList, commas] = [byte === OPEN_LIST, 0];
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
    else if (byte === COMMA && depth === 2 && isList && ++commas >= maxEntries) return 'entries';
  }
  return undefined;
}
