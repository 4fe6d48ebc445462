import type { AttributionWindows } from '../core/attribution.ts';
import { ATTRIBUTIONS, type Attribution, type EventKind, type FeedbackEvent, dwellOf } from '../core/event.ts';
import type { Signal, SignalInput, SignalKind } from '../core/signal.ts';
import type { SlateArm } from '../core/slate.ts';
import { timeOfUuid } from '../core/uuid.ts';
import type { StoredSlate, Visit } from './schema.ts';
import type { Transaction } from './storage.ts';

/** The feedback event that a signal can become; searches never leave, and of a view no more than a class of its dwell. */
export function eventKindOf({ kind, dwellMs }: SignalInput): EventKind | null {
  if (kind === 'view') return dwellMs === undefined ? null : 'dwell';
  return kind === 'search' ? null : kind === 'purchase' ? 'conversion' : kind;
}

/** A feedback event before it has its number; its id is drawn where it brings none. */
export type EventDraft = Omit<FeedbackEvent, 'id' | 'clientSeq' | 'unitId'> & Partial<Pick<FeedbackEvent, 'id'>>;

/** The slate that a signal is about, and what in it a conversion is ascribed to. */
export interface About {
  readonly slate: StoredSlate;
  /** `lagMs` is the time since then. */
  readonly touch?: Required<Pick<FeedbackEvent, 'attribution' | 'lagMs'>>;
}

/**
 * The slate that a signal names. Where it names none: of a purchase that of the touch within the windows, of a cart the
 * newest one it was clicked in in this session. A view is only about the last click on its item in this session, once.
 */
export async function findAbout(
  transaction: Transaction,
  signal: Signal,
  windows: AttributionWindows,
): Promise<About | undefined> {
  const { kind, itemId = '', slateId, sessionId } = signal;
  const isNamed = slateId !== undefined;
  if (eventKindOf(signal) === null || !(isNamed || UNNAMED.includes(kind))) return undefined;
  const found = isNamed ? [await transaction.get('slates', slateId)] : await transaction.all('slates');
  const slates = found.filter((slate) => slate?.itemIds.includes(itemId)) as StoredSlate[];
  const clicked = slates.filter((slate) => slate.clicked[itemId] === sessionId);
  if (kind === 'view') {
    const about = findTouch(clicked, signal, { click: Infinity, impression: -1 });
    return about?.slate.dwelt?.includes(itemId) ? undefined : about;
  }
  const touched = kind === 'purchase' && findTouch(slates, signal, isNamed ? EVER : windows);
  const slate = isNamed ? slates[0] : kind === 'add_to_cart' ? clicked.at(-1) : undefined;
  return touched || (slate && { slate });
}

/** Kinds that a site records without a slate. */
const UNNAMED: readonly SignalKind[] = ['add_to_cart', 'purchase', 'view'];
const EVER: AttributionWindows = { click: Infinity, impression: Infinity };

/** The newest click on the item before the signal, else its newest impression; of two at once that of the newer slate. */
function findTouch(
  slates: readonly StoredSlate[],
  { itemId = '', at }: Signal,
  windows: AttributionWindows,
): About | undefined {
  for (const attribution of ATTRIBUTIONS) {
    let found: About | undefined;
    let leastMs = windows[attribution];
    for (const slate of slates) {
      const lagMs = at - touchedAt(slate, attribution, itemId);
      if (lagMs < 0 || !(lagMs <= leastMs)) continue;
      leastMs = lagMs;
      found = { slate, touch: { attribution, lagMs } };
    }
    if (found) return found;
  }
  return undefined;
}

/** Epoch ms; NaN for never. Of a click that was stored without its time, the time of the slate. */
const touchedAt = ({ slateId, clicked, touchedAt: times }: StoredSlate, kind: Attribution, itemId: string): number =>
  times?.[kind]?.[itemId] ?? (kind === 'click' && Object.hasOwn(clicked, itemId) ? timeOfUuid(slateId) : Number.NaN);

