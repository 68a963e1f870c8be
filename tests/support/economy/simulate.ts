import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { shardIndexOf } from '#platform/ids.ts';
import { coinsUnderWay, conservationDrift, faultsOfAll, faultsOfOne, type Sql, unhurried } from '../ledger.ts';
import { eventually } from '../platform.ts';
import { createRandom } from '../random.ts';
import { aTelemetry } from '../telemetry.ts';
import { codeOf } from './answers.ts';
import type { Deed, GiftDeed } from './deeds.ts';
import { type Misfortune, openMachine } from './machine.ts';
import type { Verdict } from './oracle.ts';
import { Scene } from './scene.ts';
import type { Said } from './wishes.ts';

export interface EconomyRun {
  readonly deeds: number;
  /** What differs between the product and the notebook; empty when nothing does. The run ends with the first wave that has some. */
  readonly mismatches: readonly string[];
  /** How often each kind of deed was answered with each code: `gift OK`. */
  readonly codes: ReadonlyMap<string, number>;
  readonly mishaps: ReadonlyMap<Misfortune, number>;
  readonly processes: number;
  /** How often somebody was told to come later, because a database was away. */
  readonly postponed: number;
  /** Transactions that may have moved coins, until the last wave was done. */
  readonly batches: number;
  /** How often all books were recomputed from every entry. */
  readonly recomputations: number;
}

export interface EconomyOptions {
  readonly seed: number;
  readonly deeds: number;
  /** Empty databases of trading, ECONOMY_DATABASES of them. */
  readonly databaseUrls: readonly string[];
  readonly say: (line: string) => void;
}

export const ECONOMY_DATABASES = 4;
const SHARDS_EACH = 64 / ECONOMY_DATABASES;
const WAVE_MAX = 3_000;
const MISHAP_SHARE = 0.015;
/** So often all books are recomputed. */
const RECOMPUTED_EVERY_BATCHES = 1_000;
const CAUGHT_UP_DEADLINE_MS = 60_000;

/** Runs random deeds over trading with several databases and its notebook twin, and compares every answer, then every balance. */
export const simulateEconomy = async ({ seed, deeds, databaseUrls: urls, say }: EconomyOptions): Promise<EconomyRun> => {
  const random = createRandom(seed);
  const databases = await Promise.all(
    urls.map((url) => openDatabase({ name: 'trading', url, telemetry: aTelemetry('trading'), poolMax: 2 })),
  );
  const placeOf = (ownerId: string): number => Math.floor(shardIndexOf(ownerId) / SHARDS_EACH);
  const scene = new Scene(
    databases.map((database, index) => ({ database, has: (ownerId) => placeOf(ownerId) === index })),
    random,
  );
  await scene.prepare();
  const ranges = urls.map((url, index) => `${index * SHARDS_EACH}-${(index + 1) * SHARDS_EACH - 1}=${url}`);
  const machine = await openMachine({
    databases: ranges.join(','),
    databaseCount: databases.length,
    seed: seed + 1,
    mishapShare: MISHAP_SHARE,
  });
  const books = new Books(databases);
  const mismatches: string[] = [];
  const codes = new Map<string, number>();
  let done = 0;
  let waves = 0;
  let batches = 0;
  let recomputations = 0;
  try {
    while (done < deeds && mismatches.length === 0) {
      const wave = (await scene.nextWave(WAVE_MAX)).slice(0, Math.max(1, deeds - done));
      if (wave[0]?.kind === 'refund') await books.settled(() => machine.process());
      for (const { deed, said } of await machine.run(wave)) mismatches.push(...compare(scene, deed, said, codes));
      if (wave[0]?.kind === 'refund') await books.settled(() => machine.process());
      done += wave.length;
      waves += 1;
      mismatches.push(...(await books.drift()));
      batches = machine.batches();
      if (batches >= (recomputations + 1) * RECOMPUTED_EVERY_BATCHES) {
        mismatches.push(...(await books.recomputed()));
        recomputations += 1;
      }
      if (waves % 20 === 0) say(`${done} deeds in ${waves} waves and ${batches} batches, ${machine.started()} processes`);
      const ended = await scene.change();
      if (ended) await books.settled(() => machine.process());
    }
    if (mismatches.length === 0) {
      // A process without mishaps is not needed: whoever lives now finishes what is under way.
      await books.settled(() => machine.process());
      await eventually(
        'the stock is as the notebook says',
        async () => {
          await machine.process();
          return (await scene.stockMismatch()) === null;
        },
        CAUGHT_UP_DEADLINE_MS,
      ).catch(async () => mismatches.push((await scene.stockMismatch()) ?? ''));
      mismatches.push(...(await balanceMismatches(scene, databases)), ...(await backpackMismatches(scene, databases)));
      mismatches.push(...(await faultsOfAll(databases)));
    }
    return {
      deeds: done,
      mismatches,
      codes,
      mishaps: machine.mishaps,
      processes: machine.started(),
      postponed: machine.postponed(),
      batches,
      recomputations,
    };
  } finally {
    await machine.close();
    await Promise.all(databases.map((database) => database.close()));
  }
};

