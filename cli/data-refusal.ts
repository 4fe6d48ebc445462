import type { FindingCode } from '../training/data-finding.ts';
import type { Exit } from './command.ts';
import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** Checks the codes of `--accept`. Throws a UsageError that lists them all. */
export async function parseAccepted(codes: readonly string[]): Promise<FindingCode[]> {
  const { FINDING_CODES } = await import('../training/data-finding.ts');
  return codes.map((code) => {
    const known = FINDING_CODES.find((name) => name === code);
    if (known === undefined) throw new UsageError(`--accept takes one of ${FINDING_CODES.join(', ')}, got "${code}"`);
    return known;
  });
}

/** Runs what reads a checked log; where statistics refuse it, prints the findings and answers 1. */
export async function exitOnRefusal(run: () => Promise<Exit | void>, io: Io): Promise<Exit | void> {
  const { DataRefusedError, refusedCodes } = await import('../training/data-finding.ts');
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof DataRefusedError)) throw error;
    io.warn(`nearside: ${error.message}`);
    io.print({ refused: refusedCodes(error.findings), dataFindings: error.findings });
    return 1;
  }
}
