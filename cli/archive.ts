import { defineCommand } from './command.ts';
import { existingFile } from './open-database.ts';
import { UsageError } from './usage-error.ts';

export const archiveCommand = defineCommand({
  name: 'archive',
  summary: 'Bring a folder of Parquet files, one a day, up to date with logs and the stream: each event once',
  options: {
    out: { type: 'string', value: 'DIR', required: true, help: 'the archive; made where there is none' },
    db: { type: 'string', value: 'FILE', multiple: true, help: "a collector's database; it may be running" },
    nats: {
      type: 'string',
      value: 'URL',
      help: 'also read the stream that collectors forward to; without --db the default is NATS_URL of the environment',
    },
  },
  run: async ({ out, db, nats }, io) => {
    const natsUrl = nats ?? (db.length === 0 ? (process.env['NATS_URL'] ?? '') : '');
    if (db.length === 0 && natsUrl === '') throw new UsageError('archive needs --db FILE or --nats URL');
    const { writeArchive } = await import('../collector/index.ts');
    const inputs = { logs: db.map(existingFile), ...(natsUrl !== '' && { natsUrl }) };
    io.print(await writeArchive({ ...inputs, outDir: out, progress: io.progress, warn: io.warn }));
  },
});
