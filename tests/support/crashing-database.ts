import { CommitUnknownError, type Database, type Transaction } from '#platform/database/database.ts';
import type { Random } from './random.ts';

/** What can happen to a transaction.
 * `lost`: the connection dies before COMMIT; nothing happened. `unknown`: it dies at COMMIT; it may have happened. The process lives on.
 * `crash`: the process dies before COMMIT. `crash-after`: it dies after COMMIT, before anybody heard of it. */
export type Mishap = 'lost' | 'unknown' | 'crash' | 'crash-after';

export interface CrashingDatabase {
  readonly database: Database;
  /** Resolves when the process that uses this database has died: from then on everything it tries fails, for ever. */
  readonly dead: Promise<void>;
  readonly isDead: () => boolean;
  /** While it is away nobody reaches it: new questions are refused, and transactions under way are lost. */
  setAway(isAway: boolean): void;
}

/** A database seen by a process that meets a mishap in that share of its transactions. The database itself is real and well. `randomOf` gives each kind of
 * transaction its own generator: what one kind meets does not depend on how often another ran. */
export const crashing = (
  real: Database,
  randomOf: (transaction: string) => Random,
  share: number,
  count: (mishap: Mishap) => void,
): CrashingDatabase => {
  const { promise: dead, resolve } = Promise.withResolvers<void>();
  let alive = true;
  let away = false;
  const die = (): never => {
    alive = false;
    resolve();
    throw new Error('this process is dead');
  };
  const transaction = async <T>(name: string, work: (tx: Transaction) => Promise<T>): Promise<T> => {
    if (!alive) return die();
    if (away) throw refused();
    const random = randomOf(name);
    const mishap = random.chance(share) ? random.pick<Mishap>(['lost', 'unknown', 'crash', 'crash-after']) : null;
    if (mishap === null) return real.transaction(name, guard(work));
    count(mishap);
    const commits = mishap === 'crash-after' || (mishap === 'unknown' && random.chance(0.5));
    if (commits) await real.transaction(name, guard(work));
    else await rollBackAfter(real, name, guard(work));
    if (mishap === 'crash' || mishap === 'crash-after') return die();
    if (mishap === 'unknown') throw new CommitUnknownError({ cause: new Error('the line went dead at COMMIT') });
    throw lost();
  };
  // A process that died while its transaction ran must not commit it.
  const guard =
    <T>(work: (tx: Transaction) => Promise<T>) =>
    async (tx: Transaction): Promise<T> => {
      const answer = await work(tx);
      if (!alive) return die();
      if (away) throw lost();
      return answer;
    };
  return {
    database: {
      name: real.name,
      label: real.label,
      pool: poolOf(real, () => away),
      query: (statement) => (away ? Promise.reject(refused()) : real.query(statement)),
      transaction,
      close: () => Promise.resolve(),
    },
    dead,
    isDead: () => !alive,
    setAway: (isAway) => {
      away = isAway;
    },
  };
};

const lost = (): Error => Object.assign(new Error('the line went dead'), { code: 'ECONNRESET', syscall: 'read', errno: -104 });

const refused = (): Error =>
  Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
    errno: -111,
    address: '127.0.0.1',
    port: 1,
  });

/** The pool as Prisma uses it: the same one, but for whoever asks for a connection while the database is away. */
const poolOf = ({ pool }: Database, isAway: () => boolean): Database['pool'] => {
  const connect = (callback?: Parameters<Database['pool']['connect']>[0]): unknown => {
    if (!isAway()) return callback === undefined ? pool.connect() : pool.connect(callback);
    if (callback === undefined) return Promise.reject(refused());
    return setImmediate(() => callback(refused(), undefined, () => undefined));
  };
  return Object.create(pool, { connect: { value: connect } }) as Database['pool'];
};

class RolledBack extends Error {}

const rollBackAfter = async <T>(real: Database, name: string, work: (tx: Transaction) => Promise<T>): Promise<void> => {
  try {
    await real.transaction(name, async (tx) => {
      await work(tx);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
};
