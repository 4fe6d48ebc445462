import type { Unsubscribe } from '../src/kit/types.ts';
import type { ReasonMessages } from '../src/core/reason-text.ts';
import { MESSAGES_EN } from './messages/en.ts';

/** A text, or where its `{count}` asks for it one for each plural category of the language (Intl.PluralRules). */
export type Message = string | ({ readonly [category in Intl.LDMLPluralRule]?: string } & { readonly other: string });

/** Keys of the texts, by the element that says them. */
export type MessageKey =
  // rec-carousel; of `page`: {from}, {to}, {count}
  | 'carousel'
  | 'previous'
  | 'next'
  | 'page'
  | 'loading'
  | 'empty'
  // what a visitor says of an item, of {title}
  | 'notInterested'
  | 'dismissed'
  | 'undo'
  | 'restored'
  | 'dismissQuestion'
  | 'notMyTaste'
  | 'haveIt'
  | 'tooOften'
  | 'notNow'
  | 'hideSection'
  | 'sectionHidden'
  | 'showSection'
  // rec-why; of `why`: {title}
  | 'why'
  | 'whyHeading'
  | 'whyLoading'
  | 'whyUnavailable'
  | 'notThisReason'
  | 'reasonRemoved'
  | 'close';

/** The words of one language for every element. Placeholders stand in braces and may be left out. */
export interface RecMessages extends Readonly<Record<MessageKey, Message>> {
  /** Of `kit.reasons()`; its `locale` is also that of plurals, numbers and dates. */
  readonly reasons: ReasonMessages;
}

let ofPage: RecMessages = MESSAGES_EN;
const listeners = new Set<() => void>();

/** The words of every element of the page, present and future; what a pack leaves out is English. */
export function setMessages(pack: Partial<RecMessages>): void {
  ofPage = { ...MESSAGES_EN, ...pack };
  for (const listener of [...listeners]) listener();
}

/** The words of one element: its own property `messages` over those of the page. */
export const messagesFor = (own?: Partial<RecMessages> | null): RecMessages => ({ ...ofPage, ...own });

/** Tells when the words of the page change. For elements. */
export function onMessages(listener: () => void): Unsubscribe {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** One message as plain text; `count` chooses its plural form, and numbers are written as the language writes them. */
export function say(
  messages: RecMessages,
  key: MessageKey,
  words: Readonly<Record<string, string | number>> = {},
): string {
  const { locale } = messages.reasons;
  const message = messages[key];
  const text =
    typeof message === 'string'
      ? message
      : (message[new Intl.PluralRules(locale).select(Number(words['count']))] ?? message.other);
  // in one pass: a title may itself hold braces
  return text.replace(/\{(\w+)\}/g, (all, name: string) => words[name]?.toLocaleString(locale) ?? all);
}
