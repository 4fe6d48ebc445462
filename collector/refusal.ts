/** Statuses with which the collector refuses a whole request (DESIGN section 4). */
export type RefusalStatus = 400 | 403 | 405 | 413 | 415 | 429 | 503;

/** Why a whole request was refused; on the wire `{"error": {"code", "message"}}`. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly status: RefusalStatus;
  readonly code: string;
  /** One sentence for the developer who sent it; never quotes the body. */
  readonly message: string;
  /** When to try again; always with 429 and 503. */
  readonly retryAfterSeconds?: number;
}

/** Makes a refusal; returned, never thrown. */
export const refuse = (status: RefusalStatus, code: string, message: string): Refusal => ({
  kind: 'refusal',
  status,
  code,
  message,
});

/** A refusal of what may be sent again, after `retryAfterSeconds`. */
export const postpone = (refusal: Refusal, retryAfterSeconds: number): Refusal => ({ ...refusal, retryAfterSeconds });

export const isRefusal = (value: object): value is Refusal => (value as { kind?: unknown }).kind === 'refusal';
