import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { Bus, Unsubscribe } from './bus.ts';

/** Hints can get lost: so often everything that this process follows is read again, by one query per source. */
const RECHECK_MS = 2_000;
/** Values in one query at most; the rest waits for the next one. */
const READ_SIZE_MAX = 5_000;

export interface StateWatchOptions<Value> {
  /** What is followed, in the plural, for people: `wallets`. */
  readonly name: string;
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  /** Where hints about a key are published. Their message says nothing: the value is read. */
  readonly channelOf: (key: string) => string;
  /** Reads the values of all these keys by one query. Keys that are absent from the answer show nothing. */
  readonly read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  /** Grows with every change that followers are to see. Equal versions are equal values. */
  readonly versionOf: (value: Value) => bigint;
  /** Which database a key is read from. Keys of one source are read together, and a source that cannot be reached holds up no other. Default: all from one. */
  readonly sourceOf?: (key: string) => number;
}

/** Follows values of one kind as states: whoever is slow sees the newest, not every one. One query per source serves all followers of this process that are due. */
export interface StateWatch<Value> {
  /** The value as it is now, then again whenever its version has grown. Ends when `signal` is aborted. */
  follow(key: string, signal: AbortSignal): AsyncGenerator<Value, void>;
  close(): Promise<void>;
}

export const openStateWatch = <Value>(options: StateWatchOptions<Value>): StateWatch<Value> => new SharedWatch(options);

/** Tells whoever follows these keys that their values have changed. Call it after COMMIT. */
export interface StateHints {
  publish(keys: Iterable<string>): void;
}

/** Hints over the bus, one per channel however many of its keys are named. A lost one costs its followers one re-check. */
export const createStateHints = (bus: Bus, channelOf: (key: string) => string): StateHints => ({
  publish: (keys) => {
    for (const channel of new Set(Array.from(keys, channelOf))) bus.publish(channel, '');
  },
});

/** One subscriber. `latest` is what it has not seen yet. */
interface Follower<Value> {
  seenVersion: bigint;
  latest: Value | null;
  wake: () => void;
}

interface Watched<Value> {
  readonly followers: Set<Follower<Value>>;
  readonly unsubscribe: Promise<Unsubscribe>;
}

/** What one database is to be asked for. */
interface Source {
  readonly due: Set<string>;
  reading: Promise<void> | null;
}

class SharedWatch<Value> implements StateWatch<Value> {
  readonly #options: StateWatchOptions<Value>;
  readonly #watched = new Map<string, Watched<Value>>();
  readonly #sources = new Map<number, Source>();
  readonly #recheck: NodeJS.Timeout;
  readonly #forgetGaps: Unsubscribe;
  #closed = false;

  constructor(options: StateWatchOptions<Value>) {
    this.#options = options;
    this.#recheck = setInterval(() => this.#readAll(), RECHECK_MS);
    this.#recheck.unref();
    this.#forgetGaps = options.bus.onGap(() => this.#readAll());
  }

  async *follow(key: string, signal: AbortSignal): AsyncGenerator<Value, void> {
    const follower: Follower<Value> = { seenVersion: -1n, latest: null, wake: () => undefined };
    const wake = (): void => follower.wake();
    signal.addEventListener('abort', wake);
    this.#attach(key, follower);
    try {
      // At once, and not when the subscription stands: while Redis is away that may take for ever.
      this.#read(key);
      while (!signal.aborted && !this.#closed) {
        const { latest } = follower;
        if (latest === null) {
          await new Promise<void>((resolve) => {
            follower.wake = resolve;
          });
          continue;
        }
        follower.latest = null;
        follower.seenVersion = this.#options.versionOf(latest);
        yield latest;
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#detach(key, follower);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#recheck);
    this.#forgetGaps();
    for (const { followers } of this.#watched.values()) for (const follower of followers) follower.wake();
    await Promise.all([...this.#sources.values()].map(({ reading }) => reading));
  }

  #attach(key: string, follower: Follower<Value>): void {
    const known = this.#watched.get(key);
    if (known !== undefined) {
      known.followers.add(follower);
      return;
    }
    const { bus, channelOf, name, telemetry } = this.#options;
    const unsubscribe = bus.subscribe(channelOf(key), () => this.#read(key));
    this.#watched.set(key, { followers: new Set([follower]), unsubscribe });
    // Only what is read after the subscription stands is sure to be followed by a hint when it changes.
    unsubscribe.then(
      () => this.#read(key),
      (error: unknown) =>
        telemetry.log.warn({ err: error, watch: name }, 'a state is followed without hints: its channel could not be subscribed'),
    );
  }

  #detach(key: string, follower: Follower<Value>): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    watched.followers.delete(follower);
    if (watched.followers.size > 0) return;
    this.#watched.delete(key);
    const { name, telemetry } = this.#options;
    watched.unsubscribe.then(
      (unsubscribe) => unsubscribe(),
      (error: unknown) => telemetry.log.debug({ err: error, watch: name }, 'a state was left before its subscription stood'),
    );
  }

  #readAll(): void {
    for (const key of this.#watched.keys()) this.#sourceOf(key).due.add(key);
    for (const source of this.#sources.values()) this.#startReading(source);
  }

  #read(key: string): void {
    if (!this.#watched.has(key)) return;
    const source = this.#sourceOf(key);
    source.due.add(key);
    this.#startReading(source);
  }

  #sourceOf(key: string): Source {
    const index = this.#options.sourceOf?.(key) ?? 0;
    const known = this.#sources.get(index);
    if (known !== undefined) return known;
    const source: Source = { due: new Set(), reading: null };
    this.#sources.set(index, source);
    return source;
  }

  #startReading(source: Source): void {
    if (source.reading !== null || source.due.size === 0 || this.#closed) return;
    source.reading = this.#readDue(source).finally(() => {
      source.reading = null;
      this.#startReading(source);
    });
  }

  async #readDue({ due }: Source): Promise<void> {
    const keys = [...due].slice(0, READ_SIZE_MAX);
    for (const key of keys) due.delete(key);
    try {
      for (const [key, value] of await this.#options.read(keys)) this.#show(key, value);
    } catch (error) {
      // The next re-check asks again; followers are late, not wrong.
      const { name, telemetry } = this.#options;
      telemetry.log.warn({ err: error, watch: name, keys: keys.length }, 'followed states could not be read');
    }
  }

  #show(key: string, value: Value): void {
    const { versionOf } = this.#options;
    const version = versionOf(value);
    for (const follower of this.#watched.get(key)?.followers ?? []) {
      if (version <= (follower.latest === null ? follower.seenVersion : versionOf(follower.latest))) continue;
      follower.latest = value;
      follower.wake();
    }
  }
}
