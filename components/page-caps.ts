/** At most so many items of each value of a field in all carousels with a priority, such as `{ category: 4 }`. */
export type PageCaps = Readonly<Record<string, number>>;

let ofPage: PageCaps = {};

export const pageCaps = (): PageCaps => ofPage;

/** Holds for what is ranked from now on. Only what is seen without scrolling counts. */
export const setPageCaps = (caps: PageCaps): void => {
  ofPage = caps;
};
