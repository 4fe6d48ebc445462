import { type Command, defineCommand } from './command.ts';
import { parseInteger } from './integer.ts';
import { existingFile } from './open-database.ts';
import { UsageError } from './usage-error.ts';

const DB = {
  type: 'string',
  value: 'FILE',
  required: true,
  help: "the collector's database; it may be running",
} as const;

const deadLettersCommand = defineCommand({
  name: 'dead-letters',
  summary: 'Count events that could not be stored, by code; --replay reads them again with the present code',
  options: {
    db: DB,
    replay: { type: 'boolean', help: 'store what is valid by now, and print what became of each' },
  },
  run: async ({ db, replay }, io) => {
    const { countDeadLetters, replayDeadLetters } = await import('../collector/index.ts');
    const file = existingFile(db);
    const replayed = replay ? { replayed: replayDeadLetters(file) } : {};
    io.print({ ...countDeadLetters(file), ...replayed });
  },
});

const eraseCommand = defineCommand({
  name: 'erase',
  summary:
    'Delete all of a client, unit or account, and of whom tombstones name, so that no byte is left in the file; late copies are dropped',
  options: {
    db: DB,
    client: { type: 'string', value: 'ID', multiple: true, help: 'client id of a device' },
    unit: { type: 'string', value: 'ID', multiple: true, help: 'unit id' },
    account: { type: 'string', value: 'KEY', multiple: true, help: 'account key, where the site gives it as unit id' },
  },
  run: async ({ db, ...given }, io) => {
    const { ERASURE_KINDS, eraseFromLog } = await import('../collector/index.ts');
    const keys = ERASURE_KINDS.flatMap((kind) => given[kind].map((key) => ({ kind, key })));
    if (keys.some(({ key }) => key === '')) throw new UsageError('erase: an empty id or key is nobody');
    const file = existingFile(db);
    io.print(eraseFromLog(file, keys, { now: Date.now() }));
  },
});

const retainCommand = defineCommand({
  name: 'retain',
  summary: 'Delete events and dead letters that are older than so many days; late copies stay duplicates for 7 days',
  options: {
    db: DB,
    days: { type: 'string', value: 'N', required: true, help: 'days to keep, at least 1, by time of receipt' },
    unforwarded: { type: 'boolean', help: 'also delete what a log that is forwarded has not forwarded yet' },
  },
  run: async ({ db, days: text, unforwarded }, io) => {
    const { retainLog } = await import('../collector/index.ts');
    const days = parseInteger(text, { flag: 'days', min: 1, max: 36_500 });
    io.print(await retainLog(existingFile(db), { days, now: Date.now(), unforwarded }));
  },
});

/** What keeps a collector's log in order, beside it or while it is stopped. */
export const LOG_UPKEEP: readonly Command[] = [deadLettersCommand, eraseCommand, retainCommand];
