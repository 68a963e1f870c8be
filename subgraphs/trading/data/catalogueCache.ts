import type { Bus, Unsubscribe } from '#platform/bus/bus.ts';
import type { Queryable } from '#platform/database/database.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { isOnSale, isSoldIn, type ShownGift, type StoredGift, shownGift } from '../domain/catalogue.ts';
import { CATALOGUE_CHANNEL } from '../events.ts';
import { readCatalogue, readCatalogueVersion, readStoredGifts } from './catalogueRows.ts';

/** Hints can get lost: so often this process compares the catalogue's version with its own, by one small query. */
const RECHECK_MS = 2_000;
/** Reads that one reader waits for at most. A partition that is behind, asked in place of home, is not asked for ever. */
const READS_MAX = 2;

export interface CatalogueCacheOptions {
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  /** Reads at home, or in another partition while home is away. */
  readonly reference: <Value>(read: (db: Queryable) => Promise<Value>) => Promise<Value>;
}

/** Which gifts to show, and how. */
export interface GiftsWanted {
  readonly at: Date;
  /** ISO 3166-1 alpha-2; null: gifts of all regions. */
  readonly region: string | null;
  /** Any text; null: in the languages of the gifts' own names. */
  readonly locale: string | null;
}

/** The catalogue in this process' memory, for showing it. Lanes don't use it: money is decided on the database. */
export interface CatalogueCache {
  /** The gifts on sale, the cheapest first. */
  giftsOnSale(wanted: GiftsWanted): Promise<readonly ShownGift[]>;
  /** Gifts by id as they are at a moment, also those off sale; unknown ids are absent. */
  giftsById(ids: readonly string[], at: Date): Promise<ReadonlyMap<string, ShownGift>>;
  /** The catalogue is at that version: an older copy is read anew by the next reader, and other processes hear of it. */
  edited(version: number): void;
  close(): Promise<void>;
}

/** Opens the cache. It is read when it is first asked for. */
export const openCatalogueCache = (options: CatalogueCacheOptions): CatalogueCache => new SharedCatalogue(options);

/** A whole catalogue; never changed, only replaced. */
interface Copy {
  readonly version: number;
  readonly gifts: ReadonlyMap<string, StoredGift>;
}

class SharedCatalogue implements CatalogueCache {
  readonly #options: CatalogueCacheOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #forgetGaps: Unsubscribe;
  readonly #unsubscribe: Promise<Unsubscribe | null>;
  #copy: Copy | null = null;
  /** The newest version that this process has heard of. */
  #known = 0;
  #reading: Promise<Copy> | null = null;
  #checking: Promise<void> | null = null;
  #closed = false;

  constructor(options: CatalogueCacheOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#check(), RECHECK_MS);
    this.#timer.unref();
    this.#forgetGaps = options.bus.onGap(() => this.#check());
    this.#unsubscribe = options.bus
      .subscribe(CATALOGUE_CHANNEL, (message) => this.#hear(Number(message)))
      .catch((error: unknown) => {
        options.telemetry.log.warn({ err: error }, 'the catalogue is kept without hints: its channel could not be subscribed');
        return null;
      });
  }

  async giftsOnSale({ at, region, locale }: GiftsWanted): Promise<readonly ShownGift[]> {
    const { gifts } = await this.#current();
    return [...gifts.values()]
      .filter((gift) => isOnSale(gift, at) && (region === null || isSoldIn(gift, region)))
      .map((gift) => shownGift(gift, at, locale))
      .sort((a, b) => (a.priceCoins === b.priceCoins ? (a.id < b.id ? -1 : 1) : a.priceCoins < b.priceCoins ? -1 : 1));
  }

  async giftsById(ids: readonly string[], at: Date): Promise<ReadonlyMap<string, ShownGift>> {
    const { gifts } = await this.#current();
    // A gift that was made a moment ago may have been sent already: what is not in the copy is looked up.
    const missing = ids.filter((id) => !gifts.has(id));
    const found = missing.length === 0 ? null : await this.#options.reference((db) => readStoredGifts(db, missing));
    return new Map(
      ids.flatMap((id) => {
        const gift = gifts.get(id) ?? found?.get(id);
        return gift === undefined ? [] : [[id, shownGift(gift, at)] as const];
      }),
    );
  }

  edited(version: number): void {
    this.#hear(version);
    this.#options.bus.publish(CATALOGUE_CHANNEL, String(version));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#forgetGaps();
    await Promise.allSettled([this.#reading, this.#checking]);
    void this.#unsubscribe.then((unsubscribe) => unsubscribe?.());
  }

  /** A whole copy, as new as what this process has heard of. While the database is away: the one there is. */
  async #current(): Promise<Copy> {
    let copy = this.#copy ?? (await this.#read());
    // What was being read already when the newer version was heard of may be too old: then once more.
    for (let reads = 0; reads < READS_MAX && copy.version < this.#known; reads += 1) copy = await this.#readOr(copy);
    return copy;
  }

  async #readOr(copy: Copy): Promise<Copy> {
    try {
      return await this.#read();
    } catch (error) {
      // Readers need not wait, one after the other, for a database that is away: the next check finds what was missed.
      this.#known = copy.version;
      this.#options.telemetry.log.warn(
        { err: error, version: copy.version },
        'the catalogue could not be read again; an older copy is shown',
      );
      return copy;
    }
  }

  /** One read at a time serves all who wait. */
  #read(): Promise<Copy> {
    this.#reading ??= this.#options
      .reference(readCatalogue)
      .then(({ version, gifts }) => {
        const copy: Copy = { version, gifts: new Map(gifts.map((gift) => [gift.id, gift])) };
        // Another partition may be behind: an older copy never replaces a newer one, and nobody asks for more than there is.
        if (this.#copy === null || copy.version >= this.#copy.version) this.#copy = copy;
        return this.#copy;
      })
      .finally(() => {
        this.#reading = null;
      });
    return this.#reading;
  }

  #hear(version: number): void {
    if (Number.isSafeInteger(version) && version > this.#known) this.#known = version;
  }

  #check(): void {
    if (this.#closed || this.#copy === null || this.#checking !== null) return;
    this.#checking = this.#options
      .reference(readCatalogueVersion)
      .then(
        (version) => this.#hear(version),
        (error: unknown) =>
          this.#options.telemetry.log.debug({ err: error }, "the catalogue's version could not be read; the next check asks again"),
      )
      .finally(() => {
        this.#checking = null;
      });
  }
}
