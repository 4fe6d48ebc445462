type ColumnType = 'text' | 'integer' | 'number' | 'time';

/** Typed columns of an archive and where each stands in the JSON of an event; docs/archive.md lists them. */
export const ARCHIVE_COLUMNS: readonly (readonly [name: string, path: string, type: ColumnType])[] = [
  ['id', 'id', 'text'],
  ['kind', 'kind', 'text'],
  ['received_at', 'receivedAt', 'time'],
  ['at', 'at', 'time'],
  ['sent_at', 'sentAt', 'time'],
  ['client_id', 'clientId', 'text'],
  ['client_seq', 'clientSeq', 'integer'],
  ['unit_id', 'unitId', 'text'],
  ['consent', 'consent', 'text'],
  ['slate_id', 'slateId', 'text'],
  ['placement', 'placement', 'text'],
  ['item_id', 'itemId', 'text'],
  ['position', 'position', 'integer'],
  ['propensity', 'propensity', 'number'],
  ['model_id', 'modelId', 'text'],
  ['tier', 'tier', 'text'],
  ['signal_age_ms', 'signalAgeMs', 'number'],
  ['server_lag', 'serverLag', 'integer'],
  ['quantity', 'quantity', 'number'],
  ['value_amount', 'value.amount', 'number'],
  ['value_currency', 'value.currency', 'text'],
  ['margin_amount', 'margin.amount', 'number'],
  ['margin_currency', 'margin.currency', 'text'],
  ['attribution', 'attribution', 'text'],
  ['lag_ms', 'lagMs', 'number'],
  ['dwell', 'dwell', 'text'],
  ['team', 'team', 'text'],
  ['unit_source', 'unitSource', 'text'],
  ['diversity', 'diversity', 'number'],
];

/** The end of year 9999, after which warehouses know no time. */
export const LAST_TIME_MS = 253_402_300_799_999;

const SQL: Readonly<Record<ColumnType, (text: string) => string>> = {
  text: (text) => text,
  integer: (text) => `TRY_CAST(${text} AS BIGINT)`,
  number: (text) => `TRY_CAST(${text} AS DOUBLE)`,
  // a device's clock may say anything; the JSON keeps what it said
  time: (text) => {
    const ms = `TRY_CAST(${text} AS BIGINT)`;
    return `CAST(CASE WHEN ${ms} <= ${String(LAST_TIME_MS)} THEN epoch_ms(${ms}) END AS TIMESTAMPTZ)`;
  },
};

/** SQL of the typed columns, given a column `event` of JSON texts, which comes last as it is. */
export function selectColumns(from: string): string {
  const paths = ARCHIVE_COLUMNS.map(([, path]) => `'$.${path}'`).join();
  const columns = ARCHIVE_COLUMNS.map(([name, , type], i) => `${SQL[type](`fields[${String(i + 1)}]`)} AS "${name}"`);
  // one extraction of all fields reads each text once
  return `SELECT ${columns.join()}, event FROM (SELECT *, json_extract_string(event, [${paths}]) AS fields FROM ${from})`;
}
