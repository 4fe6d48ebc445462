/** What core needs from the outside world; injected so that everything is repeatable. */
export interface Environment {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A UUID version 7 (RFC 9562 section 5.7): 48 bit epoch ms, then 74 random bits. Lower-case hex with dashes. */
export function createUuid({ clock, random }: Environment): string {
  const time = Math.max(0, Math.floor(clock())).toString(16).padStart(12, '0').slice(-12);
  const bits = (count: number): number => Math.floor(random() * 2 ** count);
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const variant = 0x8000 | bits(14);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(bits(12), 3)}-${hex(variant, 4)}-${hex(bits(24), 6)}${hex(bits(24), 6)}`;
}

/** Epoch ms at which a UUID version 7 was made. */
export const timeOfUuid = (uuid: string): number => Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const isUuid = (text: string): boolean => UUID.test(text);
