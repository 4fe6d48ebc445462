import { dayFile, listDays, parquetOf, putInPlace, removeDay } from './archive-folder.ts';
import { LAST_TIME_MS, selectColumns } from './archive-columns.ts';
import { type Duck, IS_ERASED, quote } from './duck.ts';

export interface ArchiveResult {
  /** In the archive now. */
  readonly events: number;
  /** In the archive now. */
  readonly days: number;
  /** Written or removed by this run: one a day that changed. */
  readonly files: number;
  /** Copies that were read of events that the archive had, or that came twice. */
  readonly duplicates: number;
  /** Rows that tombstones took out of the archive, or kept out of it. */
  readonly erased: number;
}

/** How a run goes, in words. */
export interface Told {
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
}

export interface Merge extends Told {
  /** Holds `staged (event)` and `tombstones (is_client, sha256)`. */
  readonly duck: Duck;
  readonly folder: string;
  /** Where a day is written before it is put in place: on the same disk. */
  readonly nextFile: string;
}

/** Of the time of receipt, UTC. */
const DAY = "strftime(epoch_ms(received), '%Y-%m-%d')";

/**
 * Brings the days of an archive up to date: adds staged events that it has not, each once and as it was received first,
 * and takes out what tombstones name. Days that do not change are not touched, and each is replaced in one step.
 */
export async function mergeStaged(merge: Merge): Promise<ArchiveResult> {
  const { duck, folder, progress, warn } = merge;
  await findChanges(merge);
  const unreadable = (await countRows(duck, 'staged')) - (await countRows(duck, 'arrived'));
  if (unreadable > 0)
    warn(`${String(unreadable)} events are left out: DuckDB cannot read their JSON, or their time of receipt`);
  const added = await countRows(duck, 'fresh WHERE id NOT IN (SELECT id FROM known)');
  const erased =
    (await countRows(duck, 'arrived WHERE is_erased')) + (await countRows(duck, 'removed WHERE is_erased'));
  const arrived = await countRows(duck, 'arrived WHERE NOT is_erased');
  const changed = await duck.all(
    'SELECT DISTINCT day FROM (FROM fresh SELECT day UNION ALL FROM removed SELECT day) ORDER BY day',
  );
  // ascending: a row that moves to an earlier day is there before it leaves the later one
  for (const [i, { day }] of changed.entries()) {
    await writeDay(merge, String(day));
    progress(`archive: ${String(i + 1)} of ${String(changed.length)} days written`);
  }
  const days = listDays(folder);
  const events = days.length === 0 ? 0 : await countRows(duck, parquetOf(folder, days));
  return { events, days: days.length, files: changed.length, duplicates: arrived - added, erased };
}

async function countRows(duck: Duck, from: string): Promise<number> {
  const [row] = await duck.all(`SELECT count(*) AS rows FROM ${from}`);
  return Number(row?.['rows']);
}

/** Fills `arrived` with what can be read, `fresh` with what comes in, and `removed` with what goes out. */
async function findChanges({ duck, folder }: Merge): Promise<void> {
  const days = listDays(folder);
  const archived =
    days.length === 0
      ? "(SELECT '' AS id, '' AS client_id, '' AS unit_id, 0::BIGINT AS received LIMIT 0)"
      : `(SELECT id, client_id, unit_id, epoch_ms(received_at) AS received FROM ${parquetOf(folder, days)})`;
  await duck.run(`
    CREATE OR REPLACE TABLE arrived AS
      SELECT place, fields[1] AS id, TRY_CAST(fields[2] AS BIGINT) AS received, fields[3] AS client_id,
        fields[4] AS unit_id, ${IS_ERASED} AS is_erased
      FROM (
        SELECT rowid AS place, CASE WHEN json_valid(event)
          THEN json_extract_string(event, ['$.id', '$.receivedAt', '$.clientId', '$.unitId']) END AS fields
        FROM staged
      ) WHERE received BETWEEN 0 AND ${String(LAST_TIME_MS)};
    CREATE OR REPLACE TABLE known AS
      SELECT id, received FROM ${archived} WHERE id IN (SELECT id FROM arrived) AND NOT ${IS_ERASED};
    CREATE OR REPLACE TABLE fresh AS
      SELECT place, id, received, ${DAY} AS day FROM arrived WHERE NOT is_erased
      QUALIFY row_number() OVER (PARTITION BY id ORDER BY received, place) = 1;
    DELETE FROM fresh USING known WHERE known.id = fresh.id AND known.received <= fresh.received;
    CREATE OR REPLACE TABLE removed AS
      SELECT id, received, ${DAY} AS day, false AS is_erased FROM known
      WHERE received > (SELECT min(first.received) FROM (FROM known SELECT id, received UNION ALL FROM fresh SELECT id, received) first WHERE first.id = known.id)
      UNION ALL
      SELECT id, received, ${DAY} AS day, true AS is_erased FROM ${archived} WHERE ${IS_ERASED}`);
}

/** One file a day, so that a day is replaced by one renaming. */
async function writeDay({ duck, folder, nextFile }: Merge, day: string): Promise<void> {
  const hasFile = listDays(folder).includes(day);
  const kept = hasFile
    ? `SELECT event, epoch_ms(received_at) AS received, 0 AS run, file_row_number AS place
       FROM ${parquetOf(folder, [day], ', file_row_number = true')} archived
       WHERE NOT EXISTS (SELECT 1 FROM removed WHERE removed.day = ${quote(day)} AND removed.id = archived.id)
       UNION ALL `
    : '';
  const rows = `(${kept}SELECT event, received, 1 AS run, place
    FROM fresh JOIN (SELECT rowid AS place, event FROM staged) texts USING (place) WHERE day = ${quote(day)})`;
  if ((await countRows(duck, rows)) === 0) return removeDay(folder, day);
  const sorted = `(SELECT event FROM ${rows} ORDER BY received, run, place)`;
  await duck.run(`COPY (${selectColumns(sorted)}) TO ${quote(nextFile)} (FORMAT parquet, COMPRESSION zstd)`);
  putInPlace(nextFile, dayFile(folder, day));
}
