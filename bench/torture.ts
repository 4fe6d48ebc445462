import { InputError } from '../training/input-error.ts';
import { ROWS, type TortureRow, playRow } from './torture-rows.ts';

export interface TortureOptions {
  /** Names of rows; empty for all. */
  readonly rows: readonly string[];
  readonly progress: (text: string) => void;
}

export interface TortureResult {
  readonly rows: readonly TortureRow[];
  readonly faults: number;
}

/** Plays the rows one after the other. Throws `InputError` where there is no browser, or no row of a name. */
export async function torture({ rows, progress }: TortureOptions): Promise<TortureResult> {
  const unknown = rows.find((name) => !ROWS.some((row) => row.name === name));
  if (unknown !== undefined) {
    throw new InputError(`there is no row "${unknown}"; rows are ${ROWS.map(({ name }) => name).join(', ')}`);
  }
  const played: TortureRow[] = [];
  for (const row of ROWS.filter(({ name }) => rows.length === 0 || rows.includes(name))) {
    progress(`${row.name}: ${row.about}`);
    played.push(await playRow(row));
  }
  return { rows: played, faults: played.reduce((sum, { faults }) => sum + faults.length, 0) };
}
