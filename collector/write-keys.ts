import { isNumber, isRecord } from '../src/core/guards.ts';

/** What a write key may do. It stands in pages for all to read: it says whose events these are and is no secret. */
export interface WriteKey {
  /** Origins whose pages may post with it, such as `https://shop.example`. */
  readonly origins: readonly string[];
  /** Batches a second over all who use it; absent: no limit. */
  readonly ratePerSecond?: number;
}

export type WriteKeys = ReadonlyMap<string, WriteKey>;

/** Why a list of keys was not taken. */
export interface KeysProblem {
  readonly kind: 'keys_problem';
  /** Says where: `keys.pk_shop.origins[0]`. */
  readonly message: string;
}

export const isKeysProblem = (value: WriteKeys | KeysProblem): value is KeysProblem => 'kind' in value;

const MAX_KEY_LENGTH = 128;
const FIELDS = ['origins', 'ratePerSecond'];

/** Reads `{ "keys": { KEY: { "origins": [...], "ratePerSecond"?: n } } }`; anything it does not know is a mistake. */
export function parseWriteKeys(value: unknown): WriteKeys | KeysProblem {
  const keys = isRecord(value) && Object.keys(value).join() === 'keys' ? value['keys'] : undefined;
  if (!isRecord(keys)) return problem('expected { "keys": { KEY: { "origins": [...] } } } and nothing else');
  const found = Object.entries(keys).map(([name, key]) => [name, key, findMistake(name, key)] as const);
  const mistake = found.length === 0 ? 'keys: names no key, so every batch would be refused' : found[0]?.[2];
  const message = mistake ?? found.find(([, , text]) => text !== undefined)?.[2];
  if (message !== undefined) return problem(message);
  return new Map(found.map(([name, key]) => [name, key as WriteKey]));
}

const problem = (message: string): KeysProblem => ({ kind: 'keys_problem', message });

function findMistake(name: string, key: unknown): string | undefined {
  const at = `keys.${name}`;
  if (!/^[\x21-\x7e]+$/.test(name) || name.length > MAX_KEY_LENGTH) {
    return `${at}: a key is 1 to ${String(MAX_KEY_LENGTH)} printable ASCII characters`;
  }
  if (!isRecord(key)) return `${at}: expected { "origins": [...] }`;
  const unknown = Object.keys(key).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) return `${at}.${unknown}: not a field; there are ${FIELDS.join(', ')}`;
  const { origins, ratePerSecond } = key;
  if (!Array.isArray(origins))
    return `${at}.origins: expected a list of origins, empty where no page of another site may post`;
  const wrong = origins.findIndex((origin) => !isOrigin(origin));
  if (wrong !== -1) return `${at}.origins[${String(wrong)}]: expected an origin such as https://shop.example`;
  if (ratePerSecond === undefined || (isNumber(ratePerSecond) && ratePerSecond > 0)) return undefined;
  return `${at}.ratePerSecond: expected a number above 0`;
}

/** Whether a text is an origin as browsers send it: no path, no slash at the end, no default port. */
export const isOrigin = (text: unknown): text is string =>
  typeof text === 'string' && URL.canParse(text) && new URL(text).origin === text;
