/** As in a@b.cd. */
const SHORTEST = 6;
/** No text that this does not match is looked at any further: most ids and names. */
const SUSPECT = /@|%40|\d[\d ()./-]{6,}\d/;

/** Looked for from its `@` on: every pattern here takes time in proportion to the text, whatever a stranger sends. */
const EMAIL = /(?<=[^\s@<>"',;:=/?&])(?:@|%40)[\p{L}\p{N}.-]{1,253}\.\p{L}{2,}/u;

/** With `+`: 8 to 15 digits (ITU-T E.164). */
const INTERNATIONAL = /(?<![\w+.])\+\d(?:[ ()./-]{0,3}\d){7,14}(?!\w)/;
/** As in 020 7946 0958 or 0171/1234567: a leading 0 and groups of digits, without dashes, which part numbers have. */
const NATIONAL = /(?<![\w.-])\(?0\d{1,5}\)?(?:[ /]\d{2,8}){1,4}(?![\w-])/g;
const NATIONAL_DIGITS = { min: 9, max: 13 };
/** As in (212) 555-0123: North American Numbering Plan, area code and exchange begin with 2 to 9. */
const NORTH_AMERICAN = /(?<![\w.-])(?:1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{4}(?![\w-])/;

/**
 * Without groups, or in groups as cards are embossed. Without groups 13 and 14 digits are left alone: they are GTINs and
 * times, of which 1 in 10 passes for a card. A look-ahead, so that one match does not hide the next.
 */
const CARDS =
  /(?<![\w.-])(?=(\d{15,16}|\d{19}|\d{4}([ -])\d{4}\2\d{4}\2\d{4}(?:\2\d{3})?|\d{4}[ -]\d{6}[ -]\d{4,5}|\d{6}[ -]\d{13})(?![\w-]|\.\d))/g;
/** Issuers by first digits and length: Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay (ISO/IEC 7812). */
const CARD_ISSUERS = [
  /^4\d{15}(?:\d{3})?$/,
  /^(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}$/,
  /^3[47]\d{13}$/,
  /^3(?:0[0-5]|[68]\d)\d{11}$/,
  /^(?:6011|64[4-9]\d|65\d\d)\d{12}$/,
  /^35(?:2[89]|[3-8]\d)\d{12}$/,
  /^62\d{14}(?:\d{3})?$/,
];

/**
 * Whether a text holds an e-mail address, a phone number or a payment card number. Ids are not taken for these: UUIDs,
 * digits without `+` or the groups that people write, 13 and 14 digits (GTINs, times), digits beside letters.
 */
export function hasPersonalData(text: string): boolean {
  if (text.length < SHORTEST || !SUSPECT.test(text)) return false;
  return (
    EMAIL.test(text) || INTERNATIONAL.test(text) || NORTH_AMERICAN.test(text) || hasNational(text) || hasCard(text)
  );
}

const digitsOf = (text: string): string => text.replace(/\D/g, '');

const hasNational = (text: string): boolean =>
  (text.match(NATIONAL) ?? []).some((match) => {
    const { length } = digitsOf(match);
    return length >= NATIONAL_DIGITS.min && length <= NATIONAL_DIGITS.max;
  });

const hasCard = (text: string): boolean =>
  Array.from(text.matchAll(CARDS), ([, match = '']) => digitsOf(match)).some(
    (number) => CARD_ISSUERS.some((issuer) => issuer.test(number)) && passesLuhn(number),
  );

/** The check digit of ISO/IEC 7812-1, annex B. */
function passesLuhn(number: string): boolean {
  const sum = Array.from(number, Number)
    .reverse()
    .reduce((total, digit, i) => total + (i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return sum % 10 === 0;
}

/** Of a valid event: bytes as base64, which anything can seem to be in. */
const BINARY_FIELDS = ['vectors', 'inputs'];

/**
 * The same of every text in a value, names of fields included. Of what is no valid event nobody knows what its fields
 * mean, so nothing in it passes for bytes, and its numbers may be cards'.
 */
export function holdsPersonalData(value: unknown, isValidEvent: boolean): boolean {
  if (typeof value === 'string') return hasPersonalData(value);
  if (typeof value === 'number') return !isValidEvent && hasCard(String(value));
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((entry) => holdsPersonalData(entry, isValidEvent));
  const isBytes = (name: string): boolean => isValidEvent && BINARY_FIELDS.includes(name);
  return Object.entries(value).some(
    ([name, field]) => hasPersonalData(name) || (!isBytes(name) && holdsPersonalData(field, isValidEvent)),
  );
}
