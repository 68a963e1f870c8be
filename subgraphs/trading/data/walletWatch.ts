import type { Bus, Unsubscribe } from '#platform/bus/bus.ts';
import type { Database } from '#platform/database/database.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { WalletState } from '../domain/ledger.ts';
import { walletChannel } from '../events.ts';
import { emptyWallet, readWallets } from './wallets.ts';

/** Hints can get lost: so often all followed wallets of this process are read again, in one query. */
const RECHECK_MS = 2_000;
/** Wallets in one query at most; the rest waits for the next one. */
const READ_SIZE_MAX = 5_000;

/** Follows wallets as states: whoever is slow sees the newest, not every one. One query serves all followers of this process that are due. */
export interface WalletWatch {
  /** The wallet as it is now, then again whenever its version has grown. Ends when `signal` is aborted. */
  follow(ownerId: string, signal: AbortSignal): AsyncGenerator<WalletState, void>;
  close(): Promise<void>;
}

export const openWalletWatch = (database: Database, bus: Bus, telemetry: Telemetry): WalletWatch =>
  new SharedWatch(database, bus, telemetry);

/** One subscriber. `latest` is what it has not seen yet. */
interface Follower {
  seenVersion: bigint;
  latest: WalletState | null;
  wake: () => void;
}

interface Watched {
  readonly followers: Set<Follower>;
  readonly unsubscribe: Promise<Unsubscribe>;
}

class SharedWatch implements WalletWatch {
  readonly #database: Database;
  readonly #bus: Bus;
  readonly #telemetry: Telemetry;
  readonly #watched = new Map<string, Watched>();
  readonly #due = new Set<string>();
  readonly #recheck: NodeJS.Timeout;
  readonly #forgetGaps: Unsubscribe;
  #reading: Promise<void> | null = null;
  #closed = false;

  constructor(database: Database, bus: Bus, telemetry: Telemetry) {
    this.#database = database;
    this.#bus = bus;
    this.#telemetry = telemetry;
    this.#recheck = setInterval(() => this.#readAll(), RECHECK_MS);
    this.#recheck.unref();
    this.#forgetGaps = bus.onGap(() => this.#readAll());
  }

  async *follow(ownerId: string, signal: AbortSignal): AsyncGenerator<WalletState, void> {
    const follower: Follower = { seenVersion: -1n, latest: null, wake: () => undefined };
    const wake = (): void => follower.wake();
    signal.addEventListener('abort', wake);
    this.#attach(ownerId, follower);
    try {
      // At once, and not when the subscription stands: while Redis is away that may take for ever.
      this.#read(ownerId);
      while (!signal.aborted && !this.#closed) {
        const { latest } = follower;
        if (latest === null) {
          await new Promise<void>((resolve) => {
            follower.wake = resolve;
          });
          continue;
        }
        follower.latest = null;
        follower.seenVersion = latest.version;
        yield latest;
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#detach(ownerId, follower);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#recheck);
    this.#forgetGaps();
    for (const { followers } of this.#watched.values()) for (const follower of followers) follower.wake();
    await this.#reading;
  }

  #attach(ownerId: string, follower: Follower): void {
    const known = this.#watched.get(ownerId);
    if (known !== undefined) {
      known.followers.add(follower);
      return;
    }
    const unsubscribe = this.#bus.subscribe(walletChannel(ownerId), () => this.#read(ownerId));
    this.#watched.set(ownerId, { followers: new Set([follower]), unsubscribe });
    // Only what is read after the subscription stands is sure to be followed by a hint when it changes.
    unsubscribe.then(
      () => this.#read(ownerId),
      (error: unknown) =>
        this.#telemetry.log.warn({ err: error }, 'a wallet is followed without hints: its channel could not be subscribed'),
    );
  }

  #detach(ownerId: string, follower: Follower): void {
    const watched = this.#watched.get(ownerId);
    if (watched === undefined) return;
    watched.followers.delete(follower);
    if (watched.followers.size > 0) return;
    this.#watched.delete(ownerId);
    watched.unsubscribe.then(
      (unsubscribe) => unsubscribe(),
      (error: unknown) => this.#telemetry.log.debug({ err: error }, 'a wallet was left before its subscription stood'),
    );
  }

  #readAll(): void {
    for (const ownerId of this.#watched.keys()) this.#due.add(ownerId);
    this.#startReading();
  }

  #read(ownerId: string): void {
    if (!this.#watched.has(ownerId)) return;
    this.#due.add(ownerId);
    this.#startReading();
  }

  #startReading(): void {
    if (this.#reading !== null || this.#due.size === 0 || this.#closed) return;
    this.#reading = this.#readDue().finally(() => {
      this.#reading = null;
      this.#startReading();
    });
  }

  async #readDue(): Promise<void> {
    const ownerIds = [...this.#due].slice(0, READ_SIZE_MAX);
    for (const ownerId of ownerIds) this.#due.delete(ownerId);
    try {
      const wallets = await readWallets(this.#database, ownerIds);
      for (const ownerId of ownerIds) this.#show(wallets.get(ownerId) ?? emptyWallet(ownerId));
    } catch (error) {
      // The next re-check asks again; followers are late, not wrong.
      this.#telemetry.log.warn({ err: error, wallets: ownerIds.length }, 'followed wallets could not be read');
    }
  }

  #show(wallet: WalletState): void {
    for (const follower of this.#watched.get(wallet.ownerId)?.followers ?? []) {
      if (wallet.version <= (follower.latest?.version ?? follower.seenVersion)) continue;
      follower.latest = wallet;
      follower.wake();
    }
  }
}
