/** Why an item is not wanted, as a visitor may say. */
export const DISMISS_REASONS = ['notMyTaste', 'haveIt', 'tooOften', 'notNow'] as const;
export type DismissReason = (typeof DISMISS_REASONS)[number];
