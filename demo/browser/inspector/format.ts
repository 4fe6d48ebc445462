/** For people, in English as the whole inspector. */
export const formatNumber = (value: number): string =>
  new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value);

export const formatCount = (count: number, noun: string): string =>
  `${new Intl.NumberFormat('en').format(count)} ${noun}${count === 1 ? '' : 's'}`;

export const formatMs = (ms: number): string => (ms < 1000 ? `${formatNumber(ms)} ms` : `${formatNumber(ms / 1000)} s`);

export const formatBytes = (sizeBytes: number): string =>
  sizeBytes < 1000 ? `${String(sizeBytes)} B` : `${formatNumber(sizeBytes / 1000)} kB`;

/** The time of day, in the visitor's zone. */
export const formatTime = (at: number): string => new Intl.DateTimeFormat('en', { timeStyle: 'medium' }).format(at);

export const formatDate = (at: number): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' }).format(at);

/** The day that a rule's author wrote. */
export const formatDay = (at: number): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' }).format(at);

/** A field's value as it went out: texts bare, the rest as JSON. */
export const formatValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Ids and hashes are long: their beginning tells them apart. */
export const shorten = (id: string): string => (id.length > 12 ? `${id.slice(0, 12)}…` : id);
