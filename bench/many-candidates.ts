import { isRecord } from '../src/core/guards.ts';

interface List {
  readonly items: readonly { readonly id: string }[];
}

/** So many items: those of a list again and again, each copy under an id of its own. */
export function repeatItems<T extends List>(list: T, count: number): T {
  const { items } = list;
  if (items.length === 0) throw new Error('a list without items cannot be made longer');
  const copies = Array.from({ length: count }, (_, i) => {
    const item = items[i % items.length];
    const round = Math.floor(i / items.length);
    return item && round > 0 ? { ...item, id: `${item.id}~${String(round)}` } : item;
  });
  return { ...list, items: copies };
}

/**
 * A page whose carousel of a placement has so many candidates, each a link of the server's and an item of the data beside
 * them. Throws where the page has no such carousel.
 */
export function repeatLinks(html: string, placement: string, count: number): string {
  const carousel = new RegExp(`<rec-carousel[^>]* placement="${placement}"[^]*?</rec-carousel>`).exec(html)?.[0] ?? '';
  const data: unknown = JSON.parse(/<script type="application\/json">([^]*?)<\/script>/.exec(carousel)?.[1] ?? 'null');
  const links = new Map(
    [...carousel.matchAll(/<li [^>]*data-item-id="([^"]+)"[^]*?<\/li>/g)].map(([link, id = '']) => [id, link]),
  );
  if (!isRecord(data) || links.size === 0)
    throw new Error(`the page has no links and data for placement "${placement}"`);
  const list = repeatItems(data as unknown as List, count);
  const repeated = list.items.map(({ id }) => {
    const [known = ''] = id.split('~');
    return (links.get(known) ?? '').replace(`data-item-id="${known}"`, `data-item-id="${id}"`);
  });
  const longer = carousel
    .replace(/<ol>[^]*?<\/ol>/, () => `<ol>${repeated.join('\n')}</ol>`)
    .replace(/(<script type="application\/json">)[^]*?(<\/script>)/, (_, start: string, end: string) => {
      return start + JSON.stringify(list).replaceAll('<', '\\u003c') + end;
    });
  return html.replace(carousel, () => longer);
}
