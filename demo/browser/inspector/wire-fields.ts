import type { EgressLevel } from 'nearside';

/** The level from which a field may leave, and what it is. */
type WireField = readonly [level: Exclude<EgressLevel, 'none'>, meaning: string];

/**
 * Every field that may leave the device, by name (`value.amount` for one inside another), as docs/privacy.md has it; a test
 * compares the two.
 */
export const WIRE_FIELDS: Readonly<Record<string, WireField>> = {
  clientId: ['events', "random UUID of this browser's stream of events: transport and loss counting only"],
  sentAt: ['events', "time of sending by the device's clock, epoch ms"],
  key: ['events', "the site's writeKey, where it gave one: which site's events these are; the same for every visitor"],
  events: ['events', 'the list of events; the fields below are those of one'],
  id: [
    'events',
    'UUID of the event, of the signal only where that is not stored: a repeated sending counts once; holds a time',
  ],
  clientSeq: ['events', '1, 2, 3, … within a client id: gaps are losses'],
  unitId: ['events', 'what is analysed: a random UUID, or what the site gave as unitId'],
  at: ['events', "time of the act, or of the ranking, by the device's clock, epoch ms"],
  kind: ['events', 'one of the next table'],
  consent: ['events', 'the level under which it was recorded'],
  slateId: [
    'events',
    'UUID of the slate; it holds the time of ranking; in a conversion only if the item was clicked or shown in one',
  ],
  placement: ['events', 'where on the site the slate was; with slateId only'],
  itemId: ['events', 'the item of the slate; with slateId only, so a conversion beside any slate names no item'],
  position: ['events', 'its place in the slate, from 0; with slateId only'],
  propensity: ['events', 'the chance with which the item came to that place; with slateId only'],
  team: ['events', "in a slate of two bundles: whose put it there, the site's own or the one that is tried"],
  modelId: ['events', 'the bundle that ranked; with slateId only'],
  tier: ['events', 'the engine that ranked; with slateId only'],
  signalAgeMs: [
    'events',
    'age of the newest act on the device when the slate was ranked, such as a view; with slateId only',
  ],
  serverLag: ['events', "how many acts on the device the site's server had not seen; with slateId only"],
  quantity: ['events', 'pieces, where the site gave them'],
  'value.amount': ['events', 'what was paid, where the site gave it'],
  'value.currency': ['events', 'its currency, ISO 4217'],
  'margin.amount': ['events', 'what is left of that to the site, where the site gave it; below 0 at a loss'],
  'margin.currency': ['events', 'its currency'],
  attribution: ['events', 'whether the item was clicked in the slate or only shown; with slateId only'],
  lagMs: ['events', 'time since that, ms'],
  dwell: [
    'events',
    'how long the clicked item was looked at: below 10 s, below 30 s, or longer; never the time itself',
  ],
  arms: ['events', 'the experiments of the slate, each with the arm that this unit is in and its phase'],
  controlTopK: ['events', 'ids of the items that control would have shown here, in its order, 20 at most'],
  diversity: ['events', 'how different the first 20 items of the slate are, by their vectors'],
  unitSource: ['events', 'who made unitId: the site, or the browser'],
  'lost.too_old': ['events', 'events given up on the device after 7 days in the outbox, since the last such event'],
  'lost.no_room': ['events', 'events given up because the outbox was full'],
  'lost.refused': ['events', 'events that the collector could not read'],
  'health.tiers': ['events', 'of one page view: how many slates each engine made'],
  'health.slateMs': ['events', 'how long they took: of how many, the median and the longest, ms'],
  'health.problems': ['events', 'how often the kit reported each problem, by code: never a message'],
  'health.release': ['events', 'where a registry says what ranks: the number of its release'],
  'health.channel': ['events', 'which of its bundles: stable, canary (drawn by the unit id), or one before'],
  'vitals.lcpMs': ['events', 'of one page view: Largest Contentful Paint, ms; no address and no element of the page'],
  'vitals.inpMs': ['events', 'Interaction to Next Paint, ms'],
  'vitals.cls': ['events', 'Cumulative Layout Shift'],
  'vitals.navigation': [
    'events',
    'how the page view began: by a link or an address, a reload, back or forward, from a cache',
  ],
  'slate.rulesVersion': ['training', "the site's own name of its rule set"],
  'slate.policy': ['training', "how scores became a slate: the site's settings"],
  'slate.rules': ['training', "pins, quotas, spacing and margin factors in effect: the site's settings"],
  'slate.heads': ['training', "names of the model's outputs, and their calibration and windows"],
  'slate.candidates': ['training', "ids of the items that the site's server proposed"],
  'slate.dropped': [
    'training',
    'which of them which rule took out: a rule on age, region, purchases or dismissals says as much of the visitor',
  ],
  'slate.scores': ['training', "the model's scores: what it makes of the visitor's signals, for these items"],
  'slate.impressions': ['training', 'how often each was shown to this visitor'],
  'slate.popularity': ['training', "as the site's server sent it"],
  'slate.bias': ['training', "what adaptation on the device made of the visitor's clicks, for these items"],
  'slate.vectors': ['training', "the items' vectors as the site's server sent them"],
  'slate.slots': ['training', 'which item stands where, and the chance of that'],
  'slate.checksum': ['training', 'of the fields above'],
  'ranking.lows': ['training', "the smallest value of each of the model's inputs"],
  'ranking.highs': ['training', 'the largest'],
  'ranking.inputs': [
    'training',
    "of each candidate, a byte an input: likeness to what was viewed, counts of the visitor's own acts",
  ],
};

export interface FieldRow {
  readonly path: string;
  readonly value: unknown;
}

/** An object's fields, one level at a time down to what the table names; what it does not name is shown all the same. */
export const fieldRows = (object: object, prefix = ''): FieldRow[] =>
  Object.entries(object).flatMap(([name, value]: [string, unknown]) => {
    const path = prefix + name;
    const isLeaf = typeof value !== 'object' || value === null || Array.isArray(value) || path in WIRE_FIELDS;
    return isLeaf ? [{ path, value }] : fieldRows(value, `${path}.`);
  });
