import { listDays, parquetOf, readArchiveState } from './archive-folder.ts';
import { type Duck, IS_ERASED, createTombstones, openDuck } from './duck.ts';
import type { LogRow, StoredEvents } from './log.ts';
import { parseStored } from './stored-message.ts';

/** Opens an archive for reading: by time of receipt, and as they were stored where that is the same. Rejects where the folder is none. */
export async function openArchive(folder: string): Promise<StoredEvents> {
  const { tombstones } = readArchiveState(folder);
  const duck = await openDuck();
  await createTombstones(duck, tombstones);
  return { read: () => readRows(duck, folder), close: () => duck.close() };
}

async function* readRows(duck: Duck, folder: string): AsyncGenerator<LogRow> {
  const days = listDays(folder);
  if (days.length === 0) return;
  const left = await findLeft(duck, parquetOf(folder, days));
  const seen = new Set<string>();
  for (const day of days) {
    for await (const rows of duck.stream(`SELECT event FROM ${parquetOf(folder, [day])}`)) {
      for (const { event } of rows) {
        const row = readRow(event);
        const isRepeat = left.repeated.has(row.event.id) && seen.has(row.event.id);
        if (left.repeated.has(row.event.id)) seen.add(row.event.id);
        if (!isRepeat && !left.erased.has(row.event.id)) yield row;
      }
    }
  }
}

/** What a run that was ended between two days has left: next to nothing, so sets of ids hold it. */
async function findLeft(duck: Duck, all: string) {
  const idsOf = (rows: readonly Record<string, unknown>[]): Set<string> => new Set(rows.map(({ id }) => String(id)));
  return {
    erased: idsOf(await duck.all(`SELECT id FROM ${all} WHERE ${IS_ERASED}`)),
    repeated: idsOf(await duck.all(`SELECT id FROM ${all} GROUP BY id HAVING count(*) > 1`)),
  };
}

function readRow(event: unknown): LogRow {
  const stored = typeof event === 'string' ? parseStored(event) : undefined;
  if (stored === undefined || !('row' in stored)) throw new Error('a row of the archive is no stored event');
  return stored.row;
}
