/** Places of the `count` highest scores, best first, ties by place, those that are no number last. */
export function topOf(scores: ArrayLike<number>, count: number): number[] {
  const top: number[] = [];
  const isAbove = (a: number, b: number): boolean =>
    scores[a] > scores[b] || (Number.isNaN(scores[b]) && !Number.isNaN(scores[a]));
  for (let i = 0; i < scores.length; i++) {
    const last = top.at(-1);
    if (top.length === count && last !== undefined && !isAbove(i, last)) continue;
    let at = top.length;
    while (at > 0 && isAbove(i, top[at - 1])) at--;
    top.splice(at, 0, i);
    if (top.length > count) top.pop();
  }
  return top;
}
