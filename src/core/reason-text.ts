import type { Reason } from './reason.ts';
import type { SignalKind } from './signal.ts';

/** Kinds of signals that can be a reason. */
type ReasonEvent = Exclude<SignalKind, 'search' | 'impression'>;

/**
 * The words of one language. In those of events `{title}` stands for the item of the event and `{ago}` for its age. Each
 * must stay true whatever the item is: `price` does not say "cheap", `history` does not say what.
 */
export interface ReasonMessages {
  /** BCP 47, for the age. */
  readonly locale: string;
  readonly events: Readonly<Record<ReasonEvent, string>>;
  /** Stands for an item without a known title. */
  readonly untitled: string;
  readonly anchor: string;
  readonly history: string;
  readonly popular: string;
  readonly new: string;
  readonly price: string;
  readonly server: string;
  readonly kept: string;
  readonly pinned: string;
  readonly required: string;
  readonly explored: string;
  readonly server_order: string;
}

export interface ReasonTextOptions {
  readonly messages: ReasonMessages;
  readonly titleOf: (itemId: string) => string | undefined;
  /** Epoch ms. */
  readonly now: number;
}

/** One reason as plain text, not HTML: put it into a text node. */
export function reasonText(reason: Reason, { messages, titleOf, now }: ReasonTextOptions): string {
  if (reason.kind !== 'event') return messages[reason.kind];
  const { kind, itemId, at } = reason.signal;
  const words: Readonly<Record<string, string>> = {
    title: titleOf(itemId) ?? messages.untitled,
    ago: ageText(now - at, messages.locale),
  };
  const text = messages.events[kind as ReasonEvent];
  // in one pass: a title may itself hold braces
  return text.replace(/\{(title|ago)\}/g, (_, name: string) => words[name]);
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** "40 seconds ago", in the largest unit of which at least one has passed. */
function ageText(ageMs: number, locale: string): string {
  const seconds = Math.max(1, Math.floor(ageMs / 1000));
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? UNITS[3];
  return new Intl.RelativeTimeFormat(locale).format(-Math.floor(seconds / size), unit);
}
