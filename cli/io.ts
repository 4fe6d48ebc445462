import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** All that a command may say: results on stdout, everything else on stderr. */
export interface Io {
  /** The command's result: one JSON object on one line of stdout. */
  readonly print: (object: object) => void;
  /** Many objects as NDJSON on stdout, at the reader's pace. A reader that goes away (`| head`) ends it quietly. */
  readonly printAll: (objects: AsyncIterable<object>) => Promise<void>;
  /** Text for people on stdout, as it is. */
  readonly write: (text: string) => void;
  /**
   * One line on stderr; on a terminal each line overwrites the last. Elsewhere a count that goes on ("3 of 400") is
   * written at most every 10 s, so that a log keeps what matters in sight.
   */
  readonly progress: (text: string) => void;
  /** A line on stderr that stays. */
  readonly warn: (text: string) => void;
}

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

const CLEAR_LINE = '\r\x1b[2K';
const COUNT_EVERY_MS = 10_000;

export function createIo(stdout: Output, stderr: Output, clock: () => number = Date.now): Io {
  // on a terminal the cursor rests after the last progress text, so whatever is said next starts by ending that line
  let unfinished = false;
  let counted = { what: '', at: Number.NEGATIVE_INFINITY };
  const isTooSoon = (text: string): boolean => {
    const what = text.replace(/\d+ of \d+.*/, '');
    const now = clock();
    if (what !== text && what === counted.what && now - counted.at < COUNT_EVERY_MS) return true;
    counted = { what, at: now };
    return false;
  };
  const endLine = (): void => {
    if (unfinished) stderr.write('\n');
    unfinished = false;
  };
  const write = (text: string): void => {
    endLine();
    stdout.write(text);
  };
  return {
    write,
    print: (object) => write(`${JSON.stringify(object)}\n`),
    printAll: async (objects) => {
      endLine();
      await writeLines(objects, stdout);
    },
    progress: (text) => {
      unfinished = stderr.isTTY === true;
      if (unfinished) stderr.write(`${CLEAR_LINE}${text}`);
      else if (!isTooSoon(text)) stderr.write(`${text}\n`);
    },
    warn: (text) => {
      endLine();
      stderr.write(`${text}\n`);
    },
  };
}

async function writeLines(objects: AsyncIterable<object>, stdout: Output): Promise<void> {
  const lines = async function* (): AsyncGenerator<string> {
    for await (const object of objects) yield `${JSON.stringify(object)}\n`;
  };
  try {
    await pipeline(Readable.from(lines()), stdout, { end: false });
  } catch (error) {
    if (!isClosedPipe(error)) throw error;
  }
}

/** Whether an error says that the reader of our output has gone. */
export function isClosedPipe(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ERR_STREAM_DESTROYED';
}
