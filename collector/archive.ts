import { type ArchiveEntry, readLogEntries, readStreamEntries } from './archive-input.ts';
import { prepareArchive, saveArchiveState } from './archive-folder.ts';
import type { ArchiveResult } from './archive-merge.ts';
import { type Staging, openStaging } from './archive-staging.ts';
import { openNatsReader } from './nats-stream.ts';

const PROGRESS_EVERY = 10_000;

export interface ArchiveOptions {
  /** Files of logs; a collector may be running on each. */
  readonly logs: readonly string[];
  /** Address of NATS, to read its stream too. */
  readonly natsUrl?: string;
  readonly outDir: string;
  readonly progress?: (text: string) => void;
  readonly warn?: (text: string) => void;
}

/**
 * Brings an archive, a folder of Parquet files a day of receipt, up to date with logs and the stream: the union of their
 * events, each once, without what was erased. The same again changes nothing. Rejects with the archive as it was where
 * an input cannot be read; a later run goes on where one was ended.
 */
export async function writeArchive(options: ArchiveOptions): Promise<ArchiveResult> {
  const { logs, natsUrl, outDir, progress = () => undefined, warn = () => undefined } = options;
  const state = prepareArchive(outDir);
  const staging = await openStaging(outDir, state.tombstones);
  try {
    const add = createAdd(staging, progress);
    for (const file of logs) for (const entry of readLogEntries(file)) add(entry);
    const read = natsUrl === undefined ? {} : await stageStream(natsUrl, { warn, add, streams: state.streams });
    // whoever reads the archive while days are written obeys them already
    saveArchiveState(outDir, { ...state, tombstones: staging.tombstones });
    const result = await staging.merge({ progress, warn });
    saveArchiveState(outDir, { tombstones: staging.tombstones, streams: { ...state.streams, ...read } });
    return result;
  } finally {
    staging.close();
  }
}

function createAdd(staging: Staging, progress: (text: string) => void): (entry: ArchiveEntry) => void {
  let count = 0;
  return (entry) => {
    staging.add(entry);
    count += 1;
    if (count % PROGRESS_EVERY === 0) progress(`archive: ${String(count)} events read`);
  };
}

interface Streaming {
  readonly warn: (text: string) => void;
  readonly add: (entry: ArchiveEntry) => void;
  readonly streams: Readonly<Record<string, number>>;
}

/** Resolves to up to where the stream was read. */
async function stageStream(url: string, { add, streams, warn }: Streaming): Promise<Record<string, number>> {
  const reader = await openNatsReader(url);
  try {
    const after = streams[reader.stream] ?? 0;
    let [last, unknown] = [after, 0];
    const onRead = (seq: number, isKnown: boolean): void => {
      last = seq;
      if (!isKnown) unknown += 1;
    };
    for await (const entry of readStreamEntries(reader, after, onRead)) add(entry);
    if (unknown > 0) warn(`${String(unknown)} messages of the stream are neither events nor tombstones`);
    return { [reader.stream]: last };
  } finally {
    await reader.close();
  }
}
