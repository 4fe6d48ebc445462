import type { UnitColumns } from './unit-columns.ts';

interface Stream {
  unit: number;
  first: number;
  last: number;
  count: number;
}

/**
 * What is missing of the streams of events: numbers of a client are gapless, so a gap is an event that was made and never
 * came. What is lost before the first or after the last that came is not seen.
 */
export class ClientGaps {
  readonly #streams = new Map<string, Stream>();

  /** `unit` below 0: of nobody who was exposed; such an event counts once one of the same client was of somebody. */
  add(clientId: string, clientSeq: number, unit: number): void {
    const stream = this.#streams.get(clientId);
    if (stream === undefined) {
      if (unit < 0) return;
      this.#streams.set(clientId, { unit, first: clientSeq, last: clientSeq, count: 1 });
      return;
    }
    if (unit >= 0) stream.unit = unit;
    stream.first = Math.min(stream.first, clientSeq);
    stream.last = Math.max(stream.last, clientSeq);
    stream.count++;
  }

  /** Adds to the columns `missing`, `expected` and `missingShare` of each unit. */
  addTo(units: UnitColumns): void {
    for (const { unit, first, last, count } of this.#streams.values()) {
      const expected = last - first + 1;
      units.add('expected', unit, expected);
      units.add('missing', unit, Math.max(0, expected - count));
    }
    const [share, missing, made] = [units.column('missingShare'), units.column('missing'), units.column('expected')];
    for (let unit = 0; unit < units.count; unit++) share[unit] = (missing[unit] ?? 0) / Math.max(1, made[unit] ?? 0);
  }
}
