import { InputError } from '../training/input-error.ts';
import { SDK_PEERS, installPeers, peerVersion } from './peer-modules.ts';
import { openPeerSite } from './peer-site.ts';
import { PEERS } from './peers/index.ts';
import { ROWS, type TortureRow, type TortureRowPlan, playRow } from './torture-rows.ts';

export interface TortureOptions {
  /** Names of rows; empty for all. */
  readonly rows: readonly string[];
  /** Names of SDKs to play the same rows with; `all` for each. */
  readonly peers?: readonly string[];
  readonly progress: (text: string) => void;
}

/** What a peer did: no faults, which are the kit's own goals; `lost` is null where the row could not be played. */
export type PeerRow = Omit<TortureRow, 'name' | 'faults'> | { readonly lost: null; readonly reason: string };

export interface TortureResult {
  readonly rows: readonly TortureRow[];
  readonly faults: number;
  readonly peers?: Readonly<Record<string, PeerResult>>;
}

export interface PeerResult {
  readonly version: string | undefined;
  /** By name of the row. */
  readonly rows: Readonly<Record<string, PeerRow>>;
}

/**
 * Plays the rows one after the other. Throws `InputError` where there is no browser, no row or peer of a name, or the
 * peers cannot be installed.
 */
export async function torture({ rows, peers = [], progress }: TortureOptions): Promise<TortureResult> {
  const plans = pick('row', ROWS, rows.length === 0 ? ['all'] : rows);
  const others = pick('peer', PEERS, peers);
  if (others.length > 0) await installPeers(SDK_PEERS, progress);
  const played: TortureRow[] = [];
  for (const plan of plans) {
    progress(`${plan.name}: ${plan.about}`);
    played.push(await playRow(plan));
  }
  const beside: Record<string, PeerResult> = {};
  for (const peer of others) {
    const peerRows: Record<string, PeerRow> = {};
    for (const plan of plans) {
      progress(`${peer.name}, ${plan.name}: ${plan.about}`);
      peerRows[plan.name] = await playPeerRow(plan, () => openPeerSite(peer));
    }
    beside[peer.name] = { version: peerVersion(SDK_PEERS, peer.packageName), rows: peerRows };
  }
  const faults = played.reduce((sum, row) => sum + row.faults.length, 0);
  return { rows: played, faults, ...(others.length > 0 && { peers: beside }) };
}

async function playPeerRow(plan: TortureRowPlan, open: Parameters<typeof playRow>[1]): Promise<PeerRow> {
  try {
    const { recorded, stored, held, lost, duplicates, extraCopies, requests, seconds, more } = await playRow(
      plan,
      open,
    );
    return { recorded, stored, held, lost, duplicates, extraCopies, requests, seconds, ...(more && { more }) };
  } catch (error) {
    if (error instanceof InputError) throw error;
    return { lost: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Those of the names, in the order of the list. */
function pick<T extends { readonly name: string }>(
  what: string,
  all: readonly T[],
  names: readonly string[],
): readonly T[] {
  const unknown = names.find((name) => name !== 'all' && !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    throw new InputError(`there is no ${what} "${unknown}"; ${what}s are ${all.map(({ name }) => name).join(', ')}`);
  }
  return names.includes('all') ? all : all.filter(({ name }) => names.includes(name));
}
