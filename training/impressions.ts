import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mendTimes } from './data-clock.ts';
import type { SiteLog } from './site-log.ts';
import { readTable } from './table.ts';

const IMPRESSIONS_FILE = 'impressions.csv.gz';

/** One shown list: what stood where, and what was clicked. */
export interface ShownSlate {
  readonly slateId: string;
  readonly sessionId: string;
  readonly userId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly items: { readonly itemId: string; readonly position: number; readonly clicked: boolean }[];
}

export interface ImpressionOptions {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly log: Pick<SiteLog, 'sessions'>;
  readonly warn: (line: string) => void;
}

/**
 * Reads `impressions.csv.gz` (slate_id, session_id, timestamp_ms, position from 0, item_id, clicked 0 or 1; user_id may be
 * missing): the slates shown from `from` to before `to`, by time, the clock mended as the log's is. Undefined where the
 * folder has no such file.
 */
export async function readImpressions(
  dir: string,
  { from, to, log, warn }: ImpressionOptions,
): Promise<{ slates: ShownSlate[]; rejectedRows: number } | undefined> {
  const file = join(dir, IMPRESSIONS_FILE);
  if (!existsSync(file)) return undefined;
  const slates = new Map<string, ShownSlate>();
  const { rejected } = await readTable({
    file,
    required: ['slate_id', 'session_id', 'timestamp_ms', 'position', 'item_id', 'clicked'],
    warn,
    onRow: (row) => {
      const impression = parseRow(row);
      if (typeof impression === 'string') return impression;
      const { item, ...shown } = impression;
      const slate = slates.get(shown.slateId) ?? { ...shown, items: [] };
      slates.set(shown.slateId, slate);
      slate.items.push(item);
      return undefined;
    },
  });
  const shown = [...slates.values()];
  const timed = mendTimes({ file, rows: shown, timeOf: ({ at }) => at, log, warn });
  const sorted = timed
    .filter(({ at }) => at >= from && at < to)
    .map(({ row, at }) => ({ ...row, at, items: row.items.sort((a, b) => a.position - b.position) }))
    .sort((a, b) => a.at - b.at || (a.slateId < b.slateId ? -1 : 1));
  return { slates: sorted, rejectedRows: rejected + rowsOf(shown) - rowsOf(timed.map(({ row }) => row)) };
}

const rowsOf = (slates: readonly ShownSlate[]): number => slates.reduce((sum, { items }) => sum + items.length, 0);

function parseRow(row: Readonly<Record<string, string>>) {
  const { slate_id: slateId = '', session_id: sessionId = '', user_id: userId = '', item_id: itemId = '' } = row;
  const { timestamp_ms: time = '', position = '', clicked = '' } = row;
  if (slateId === '') return 'slate_id is empty';
  if (sessionId === '') return 'session_id is empty';
  if (itemId === '') return 'item_id is empty';
  if (!/^\d+$/.test(time) || Number(time) > 8.64e15) return 'timestamp_ms is not epoch milliseconds';
  if (!/^\d{1,6}$/.test(position)) return 'position is not a place from 0';
  if (clicked !== '0' && clicked !== '1') return 'clicked is neither 0 nor 1';
  const item = { itemId, position: Number(position), clicked: clicked === '1' };
  return { slateId, sessionId, userId, at: Number(time), item };
}
