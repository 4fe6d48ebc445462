import type { DismissReason } from '../src/core/dismiss-reason.ts';
import type { Purpose } from '../src/core/consent.ts';
import type { ReasonMessages } from '../src/core/reason-text.ts';
import type { SignalKind } from '../src/core/signal.ts';
import type { Unsubscribe } from '../src/kit/types.ts';
import { CAROUSEL_EN } from './messages/carousel-en.ts';

/** A text, or where its `{count}` asks for it one for each plural category of the language (Intl.PluralRules). */
export type Message = string | ({ readonly [category in Intl.LDMLPluralRule]?: string } & { readonly other: string });

/** What a visitor is asked about; `sync` has no code yet. */
export type AskedPurpose = Exclude<Purpose, 'sync'>;

/** What is counted of what the device holds. */
export type StoredRows = 'signals' | 'items' | 'slates' | 'outbox';

type Messages<Key extends string> = Readonly<Record<Key, Message>>;

/** What `<rec-carousel>` says and asks. */
export interface CarouselMessages
  extends
    // of `page`: {from}, {to}, {count}
    Messages<'previous' | 'next' | 'page' | 'sectionHidden' | 'showSection'>,
    // of {title}
    Messages<'notInterested' | 'why'> {}

/** What is said after a press on a button of an item, and by `<rec-why>`. */
export interface PanelMessages
  extends
    // of {title}
    Messages<'dismissed' | 'restored'>,
    Messages<'undo' | 'dismissQuestion' | DismissReason | 'hideSection'>,
    Messages<'whyHeading' | 'whyLoading' | 'whyUnavailable' | 'notThisReason' | 'reasonRemoved' | 'close'> {
  /** Of `kit.reasons()`; its `locale` is also that of plurals, numbers and dates. */
  readonly reasons: ReasonMessages;
}

/** What `<rec-controls>` says. */
export interface ControlsMessages
  extends
    Messages<'controls' | AskedPurpose | `${AskedPurpose}Hint` | 'yes' | 'no' | 'privacyControl' | 'noKit'>,
    // of {count}
    Messages<`stored_${StoredRows}` | 'more'>,
    // of {title}, of a search {query}
    Messages<`did_${SignalKind}`>,
    Messages<'hiddenSections' | 'noneHidden' | 'sectionShown'>,
    Messages<'stored' | 'unread' | 'sentNothing' | 'showSignals' | 'ignored'>,
    Messages<
      'reset' | 'resetHint' | 'resetDone' | 'download' | 'erase' | 'eraseQuestion' | 'eraseNow' | 'cancel' | 'erased'
    >,
    Messages<'working' | 'failed'> {}

/** The words of one language for every element. Placeholders stand in braces and may be left out. */
export interface RecMessages extends CarouselMessages, PanelMessages, ControlsMessages {}

/** Words of which only those of `<rec-carousel>` are always there: what comes later brings its English with it. */
export type PageMessages = CarouselMessages & Partial<PanelMessages & ControlsMessages>;

let ofPage: PageMessages = CAROUSEL_EN;
const listeners = new Set<() => void>();

/** The words of every element of the page, present and future; what a pack leaves out is English. */
export function setMessages(pack: Partial<RecMessages>): void {
  ofPage = { ...CAROUSEL_EN, ...pack };
  for (const listener of [...listeners]) listener();
}

/** The words of one element: its own property `messages` over those of the page. */
export const messagesFor = (own?: Partial<RecMessages> | null): PageMessages => ({ ...ofPage, ...own });

/** Tells when the words of the page change. For elements. */
export function onMessages(listener: () => void): Unsubscribe {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What placeholders stand for. */
export type Words = Readonly<Record<string, string | number>>;

/** One message as plain text; `count` chooses its plural form, and numbers are written as the language writes them. */
export function say<Key extends string>(
  messages: Messages<Key> & Partial<Pick<RecMessages, 'reasons'>>,
  key: Key,
  words: Words = {},
): string {
  const { locale = 'en' } = messages.reasons ?? {};
  const message: Message = messages[key];
  const text =
    typeof message === 'string'
      ? message
      : (message[new Intl.PluralRules(locale).select(Number(words['count']))] ?? message.other);
  // in one pass: a title may itself hold braces
  return text.replace(/\{(\w+)\}/g, (all, name: string) => words[name]?.toLocaleString(locale) ?? all);
}
