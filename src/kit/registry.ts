import { hexSha256 } from '../core/bundle-crypto.ts';
import { refuseBundle } from '../core/bundle-trust.ts';
import type { PageNotes } from '../core/page-notes.ts';
import { type Problem, createProblem, isProblem } from '../core/problem.ts';
import type { ReleaseFault } from '../core/release-run.ts';
import {
  type ChosenBundle,
  MAX_RELEASES_CHARS,
  RELEASES_FILE,
  type Releases,
  bundleFolder,
  chooseBundles,
  parseReleases,
} from '../core/releases.ts';
import { assignStored } from '../store/assigned-arms.ts';
import type { OpenedStorage } from '../store/open-storage.ts';
import type { StoredBundle } from '../store/schema.ts';
import { fetchText } from '../sync/bundle.ts';
import type { BundleLoader, LoaderSource } from './bundle-loader.ts';
import { type KeptRegistry, RegistryMemory } from './registry-memory.ts';
import { ReleaseWatch } from './release-watch.ts';
import type { Settings } from './settings.ts';
import type { Kit } from './types.ts';
import { within } from './within.ts';

/** A device that knows a release waits so long for news of another. */
const NEWS_MS = 2_000;

/** Whom a registry watches, and tells which release ranks. */
export interface PageParts {
  readonly notes: PageNotes;
  readonly kit: () => Kit;
}

export interface RegistryPage extends PageParts {
  readonly settings: Settings;
  readonly opened: Promise<OpenedStorage>;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
  readonly onProblem: (problem: Problem) => void;
  readonly loader: BundleLoader;
}

export type RegistryOptions = Omit<RegistryPage, keyof PageParts> & { readonly page?: PageParts };

/**
 * Finds the bundle of a registry that this device is to use. `source.url` is that of `releases.json`, with a slash. Rejects
 * with a problem where none is to serve.
 */
export async function openRegistry(
  source: LoaderSource,
  { page: parts, ...options }: RegistryOptions,
): Promise<LoaderSource> {
  const refuse = (problem: Problem): never => {
    options.loader.problems.push(problem);
    options.onProblem(problem);
    throw refusal(problem);
  };
  if (!parts) return refuse(createProblem('releases_invalid', 'an arm of an experiment names a bundle by its folder'));
  const page = { ...options, ...parts };
  const url = source.url.slice(0, -RELEASES_FILE.length - 1);
  const memory = new RegistryMemory({ ...page, url });
  const kept = await memory.settle();
  const releases = await findReleases({ ...source, url }, { page, memory, kept });
  if (isProblem(releases)) return refuse(releases);
  const { killed } = releases;
  if (killed === 'server') page.settings.maxTier = 'server';
  if (killed) refuse(createProblem('release_killed', `release ${String(releases.release)} switches every bundle off`));
  const chosen = chooseBundles(releases, await findUnit(page));
  return new Registry({ ...source, url }, { page, memory, releases, chosen }).begin(kept);
}

/** A problem that can be thrown. */
const refusal = (problem: Problem): Error => Object.assign(new Error(problem.message), problem);

interface Known {
  readonly page: RegistryPage;
  readonly memory: RegistryMemory;
  readonly kept: KeptRegistry;
}

/** The newest release that is to be trusted: the network's, else the one that was kept. */
async function findReleases(source: LoaderSource, { page, memory, kept }: Known): Promise<Releases | Problem> {
  const { text: old, releases: seen } = kept;
  const fetched = fetchText(source, RELEASES_FILE, MAX_RELEASES_CHARS);
  const answer = old === '' ? await fetched : await within(fetched, NEWS_MS, []);
  const text =
    typeof answer === 'string' && (answer === 'timeout' || answer === 'aborted')
      ? createProblem('bundle_unreachable', `${source.url}${RELEASES_FILE} did not come in time`)
      : answer;
  const news = isProblem(text) ? text : await judge(text, source, { page, seen });
  if (!isProblem(news)) {
    const { keyId } = news.signature ?? {};
    // what nobody has to sign may say anything
    const releases = source.check === null || keyId === undefined ? {} : { [keyId]: news.release };
    await memory.keep(text as string, releases, news);
    return news;
  }
  // a key may have been given up since, or its time be over
  const last = old === '' ? news : await judge(old, source, { page, seen: {} });
  if (!isProblem(last)) page.onProblem(news);
  return last;
}

interface Judging {
  readonly page: RegistryPage;
  readonly seen: KeptRegistry['releases'];
}

