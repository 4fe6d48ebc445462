/** Other names that a column is known by, lower case, letters and digits only: `Product ID` is `productid`. */
export const EVENT_ALIASES: Aliases = {
  session_id: ['session', 'sid', 'visit', 'visitid', 'invoice', 'invoiceno'],
  user_id: ['user', 'uid', 'customer', 'customerid'],
  item_id: ['item', 'sku', 'product', 'productid', 'articleid', 'asin', 'stockcode'],
  event_type: ['event', 'type', 'eventname', 'action'],
  timestamp_ms: ['timestamp', 'ts', 'time', 'timems', 'epochms', 'eventtime', 'unixtime'],
};

export const ITEM_ALIASES: Aliases = {
  item_id: ['item', 'sku', 'id', 'product', 'productid', 'articleid', 'asin', 'stockcode'],
  title: ['name', 'productname', 'producttitle', 'itemname'],
  category: ['categoryname', 'categorycode', 'categoryid', 'productcategory'],
  brand: ['brandname', 'brandid', 'manufacturer'],
  price: ['unitprice', 'listprice', 'amount'],
};

export type Aliases = Readonly<Record<string, readonly string[]>>;

export interface Renamed {
  readonly from: string;
  readonly to: string;
}

export interface ResolvedColumns {
  /** The header, known columns by their own name. */
  readonly header: readonly string[];
  readonly renamed: readonly Renamed[];
  /** Columns of no known name. */
  readonly unused: readonly string[];
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Finds the known columns in a header: by name, then by the first alias that is there. */
export function resolveColumns(given: readonly string[], aliases: Aliases): ResolvedColumns {
  const header = [...given];
  const renamed: Renamed[] = [];
  for (const [to, others] of Object.entries(aliases)) {
    if (header.includes(to)) continue;
    const names = [plain(to), ...others];
    const free = header.map((name) => (name in aliases ? '' : plain(name)));
    const alias = names.find((name) => free.includes(name));
    if (alias === undefined) continue;
    const place = free.indexOf(alias);
    renamed.push({ from: header[place], to });
    header[place] = to;
  }
  return { header, renamed, unused: header.filter((name) => !(name in aliases)) };
}

const LOOKS: Readonly<Record<string, RegExp>> = {
  timestamp_ms: /^(\d{10}|\d{13}|\d{16}|\d{19})(\.\d+)?$|^\d{4}-\d\d-\d\d/,
  event_type: /view|click|cart|purchase|order|buy|transaction/i,
  price: /^\d+[.,]\d{1,2}$/,
};

/** Which of the unused columns a missing one may be: by a part of its name, or by the look of its first value. */
export function likelyColumn(
  missing: string,
  unused: readonly string[],
  row: Readonly<Record<string, string>>,
): string | undefined {
  const parts = missing.split('_').filter((part) => part !== 'id' && part !== 'ms');
  const byName = unused.find((name) => parts.some((part) => plain(name).includes(part)));
  return byName ?? unused.find((name) => LOOKS[missing]?.test(row[name] ?? ''));
}
