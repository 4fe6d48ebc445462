import type { Kit } from 'nearside';

/** The slate that led to an item, for the signals that follow on the click. */
export interface Attribution {
  readonly slateId?: string;
  readonly position?: number;
}

/** Far enough for the impressions of many pages to lie between the click and the purchase. */
const LOOK_BACK = 2000;

/** The newest click on the item in a slate; empty where the visitor came to it another way. */
export async function findAttribution(kit: Kit, itemId: string): Promise<Attribution> {
  const signals = await kit.signals(LOOK_BACK);
  const click = signals.find((signal) => signal.kind === 'click' && signal.itemId === itemId);
  if (click?.slateId === undefined) return {};
  return { slateId: click.slateId, ...(click.position === undefined ? {} : { position: click.position }) };
}
