/** Bytes of a decoded `vec`: 32 int8 "out" + 32 int8 "in" + 2 float32 scales. */
export const VEC_TEXT_BYTES = 72;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** By character code; 64 where it is none of the alphabet. A list of 500 candidates has half a million characters. */
const VALUES = new Uint8Array(128).fill(64);
[...ALPHABET].forEach((char, value) => (VALUES[char.charCodeAt(0)] = value));

/** Standard base64 (RFC 4648 section 4, padding optional). Returns undefined for anything else; never throws. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const body = text.replace(/={1,2}$/, '');
  if (body.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let [buffer, bits, at] = [0, 0, 0];
  for (let i = 0; i < body.length; i++) {
    const value = VALUES[body.charCodeAt(i)] ?? 64;
    if (value === 64) return undefined;
    buffer = ((buffer << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (buffer >> bits) & 255;
    }
  }
  return bytes;
}

/** How many bytes `decodeBase64` would make of it; undefined where it makes none. */
export const base64Length = (text: string): number | undefined => {
  const body = text.replace(/={1,2}$/, '');
  return body.length % 4 === 1 || !/^[A-Za-z\d+/]*$/.test(body) ? undefined : Math.floor((body.length * 3) / 4);
};

/** Standard base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) | (left > 2 ? bytes[i + 2] : 0);
    text += ALPHABET[group >> 18] + ALPHABET[(group >> 12) & 63];
    text += left > 1 ? ALPHABET[(group >> 6) & 63] : '=';
    text += left > 2 ? ALPHABET[group & 63] : '=';
  }
  return text;
}