/** What must hold of the books of all databases together. */
class Books {
  readonly #databases: readonly Database[];
  readonly #sqls: readonly Sql[];

  constructor(databases: readonly Database[]) {
    this.#databases = databases;
    this.#sqls = databases.map((database) => (text) => database.query({ text }));
  }

  /** By sums alone: cheap enough for every step. */
  async drift(): Promise<readonly string[]> {
    const drifts = await Promise.all(this.#sqls.map(conservationDrift));
    return drifts.flatMap((drift, index) => (drift === 0n ? [] : [`database ${index} has made or lost ${drift} coins`]));
  }

  /** By recomputation from every entry. */
  async recomputed(): Promise<readonly string[]> {
    return (await Promise.all(this.#databases.map((database) => unhurried(database, faultsOfOne)))).flat();
  }

  /** Resolves when nothing is under way. `wake` sees to it that a process is alive. */
  async settled(wake: () => Promise<unknown>): Promise<void> {
    await eventually(
      'nothing is under way',
      async () => {
        await wake();
        const underWay = await Promise.all(this.#sqls.map(coinsUnderWay));
        return underWay.reduce((sum, coins) => sum + coins, 0n) === 0n && (await this.#unfinished()) === 0;
      },
      CAUGHT_UP_DEADLINE_MS,
    );
  }

  /** Gifts that are not credited, and refunds that have not arrived. */
  async #unfinished(): Promise<number> {
    const counts = await Promise.all(this.#sqls.map((sql) => sql<{ readonly begun: bigint; readonly done: bigint }>(COUNTS)));
    return counts.flat().reduce((sum, { begun, done }) => sum + Number(begun - done), 0);
  }
}

// An order that is held, or was taken back, is nobody's credit.
const COUNTS = `/* counts */ SELECT (SELECT count(*) FROM gift_credit) + (SELECT count(*) FROM gift_refund_return) AS done,
  (SELECT count(*) FROM gift_order) + (SELECT count(*) FROM gift_refund) - (SELECT count(*) FROM gift_hold WHERE status IN ('VOIDED', 'EXPIRED') OR (status = 'PENDING' AND posts_at > now())) AS begun`;

/** What is wrong with the answers to one deed. The notebook does it now: answers are compared in the order of the deeds. */
const compare = (scene: Scene, deed: Deed, said: readonly Said[], codes: Map<string, number>): readonly string[] => {
  const count = (code: string): void => void codes.set(`${deed.kind} ${code}`, (codes.get(`${deed.kind} ${code}`) ?? 0) + 1);
  if (isGift(deed)) {
    const verdicts = scene.oracle.send(deed);
    for (const { code } of verdicts) count(code);
    return verdicts.flatMap((verdict, index) => giftMismatch(scene, deed, verdict, said[index]) ?? []);
  }
  const code = codeOf(scene.oracle, deed, said[0]?.topUpId);
  count(code);
  return said[0]?.code === code ? [] : [`${show(deed)} was answered ${said[0]?.code} instead of ${code}`];
};

const isGift = (deed: Deed): deed is GiftDeed => deed.kind === 'gift' || deed.kind === 'bulk';

const giftMismatch = (scene: Scene, deed: GiftDeed, verdict: Verdict, said: Said | undefined): string | null => {
  const wrong = (what: string): string => `${show(deed)}: ${what}`;
  if (said?.code !== verdict.code) return wrong(`answered ${said?.code} instead of ${verdict.code}`);
  if (verdict.entry === null) return said.order === null ? null : wrong('refused with an order');
  const { entry, combo, coinsLeft, repeated } = verdict;
  const { order } = said;
  if (order === null) return wrong('accepted without an order');
  const known = scene.oracle.orders.get(order.id);
  if (known !== undefined && known !== entry) return wrong(`order ${order.id} belongs to another wish`);
  if (known === undefined && repeated) return wrong(`a repeated key became order ${order.id}`);
  scene.oracle.orders.set(order.id, entry);
  if (order.paidCoins !== entry.coins || order.bonusCoins !== entry.bonusCoins || order.pieces !== entry.pieces)
    return wrong(
      `paid with ${order.paidCoins} + ${order.bonusCoins} + ${order.pieces} instead of ${entry.coins} + ${entry.bonusCoins} + ${entry.pieces}`,
    );
  if (order.combo !== combo) return wrong(`combo ${order.combo} instead of ${combo}`);
  // After a mishap the client's retry is a repeat for the lane and not for the notebook: the wallet may then have moved on.
  return said.coins === null || said.coins <= coinsLeft || repeated ? null : wrong(`left ${said.coins} instead of ${coinsLeft}`);
};

const balanceMismatches = async ({ oracle }: Scene, databases: readonly Database[]): Promise<readonly string[]> => {
  const rows = await Promise.all(databases.map((database) => database.query<WalletRow>({ text: WALLETS })));
  const stored = new Map(rows.flat().map((row) => [row.owner_id, row]));
  const owners = new Set([...oracle.accounts.keys(), ...stored.keys()]);
  return [...owners].flatMap((owner) => {
    const must = oracle.account(owner);
    const is = stored.get(owner);
    const same = (is?.coins ?? 0n) === must.coins && (is?.bonus_coins ?? 0n) === must.bonusCoins && (is?.diamonds ?? 0n) === must.diamonds;
    return same
      ? []
      : [
          `${owner} has ${is?.coins} coins, ${is?.bonus_coins} bonus, ${is?.diamonds} diamonds instead of ${must.coins}, ${must.bonusCoins}, ${must.diamonds}`,
        ];
  });
};

/** Pieces in backpacks, by owner and gift. */
const backpackMismatches = async ({ oracle }: Scene, databases: readonly Database[]): Promise<readonly string[]> => {
  const rows = await Promise.all(
    databases.map((database) => database.query<{ readonly shelf: string; readonly pieces: bigint }>({ text: PIECES })),
  );
  const stored = new Map(rows.flat().map(({ shelf, pieces }) => [shelf, Number(pieces)]));
  const noted = new Map(
    [...oracle.accounts].flatMap(([owner, { pieces }]) => [...pieces].map(([giftId, left]) => [`${owner} ${giftId}`, left])),
  );
  const shelves = new Set([...stored.keys(), ...noted.keys()]);
  return [...shelves].flatMap((shelf) => {
    const [is, must] = [stored.get(shelf) ?? 0, noted.get(shelf) ?? 0];
    return is === must ? [] : [`${shelf}: ${is} pieces instead of ${must}`];
  });
};

const PIECES = `/* pieces */ SELECT owner_id || ' ' || gift_id AS shelf, sum(pieces_left) AS pieces FROM backpack_lot GROUP BY 1`;

interface WalletRow {
  readonly owner_id: string;
  readonly coins: bigint;
  readonly bonus_coins: bigint;
  readonly diamonds: bigint;
}

const WALLETS = '/* wallets */ SELECT owner_id, coins, bonus_coins, diamonds FROM wallet';

const show = (deed: Deed): string => JSON.stringify(deed, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
