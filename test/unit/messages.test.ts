import { afterEach, describe, expect, test } from 'vitest';
import {
  type Message,
  type RecMessages,
  messagesFor,
  onMessages,
  say,
  setMessages,
} from '../../components/messages.ts';
import { MESSAGES_AR } from '../../components/messages/ar.ts';
import { MESSAGES_DE } from '../../components/messages/de.ts';
import { MESSAGES_EN } from '../../components/messages/en.ts';

/** What is wrong with a pack: keys that it lacks or that nobody asks for, placeholders and plural forms. */
function faultsOf(pack: object): string[] {
  const { locale } = (pack as RecMessages).reasons;
  const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
  const own = textsOf(pack);
  const english = textsOf(MESSAGES_EN);
  const faults: string[] = [...own.keys()].filter((key) => !english.has(key)).map((key) => `${key} is unknown`);
  for (const [key, message] of english) {
    const translated = own.get(key);
    const needs = typeof message === 'object' || typeof translated === 'object' ? categories : [];
    if (translated === undefined) faults.push(`${key} is missing`);
    else if (placeholders(translated) !== placeholders(message)) faults.push(`${key} has other placeholders`);
    else if (needs.length > 1 && needs.some((category) => typeof translated === 'string' || !translated[category]))
      faults.push(`${key} lacks a plural form`);
  }
  return faults;
}

/** Every message by its path. */
function textsOf(pack: object, path = ''): Map<string, Message> {
  const isMessage = (value: unknown): value is Message =>
    typeof value === 'string' || (typeof value === 'object' && value !== null && 'other' in value);
  return new Map(
    Object.entries(pack).flatMap(([key, value]: [string, unknown]) =>
      isMessage(value) ? [[path + key, value] as const] : [...textsOf(value as object, `${path}${key}.`)],
    ),
  );
}

const placeholders = (message: Message): string =>
  [...new Set(JSON.stringify(message).match(/\{\w+\}/g))].sort().join();
/** All of an object but one key. */
const without = (of: object, key: string): object =>
  Object.fromEntries(Object.entries(of).filter(([name]) => name !== key));

afterEach(() => setMessages({}));

describe('packs', () => {
  test.each([
    ['de', MESSAGES_DE],
    ['ar', MESSAGES_AR],
  ])('%s has every text, its placeholders and its plural forms', (locale, pack) => {
    expect(faultsOf(pack)).toEqual([]);
    expect(pack.reasons.locale).toBe(locale);
    const same = [...textsOf(pack)].filter(([key, text]) => text === textsOf(MESSAGES_EN).get(key));
    expect(same).toEqual([]);
  });

  test('what is wrong with one is found', () => {
    expect(faultsOf(without(MESSAGES_DE, 'undo'))).toEqual(['undo is missing']);
    const reasons = without(MESSAGES_DE.reasons, 'price');
    expect(faultsOf({ ...MESSAGES_DE, reasons })).toEqual(['reasons.price is missing']);
    expect(faultsOf({ ...MESSAGES_DE, why: 'Warum {titel}?' })).toEqual(['why has other placeholders']);
    expect(faultsOf({ ...MESSAGES_DE, hello: 'Hallo' })).toEqual(['hello is unknown']);
    expect(faultsOf({ ...MESSAGES_AR, stored_items: without(MESSAGES_AR.stored_items as object, 'two') })).toEqual([
      'stored_items lacks a plural form',
    ]);
  });
});

describe('say', () => {
  test.each([
    [0, 'لا منتجات تعاملت معها'],
    [1, 'منتج واحد تعاملت معه'],
    [2, 'منتجان تعاملت معهما'],
    [3, '3 منتجات تعاملت معها'],
    [11, '11 منتجًا تعاملت معه'],
    [100, '100 منتج تعاملت معه'],
  ])('Arabic has its own form for %s', (count, text) => {
    expect(say(MESSAGES_AR, 'stored_items', { count })).toBe(text);
  });

  test('numbers are written as the language writes them; a title is text, whatever it holds', () => {
    expect(say(MESSAGES_DE, 'stored_signals', { count: 1234 })).toBe('1.234 Handlungen von Ihnen');
    expect(say(MESSAGES_DE, 'page', { from: 1, to: 4, count: 12 })).toBe('Artikel 1 bis 4 von 12');
    expect(say(MESSAGES_EN, 'why', { title: 'a {title} $& {count}' })).toBe('Why a {title} $& {count}?');
    expect(say(MESSAGES_EN, 'why')).toBe('Why {title}?');
    expect(say(MESSAGES_AR, 'did_view', { title: 'Mug (350 ml)' })).toBe('شاهدت \u2068Mug (350 ml)\u2069');
  });
});

describe('the words of a page', () => {
  test('an element’s own go before the page’s, and what both leave out is English', () => {
    setMessages({ undo: 'Take back' });
    expect(messagesFor({ close: 'Shut' })).toMatchObject({ undo: 'Take back', close: 'Shut', next: 'Next' });
    expect(messagesFor(null)).toMatchObject({ undo: 'Take back', previous: 'Previous' });
    setMessages({ ...MESSAGES_DE, undo: 'Zurücknehmen' });
    expect(messagesFor()).toEqual({ ...MESSAGES_DE, undo: 'Zurücknehmen' });
  });

  test('a language that Nearside does not have: every text, its own plurals, and those who listen hear of it', () => {
    const heard: unknown[] = [];
    const stop = onMessages(() => heard.push(messagesFor().undo));
    const pack: RecMessages = {
      ...MESSAGES_EN,
      undo: 'Cofnij',
      stored_items: {
        one: '{count} produkt',
        few: '{count} produkty',
        many: '{count} produktów',
        other: '{count} produktu',
      },
      reasons: { ...MESSAGES_EN.reasons, locale: 'pl' },
    };
    setMessages(pack);
    stop();
    setMessages({});
    expect(heard).toEqual(['Cofnij']);
    expect([1, 2, 5, 22, 1.5].map((count) => say(pack, 'stored_items', { count }))).toEqual([
      ...['1 produkt', '2 produkty', '5 produktów', '22 produkty', '1,5 produktu'],
    ]);
    // the English plurals that are left have no form for `few` and `many`
    expect(faultsOf(pack)).toEqual(
      ['stored_signals', 'stored_slates', 'stored_outbox'].map((key) => `${key} lacks a plural form`),
    );
  });
});