async function judge(text: string, source: LoaderSource, { page, seen }: Judging): Promise<Releases | Problem> {
  const releases = parseReleases(text);
  if (isProblem(releases)) return releases;
  const { check, crypto } = source;
  const problem = await check?.(text, releases, { now: page.settings.clock(), releases: seen, crypto });
  return problem ? createProblem(problem.code, `${RELEASES_FILE}: ${problem.message}`) : releases;
}

/** Whom canaries draw. A random id that ends with the page draws nobody. */
async function findUnit({ settings, opened }: RegistryPage): Promise<string | undefined> {
  const { storage, problem } = await opened;
  if (problem || !settings.consents.stores) return settings.unitId;
  return assignStored(storage, settings, (unit) => ({ answer: unit, arms: {} })).catch(() => settings.unitId);
}

interface Choice {
  readonly page: RegistryPage;
  readonly memory: RegistryMemory;
  readonly releases: Releases;
  /** The one to use first. */
  readonly chosen: readonly ChosenBundle[];
}

/** The bundles of one release, of which the first that serves is used. */
class Registry {
  readonly #source: LoaderSource;
  readonly #choice: Choice;
  /** What this page does not try (again). */
  readonly #given = new Set<string>();
  readonly #watch: ReleaseWatch;

  constructor(source: LoaderSource, choice: Choice) {
    this.#source = source;
    this.#choice = choice;
    const { page, memory, chosen } = choice;
    this.#watch = new ReleaseWatch({ ...page, memory, chosen, onFault: (...fault) => void this.#rollBack(...fault) });
  }

  async begin(kept: KeptRegistry): Promise<LoaderSource> {
    const { page, releases, chosen } = this.#choice;
    Object.keys(kept.faults).forEach((bundle) => this.#given.add(bundle));
    for (const { bundle } of chosen) {
      if (this.#given.has(bundle)) continue;
      const fault = this.#watch.judge(bundle, kept.runs);
      if (fault === undefined) break;
      await this.#giveUp(bundle, fault);
    }
    const why = `release ${String(releases.release)} names no bundle that this device has not rolled back from`;
    if (!page.closed.aborted) this.#watch.start();
    return this.#next(createProblem('release_rolled_back', why));
  }

  /** What is to be loaded; rejects with `problem` where nothing is left. */
  async #next(problem: Problem): Promise<LoaderSource> {
    const { page, releases, chosen } = this.#choice;
    const next = chosen.find(({ bundle }) => !this.#given.has(bundle));
    if (next === undefined) {
      delete page.notes.release;
      this.#watch.follow(null);
      throw refusal(problem);
    }
    const { bundle, channel } = next;
    this.#given.add(bundle);
    page.notes.release = { number: releases.release, channel };
    this.#watch.follow(bundle);
    const { crypto, fetch, url } = this.#source;
    const folder = url + bundleFolder(bundle);
    const { bundle: own } = (await this.#source.memory.read(folder)) ?? {};
    const isWhole = own && crypto && (await hexSha256(crypto, own.manifest)) === bundle;
    return {
      ...this.#source,
      url: folder,
      // its name is its hash: what was kept of it needs no network
      fetch: isWhole ? fetchKept({ folder, kept: own, fetch }) : fetch,
      check: async (text: string) => {
        if (crypto === null) return refuseBundle('bundle_signature_unsupported', 'a registry needs https or localhost');
        const isNamed = (await hexSha256(crypto, text)) === bundle;
        return isNamed ? undefined : refuseBundle('bundle_mixed', 'its manifest is not the one that the release names');
      },
      next: (why) => this.#next(why),
    };
  }

  async #rollBack(bundle: string, fault: ReleaseFault): Promise<void> {
    const { page } = this.#choice;
    const problem = await this.#giveUp(bundle, fault);
    await page.loader.load(this.#next(problem));
    this.#watch.resume();
  }

  async #giveUp(bundle: string, fault: ReleaseFault): Promise<Problem> {
    const { page, memory, releases } = this.#choice;
    this.#given.add(bundle);
    const name = `bundle ${bundle.slice(0, 12)} of release ${String(releases.release)}`;
    const problem = createProblem('release_rolled_back', `this device has rolled back from ${name}: ${fault}`);
    page.onProblem(problem);
    await memory.giveUp(bundle, fault);
    return problem;
  }
}

interface KeptBundle {
  readonly folder: string;
  readonly kept: StoredBundle;
  readonly fetch: typeof fetch;
}

/** Answers from what was kept, but for what turned out to be damaged. */
const fetchKept =
  ({ folder, kept, fetch: ask }: KeptBundle): typeof fetch =>
  async (input, init) => {
    // the loader asks by text
    const name = (input as string).slice(folder.length);
    const file = name === 'manifest.json' ? kept.manifest : kept.files[name];
    return file === undefined || init?.cache === 'reload' ? ask(input, init) : new Response(file);
  };