/** The feedback event of a signal, or undefined where nothing may or need leave. `about` is as before the signal. */
export function draftEvent(signal: Signal, about: About | undefined): EventDraft | undefined {
  // raising the level later sends nothing of what was before
  const known = about?.slate.consent === 'none' ? undefined : about;
  const kind = eventKindOf(signal);
  if (signal.consent === 'none' || kind === null) return undefined;
  const { at, consent, itemId = '', quantity, value, margin, dwellMs = 0 } = signal;
  if (known === undefined && kind !== 'conversion') return undefined;
  if (kind === 'click' && known && Object.hasOwn(known.slate.clicked, itemId)) return undefined;
  return {
    ...{ at, kind, consent },
    ...(known && { ...slateFields(known.slate), ...placeOf(known.slate, itemId) }),
    ...(quantity !== undefined && { quantity }),
    ...(kind === 'dwell' && { dwell: dwellOf(dwellMs) }),
    ...(kind === 'conversion' && { ...(value && { value }), ...(margin && { margin }), ...known?.touch }),
  };
}

type RankedSlate = Pick<StoredSlate, 'slateId' | 'placement' | 'tier' | 'modelId' | 'signalAgeMs' | 'serverLag'>;

/** What every event about a slate says of it. */
export const slateFields = ({ slateId, placement, tier, modelId, signalAgeMs, serverLag }: RankedSlate) => ({
  ...{ slateId, placement, tier },
  ...(modelId !== '' && { modelId }),
  ...(signalAgeMs !== null && { signalAgeMs }),
  ...(serverLag !== null && { serverLag }),
});

function placeOf({ itemIds, propensities, teams }: StoredSlate, itemId: string): Partial<EventDraft> {
  const position = itemIds.indexOf(itemId);
  const propensity = propensities?.[position];
  const team = teams?.[position];
  return { itemId, position, ...(propensity !== undefined && { propensity }), ...(team && { team }) };
}

/** An exposure to be told, and what the visit then knows of it. */
export interface Exposure {
  readonly draft: EventDraft;
  readonly exposed: NonNullable<Visit['exposed']>;
}

/**
 * What an impression exposes the unit to: the arms of its slate that this session has not told of this placement. The
 * slate was half visible for a second, for control and holdout as for every other arm.
 */
export function findExposure(
  signal: Signal,
  slate: StoredSlate | undefined,
  { visit, unitId }: { readonly visit: Visit; readonly unitId: string | undefined },
): Exposure | undefined {
  const { kind, at, consent, sessionId } = signal;
  if (kind !== 'impression' || consent === 'none' || slate === undefined || slate.consent === 'none') return undefined;
  const { placement, controlTopK, diversity } = slate;
  const told = visit.exposed?.sessionId === sessionId ? visit.exposed.keys : [];
  // who logs in is another unit, which has been exposed to nothing yet
  const unit = unitId ?? visit.unitId;
  const keyOf = ({ experiment, phase, arm }: SlateArm): string =>
    JSON.stringify([unit, experiment, phase, arm, placement]);
  const arms = (slate.arms ?? []).filter((arm) => !told.includes(keyOf(arm)));
  if (arms.length === 0) return undefined;
  const unitSource = unitId === undefined ? 'device' : 'site';
  return {
    draft: {
      ...{ at, kind: 'exposure', consent, ...slateFields(slate), arms, unitSource },
      ...(controlTopK && { controlTopK }),
      ...(diversity !== undefined && { diversity }),
    },
    exposed: { sessionId, keys: [...told, ...arms.map(keyOf)] },
  };
}

/** The slate's row after the signal: what was shown, clicked and looked at; undefined where nothing changes. */
export function markSlate(slate: StoredSlate, signal: Signal): StoredSlate | undefined {
  const { kind, itemId = '', seq, sessionId, at, consent } = signal;
  const { shown, clicked, touchedAt, dwelt = [] } = slate;
  if (kind === 'view') return consent === 'none' ? undefined : { ...slate, dwelt: [...dwelt, itemId] };
  if (kind !== 'impression' && kind !== 'click') return undefined;
  return {
    ...slate,
    ...(kind === 'click' ? { clicked: { ...clicked, [itemId]: sessionId } } : { shown: { ...shown, [itemId]: seq } }),
    touchedAt: { ...touchedAt, [kind]: { ...touchedAt?.[kind], [itemId]: at } },
  };
}
