import type { ItemFacts, ShownBy } from './why-item.ts';

const BY: Readonly<Record<ShownBy, string>> = {
  ranked: 'on its rank',
  pinned: 'pinned',
  drawn: 'drawn to explore',
  required: "to fill a quota's minimum",
};

const slatesOf = (count: number): string => `${String(count)} ${count === 1 ? 'slate' : 'slates'}`;
const joined = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.slice(-1).join('')}`;

/** Why an item was shown, or was not, among so many logged slates: one sentence without its full stop. */
export function explainItem(item: ItemFacts, slates: number): string {
  const { candidate, shown, impressions } = item;
  if (slates === 0) return 'not observable: this log has no slate events';
  if (candidate === 0) {
    const seen = impressions > 0 ? `; ${unloggedText(impressions)}` : '';
    return `never a candidate: the site's server has not sent it in the ${slatesOf(slates)} of this log${seen}`;
  }
  const start = `was a candidate in ${slatesOf(candidate)} and`;
  if (shown === 0) return `${start} never shown: ${passedOver(item, candidate)}`;
  const how = (Object.entries(item.shownBy) as [ShownBy, number][]).flatMap(([by, count]) =>
    count === 0 ? [] : [count === shown ? BY[by] : `${String(count)} ${BY[by]}`],
  );
  const place = ((item.meanPosition ?? 0) + 1).toFixed(1);
  const was = `${start} shown ${amongst(shown, candidate)} (${joined(how)}), at place ${place} on average`;
  const others = candidate - shown;
  return others === 0 ? was : `${was}; of the other ${String(others)}: ${passedOver(item, others)}`;
}

const unloggedText = (impressions: number): string =>
  impressions === 1
    ? '1 impression of it is of a slate that was not logged'
    : `${String(impressions)} impressions of it are of slates that were not logged`;

const amongst = (times: number, count: number): string =>
  times < count ? `in ${String(times)}` : count === 1 ? 'there' : 'in all of them';

/** What kept it out of `count` slates, most frequent first. */
function passedOver({ dropped, heldBack, outranked, utilityRatio }: ItemFacts, count: number): string {
  const where = (times: number): string => amongst(times, count);
  const causes = [
    ...Object.entries(dropped).map(([id, times]) => ({
      times,
      text: `the rule \`${id}\` dropped it ${where(times)}`,
    })),
    ...Object.entries(heldBack).map(([id, times]) => ({
      ...{ times, text: `the quota \`${id}\` had no place left for it ${where(times)}` },
    })),
    ...(outranked === 0
      ? []
      : [{ times: outranked, text: `others were preferred ${where(outranked)}${ratioText(utilityRatio)}` }]),
  ];
  return joined(causes.sort((a, b) => b.times - a.times).map(({ text }) => text));
}

function ratioText(ratio: number | null): string {
  if (ratio === null) return '';
  const text = `its utility was ${String(ratio)} times that of the last item shown, at the median`;
  return ratio < 1 ? ` (${text})` : ` (${text}: pins, quotas, spacing, draws or terms of the policy put others first)`;
}
