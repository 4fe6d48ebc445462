import { acceptFindings, checkData } from './data-check.ts';
import { type DataFinding, DataRefusedError, type FindingCode, describeFinding, refusedCodes } from './data-finding.ts';
import { type DataProfile, createProfile } from './data-profile.ts';
import { readPreviousProfile } from './previous-profile.ts';
import { type SiteLog, readLog } from './site-log.ts';

export interface CheckedLogOptions {
  readonly dataDir: string;
  /** Bundle, or its manifest, of the previous training. */
  readonly previous?: string;
  /** Refusals that the caller takes responsibility for. */
  readonly accept?: readonly FindingCode[];
  readonly warn: (line: string) => void;
}

export interface CheckedLog {
  readonly log: SiteLog;
  readonly findings: readonly DataFinding[];
  /** The profile of what lies before a moment in epoch ms; undefined where nothing does. */
  readonly profileBefore: (cut: number) => DataProfile | undefined;
}

/**
 * Reads a log, mends what a rule mends, and compares it with the previous training's. Throws `InputError` for what
 * cannot be read and `DataRefusedError` for what statistics refuse.
 */
export async function readCheckedLog({ dataDir, previous, accept, warn }: CheckedLogOptions): Promise<CheckedLog> {
  const profile = previous === undefined ? undefined : readPreviousProfile(previous);
  const { log: read, facts, findings: mended } = await readLog(dataDir, warn);
  const check = checkData({
    ...{ facts, sessions: read.sessions, items: read.items, rejectedRows: read.rejectedRows },
    ...(profile !== undefined && { previous: profile }),
  });
  const findings = acceptFindings([...mended, ...check.findings], accept ?? []);
  for (const finding of findings) warn(describeFinding(finding));
  if (refusedCodes(findings).length > 0) throw new DataRefusedError(findings);
  const { priceFactor, rowPrices } = check;
  const price = (amount: number): number => Number((amount / priceFactor).toPrecision(12));
  const log = priceFactor === 1 ? read : { ...read, items: mapPrices(read.items, price) };
  const prices = new Map(Array.from(rowPrices, ([id, amount]) => [id, price(amount)]));
  return {
    log,
    findings,
    profileBefore: (before) =>
      createProfile({ facts: { ...facts, prices }, sessions: log.sessions, items: log.items, before }),
  };
}

function mapPrices(items: SiteLog['items'], price: (amount: number) => number): SiteLog['items'] {
  return new Map(
    Array.from(items, ([id, item]) => [id, item.price === undefined ? item : { ...item, price: price(item.price) }]),
  );
}
