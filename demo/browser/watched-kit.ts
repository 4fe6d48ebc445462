import type { CandidateList, Kit, Slate, SlateRequest } from 'nearside';
import type { Settings } from './settings.ts';

/** A slate with what the kit does not tell of it. */
export interface MadeSlate {
  readonly slate: Slate;
  /** From the call to its answer. */
  readonly tookMs: number;
  /** What was asked for; null where the page gave bare candidates. */
  readonly list: CandidateList | null;
}

export interface WatchOptions {
  readonly onMade: (made: MadeSlate) => void;
  /** What becomes of a list before the kit sees it. */
  readonly adjust: (list: CandidateList) => CandidateList;
}

/** The same kit, whose slates are timed and whose candidate lists can be made to look older. */
export function watchSlates(kit: Kit, { onMade, adjust }: WatchOptions): Kit {
  const slate: Kit['slate'] = async (placement, request) => {
    const asked = listOf(request);
    const list = asked && adjust(asked);
    const started = performance.now();
    const made = await kit.slate(placement, list ? { ...request, candidates: list } : request);
    onMade({ slate: made, tookMs: performance.now() - started, list });
    return made;
  };
  return new Proxy(kit, {
    get: (target, name) => {
      if (name === 'slate') return slate;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** From the console it may be missing, or anything. */
function listOf(request: SlateRequest | undefined): CandidateList | null {
  const candidates = request?.candidates;
  return candidates === undefined || !('items' in candidates) ? null : candidates;
}

/** As if the generator had seen what visitors did up to `lag` seconds ago; `unknown`: as if it did not say. */
export function withLag(list: CandidateList, { lag }: Settings, now: number): CandidateList {
  if (lag === undefined) return list;
  const adjusted: { -readonly [Field in keyof CandidateList]: CandidateList[Field] } = { ...list };
  delete adjusted.serverSeenAt;
  if (lag !== 'unknown') adjusted.serverSeenAt = now - Number(lag) * 1000;
  return adjusted;
}
