/** A device that has never seen the site, or one whose last good bundle is release 5. */
export type Device = 'new' | 'known';

export interface MutationSetup {
  readonly publicKey: string;
  /** Device of each mutation, in the order of `/mutants/N/`. */
  readonly devices: readonly Device[];
  /** Every so many mutations one more time by a kit that asks for no key. */
  readonly unkeyedEvery: number;
  /** Epoch ms. */
  readonly now: number;
  readonly itemIds: readonly string[];
  /** Inline JSON of the carousel. */
  readonly candidates: string;
}

/** What a visitor sees of one bundle. */
export interface Seen {
  readonly tier: string;
  readonly modelId: string;
  readonly codes: readonly string[];
  /** Cards on the page with a size, and items in the slate that ordered them. */
  readonly cards: number;
  readonly items: number;
}

export interface MutationReport {
  readonly userAgent: string;
  /** The genuine bundles by release, before any mutation, on a new device. */
  readonly genuine: readonly Seen[];
  readonly mutants: readonly Seen[];
  readonly unkeyed: readonly { readonly index: number; readonly seen: Seen }[];
  /** The genuine bundle of release 6 on both devices, after all mutations. */
  readonly after: Readonly<Record<Device, Seen>>;
  readonly seconds: number;
}
