/**
 * FNV-1a, 32 bit, over the UTF-8 bytes of `text` (http://www.isthe.com/chongo/tech/comp/fnv/).
 * Returns an unsigned integer in [0, 2^32). The item hash of the wire format (DESIGN section 4).
 */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0;
    if (point > 0xffff) i++;
    for (const byte of utf8Bytes(point)) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

function utf8Bytes(point: number): number[] {
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), 0x80 | (point & 63)];
  // a lone surrogate becomes U+FFFD, as TextEncoder does
  const safe = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
  if (safe < 0x10000) return [0xe0 | (safe >> 12), 0x80 | ((safe >> 6) & 63), 0x80 | (safe & 63)];
  return [0xf0 | (safe >> 18), 0x80 | ((safe >> 12) & 63), 0x80 | ((safe >> 6) & 63), 0x80 | (safe & 63)];
}
