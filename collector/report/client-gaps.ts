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

  add(clientId: string, clientSeq: number, unit: number): void {
    const stream = this.#streams.get(clientId);
    if (stream === undefined) {
      this.#streams.set(clientId, { unit, first: clientSeq, last: clientSeq, count: 1 });
      return;
    }
    stream.unit = unit;
    stream.first = Math.min(stream.first, clientSeq);
    stream.last = Math.max(stream.last, clientSeq);
    stream.count++;
  }

  /** Adds to the columns `missing` and `expected` of each unit. */
  addTo(units: UnitColumns): void {
    for (const { unit, first, last, count } of this.#streams.values()) {
      const expected = last - first + 1;
      units.add('expected', unit, expected);
      units.add('missing', unit, Math.max(0, expected - count));
    }
  }
}
