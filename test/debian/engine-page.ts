/** In CSS px, without the browser around it: no less than any size that a test gives the frame it runs in. */
export const PAGE_SIZE = { width: 1600, height: 1200 };

/** In CSS px of the window. */
export type Place = readonly [x: number, y: number];

/** One page of a browser, with keys and a pointer that the page cannot tell from a visitor's. */
export interface EnginePage {
  goto(url: string): Promise<void>;
  /** `key` as in `KeyboardEvent.key`. */
  keyDown(key: string): Promise<void>;
  keyUp(key: string): Promise<void>;
  moveTo(place: Place): Promise<void>;
  /** So many times, with the left button: the only one that WebKitWebDriver lets go of again. */
  click(place: Place, times: number): Promise<void>;
  close(): Promise<void>;
}
