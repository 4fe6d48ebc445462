/** At least so much of its box is neither clipped nor outside of the window: then it is seen. */
const SEEN_SHARE = 0.5;

/** Which of the elements are seen, by what the browser itself says of clipping. */
export function findSeen(elements: readonly Element[]): Promise<ReadonlySet<Element>> {
  if (elements.length === 0) return Promise.resolve(new Set());
  return new Promise((resolve) => {
    const observer = new IntersectionObserver((entries) => {
      observer.disconnect();
      const seen = entries.filter(({ intersectionRatio }) => intersectionRatio >= SEEN_SHARE);
      resolve(new Set(seen.map(({ target }) => target)));
    });
    for (const element of elements) observer.observe(element);
  });
}
