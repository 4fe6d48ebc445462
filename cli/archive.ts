import { defineCommand } from './command.ts';
import { existingFile } from './open-database.ts';
import { UsageError } from './usage-error.ts';

export const archiveCommand = defineCommand({
  name: 'archive',
  summary: 'Bring a folder of Parquet files, one a day, up to date with logs and the stream: each event once',
  options: {
    out: { type: 'string', value: 'DIR', required: true, help: 'the archive; made where there is none' },
    db: { type: 'string', value: 'FILE', multiple: true, help: "a collector's database; it may be running" },
    nats: { type: 'string', value: 'URL', help: 'also read the stream that collectors forward to' },
  },
  run: async ({ out, db, nats }, io) => {
    if (db.length === 0 && nats === undefined) throw new UsageError('archive needs --db FILE or --nats URL');
    const { writeArchive } = await import('../collector/index.ts');
    const inputs = { logs: db.map(existingFile), ...(nats !== undefined && { natsUrl: nats }) };
    io.print(await writeArchive({ ...inputs, outDir: out, progress: io.progress, warn: io.warn }));
  },
});
