import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#platform/log/log.ts';
import { isDatabaseAway } from './away.ts';
import { CommitUnknownError, type Database } from './database.ts';

/** A database that is away is asked so often whether it is back: first after the one, later, with doubling pauses, after the other. */
const PROBE_PAUSE_MIN_MS = 50;
const PROBE_PAUSE_MAX_MS = 1_000;
/** A server restarts or fails over within a few seconds. One that is away for longer needs somebody. */
const ALARM_MS = 10_000;
/** A probe without an answer for so long says that the database is away; the next one is another question. */
const PROBE_TIMEOUT_MS = 2_000;

/** Whether a database answers, as far as those who use it have noticed. */
export interface DatabaseHealth {
  /** How long it has been away, in milliseconds; null while nothing speaks against it. */
  awayForMs(): number | null;
  /** Why it is away, a sentence; null while it is not. */
  reason(): string | null;
  /** Says that something failed as it does when the database is away: from now on it counts as away, until a probe finds it. */
  suspect(error: unknown): void;
  /** Resolves when it answers: at once while it is not away. Rejects with the signal's reason. */
  answering(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** The database, seen through eyes that notice when it goes away, and what they have noticed. */
export interface WatchedDatabase {
  readonly database: Database;
  readonly health: DatabaseHealth;
}

export const watchDatabase = (watched: Database, log: Logger): WatchedDatabase => {
  const health = new ProbedHealth(watched, log);
  const noticing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof CommitUnknownError || isDatabaseAway(error)) health.suspect(error);
      throw error;
    }
  };
  const database: Database = {
    name: watched.name,
    label: watched.label,
    pool: watched.pool,
    query: (statement) => noticing(watched.query(statement)),
    transaction: (name, work) => noticing(watched.transaction(name, work)),
    close: async () => {
      health.close();
      await watched.close();
    },
  };
  return { database, health };
};

class ProbedHealth implements DatabaseHealth {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #closing = new AbortController();
  #awaySinceMs: number | null = null;
  #reason: string | null = null;
  #back: PromiseWithResolvers<void> | null = null;

  constructor(database: Database, log: Logger) {
    this.#database = database;
    this.#log = log;
  }

  awayForMs(): number | null {
    return this.#awaySinceMs === null ? null : performance.now() - this.#awaySinceMs;
  }

  reason(): string | null {
    return this.#reason;
  }

  suspect(error: unknown): void {
    if (this.#awaySinceMs !== null || this.#closing.signal.aborted) return;
    this.#awaySinceMs = performance.now();
    this.#noteReason(error);
    this.#back = Promise.withResolvers();
    void this.#probe();
  }

  async answering(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#back === null) return;
    const { promise, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.#back.promise, promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  close(): void {
    this.#closing.abort(new Error('the database was closed'));
  }

  #noteReason(error: unknown): void {
    this.#reason = `${this.#database.label}: ${error instanceof Error ? error.message : String(error)}`;
  }

  async #probe(): Promise<void> {
    const { signal } = this.#closing;
    let told = false;
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        await answered(this.#database);
        this.#found(tries);
        return;
      } catch (error) {
        // The first probe tells a lost connection, which happens, from a database that is away; and a restart or a failover, which lanes wait for, from one that somebody must look after.
        if (tries === 0) this.#log.warn({ err: error, database: this.#database.label }, 'a database is away; what is in others goes on');
        if (!told && (this.awayForMs() ?? 0) > ALARM_MS) {
          told = true;
          this.#log.error({ err: error, database: this.#database.label }, 'a database stays away: commands for it are refused');
        }
        this.#noteReason(error);
        const pauseMs = Math.min(PROBE_PAUSE_MAX_MS, PROBE_PAUSE_MIN_MS * 2 ** tries) * (0.5 + Math.random() / 2);
        await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined); // closed: the loop's condition sees it
      }
    }
  }

  #found(tries: number): void {
    if (tries > 0) this.#log.info({ database: this.#database.label, awayMs: Math.round(this.awayForMs() ?? 0) }, 'a database is back');
    this.#awaySinceMs = null;
    this.#reason = null;
    this.#back?.resolve();
    this.#back = null;
  }
}

const answered = async (database: Database): Promise<void> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${PROBE_TIMEOUT_MS} ms`)), PROBE_TIMEOUT_MS);
  try {
    await Promise.race([database.query({ text: '/* probe */ SELECT 1' }), promise]);
  } finally {
    clearTimeout(timer);
  }
};
