import type { Place } from './engine-page.ts';

/** Code points that stand for keys without a character: https://www.w3.org/TR/webdriver2/#keyboard-actions */
const KEYS: Readonly<Record<string, string>> = {
  Backspace: '\uE003',
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Control: '\uE009',
  Alt: '\uE00A',
  Escape: '\uE00C',
  PageUp: '\uE00E',
  PageDown: '\uE00F',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Delete: '\uE017',
  Meta: '\uE03D',
};

const keyAction = (type: string, key: string): object => ({
  ...{ type: 'key', id: 'keyboard' },
  actions: [{ type, value: KEYS[key] ?? key }],
});
const pointerAction = (...actions: object[]): object => ({
  ...{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' } },
  actions,
});
const move = ([x, y]: Place): object => ({ type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y) });
const press = [
  { type: 'pointerDown', button: 0 },
  { type: 'pointerUp', button: 0 },
];

/** Of `POST /session/{session id}/actions`. */
export const keyDown = (key: string): object => keyAction('keyDown', key);
export const keyUp = (key: string): object => keyAction('keyUp', key);
export const moveTo = (place: Place): object => pointerAction(move(place));
export const click = (place: Place, times: number): object =>
  pointerAction(move(place), ...Array.from({ length: times }, () => press).flat());
