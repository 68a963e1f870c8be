import type { Database } from '#platform/database/database.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import type { Identity, Scope } from '#platform/identity/identity.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { startTrading } from '../../../subgraphs/trading/server.ts';
import { Bank } from '../bank.ts';
import { type CrashingDatabase, crashing, type Mishap } from '../crashing-database.ts';
import { createRandom, type Random } from '../random.ts';
import { aRuntime, ask, aUser } from '../runtime.ts';
import type { Deed } from './deeds.ts';

/** What the product said to one item or deed. `order` is there when it says that something was sent. */
export interface Said {
  readonly code: string;
  readonly order: SaidOrder | null;
  /** Of the top-up that it is about. */
  readonly topUpId?: string;
  /** The actor's coins after the decision; null where the answer does not tell. */
  readonly coins: bigint | null;
}

export interface SaidOrder {
  readonly id: string;
  readonly coins: bigint;
  readonly paidCoins: bigint;
  readonly bonusCoins: bigint;
  readonly pieces: number;
  readonly combo: number;
}

/** Trading as a whole, one process after the other: when one dies, the next one takes over with the same databases and nothing else. */
export interface Machine {
  /** Does deeds at the same time, in this order, and those that got no answer again in the same order, until each has one. One list of answers per deed. */
  run(deeds: readonly Deed[]): Promise<readonly (readonly Said[])[]>;
  /** The running process, for questions. */
  process(): Promise<RunningSubgraph<FeedSource>>;
  readonly mishaps: ReadonlyMap<Mishap, number>;
  readonly started: () => number;
  close(): Promise<void>;
}

export interface MachineOptions {
  /** TRADING_DATABASES. */
  readonly databases: string;
  readonly seed: number;
  /** Of all transactions, that share meets a mishap. */
  readonly mishapShare: number;
}

/** So often a client sends its deeds at most: one mishap after the other is possible, this many are not. */
const ROUNDS_MAX = 60;

interface Living {
  readonly trading: RunningSubgraph<FeedSource>;
  readonly runtime: ProcessRuntime;
  readonly databases: readonly CrashingDatabase[];
}

export const openMachine = ({ databases, seed, mishapShare }: MachineOptions): Machine => {
  const mishaps = new Map<Mishap, number>();
  const bank = new Bank();
  const randoms = new Map<string, Random>();
  const endings: Promise<unknown>[] = [];
  let living: Living | null = null;
  let started = 0;
  // Each kind of transaction on each database has its own generator: what one meets does not depend on how often another ran.
  const randomOf = (index: number, transaction: string): Random => {
    const name = `${index} ${transaction}`;
    const known = randoms.get(name) ?? createRandom(seed + randoms.size + 1);
    randoms.set(name, known);
    return known;
  };
  const start = async (): Promise<Living> => {
    started += 1;
    const made: CrashingDatabase[] = [];
    const wrapDatabase = (real: Database, index: number): Database => {
      const wrapped = crashing(
        real,
        (transaction) => randomOf(index, transaction),
        mishapShare,
        (mishap) => mishaps.set(mishap, (mishaps.get(mishap) ?? 0) + 1),
      );
      made.push(wrapped);
      return { ...wrapped.database, close: () => real.close() };
    };
    const runtime = await aRuntime({ env: { TRADING_DATABASES: databases } });
    const trading = await startTrading(runtime, { paymentProvider: bank, wrapDatabase });
    return { trading, runtime, databases: made };
  };
  const bury = (): void => {
    if (living === null) return;
    const { trading, runtime } = living;
    living = null;
    endings.push(trading.close().finally(() => runtime.close()));
  };
  const alive = async (): Promise<Living> => {
    if (living?.databases.some((database) => database.isDead()) === true) bury();
    living ??= await start();
    return living;
  };
  return {
    mishaps,
    started: () => started,
    process: async () => (await alive()).trading,
    run: async (deeds) => {
      const answers: (readonly Said[] | null)[] = deeds.map(() => null);
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const open = deeds.flatMap((deed, index) => (answers[index] === null ? [{ deed, index }] : []));
        if (open.length === 0) return answers.filter((answer) => answer !== null);
        const { trading, databases: used } = await alive();
        const said = await Promise.all(open.map(({ deed }) => say(trading, deed, () => used.some((database) => database.isDead()))));
        for (const [place, { index }] of open.entries()) answers[index] = said[place] ?? null;
      }
      throw new Error(
        `deeds still have no answer after ${ROUNDS_MAX} rounds (seed ${seed}): ${JSON.stringify(deeds.filter((_, index) => answers[index] === null).slice(0, 3), withBigInts)}`,
      );
    },
    close: async () => {
      bury();
      await Promise.allSettled(endings);
    },
  };
};

const withBigInts = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

interface UserError {
  readonly code: string;
}

interface OrderAnswer {
  readonly id: string;
  readonly coins: string;
  readonly payment: { readonly coins: string; readonly bonusCoins: string; readonly backpackPieces: number };
  readonly combo: { readonly count: number };
}

const ORDER = 'id coins payment { coins bonusCoins backpackPieces } combo { count }';

/** How each kind of deed is done through the graph. */
const DEEDS: { readonly [Kind in Deed['kind']]: (deed: Deed & { readonly kind: Kind }) => Wish } = {
  gift: ({ actorId, key, items: [item] }) => ({
    as: aUser(actorId, 'gifts:send', 'wallet:read'),
    query: `mutation ($input: SendGiftInput!) { done: sendGift(input: $input) { order { ${ORDER} } wallet { coins } userErrors { code } } }`,
    input: { ...item, idempotencyKey: key },
    read: (done: {
      readonly order: OrderAnswer | null;
      readonly wallet: { readonly coins: string } | null;
      readonly userErrors: readonly UserError[];
    }) => [
      {
        code: done.userErrors[0]?.code ?? 'OK',
        order: toOrder(done.order),
        coins: done.wallet === null ? null : BigInt(done.wallet.coins),
      },
    ],
  }),
  bulk: ({ actorId, key, mode, items }) => ({
    as: aUser(actorId, 'gifts:send', 'wallet:read'),
    query: `mutation ($input: SendGiftsInput!) { done: sendGifts(input: $input) { results { order { ${ORDER} } error { code } } userErrors { code } } }`,
    input: { items, mode, idempotencyKey: key },
    read: (done: {
      readonly results: readonly { readonly order: OrderAnswer | null; readonly error: UserError | null }[];
      readonly userErrors: readonly UserError[];
    }) =>
      done.userErrors.length > 0
        ? items.map(() => ({ code: done.userErrors[0]?.code ?? '', order: null, coins: null }))
        : done.results.map(({ order, error }) => ({ code: error?.code ?? 'OK', order: toOrder(order), coins: null })),
  }),
  topUp: ({ actorId, key, productId }) => ({
    as: aUser(actorId, 'wallet:topup'),
    query: 'mutation ($input: TopUpInput!) { done: topUp(input: $input) { order { id } userErrors { code } } }',
    input: { productId, idempotencyKey: key },
    read: ({ order, userErrors }: { readonly order: { readonly id: string } | null; readonly userErrors: readonly UserError[] }) => [
      { code: userErrors[0]?.code ?? 'OK', order: null, coins: null, ...(order === null ? {} : { topUpId: order.id }) },
    ],
  }),
  cancel: ({ actorId, key, orderId }) =>
    simple(aUser(actorId, 'gifts:send'), 'cancelGift', 'CancelGiftInput', { orderId, idempotencyKey: key }),
  refundTopUp: ({ actorId, key, topUpId }) =>
    simple(operator(actorId), 'refundTopUp', 'RefundTopUpInput', { topUpId, reason: 'by mistake', idempotencyKey: key }),
  restrict: ({ actorId, key, userId, minor, blocked, dayMax, sessionMax }) =>
    simple(operator(actorId), 'setSenderRestrictions', 'SetSenderRestrictionsInput', {
      userId,
      minor,
      blocked,
      dayCoinsMax: dayMax?.toString() ?? null,
      sessionCoinsMax: sessionMax?.toString() ?? null,
      reason: 'asked for',
      idempotencyKey: key,
    }),
  refund: ({ actorId, key, orderId, reason }) =>
    simple(operator(actorId), 'refundGift', 'RefundGiftInput', { orderId, reason, idempotencyKey: key }),
  bonus: ({ actorId, key, userId, coins }) =>
    simple(operator(actorId), 'grantBonusCoins', 'GrantBonusCoinsInput', {
      userId,
      bonusCoins: coins.toString(),
      reason: 'a good day',
      idempotencyKey: key,
    }),
  grantProps: ({ actorId, key, userId, giftId, pieces }) =>
    simple(operator(actorId), 'grantProps', 'GrantPropsInput', { userId, giftId, pieces, reason: 'a prize', idempotencyKey: key }),
  takeBackProps: ({ actorId, key, userId, lotId }) =>
    simple(operator(actorId), 'takeBackProps', 'TakeBackPropsInput', { userId, lotId, reason: 'a mistake', idempotencyKey: key }),
  freeze: ({ actorId, key, userId }) =>
    simple(operator(actorId), 'freezeWallet', 'FreezeWalletInput', { userId, reason: 'looks odd', idempotencyKey: key }),
  unfreeze: ({ actorId, key, userId }) =>
    simple(operator(actorId), 'unfreezeWallet', 'FreezeWalletInput', { userId, reason: 'was fine', idempotencyKey: key }),
};

interface Wish {
  readonly as: Identity;
  readonly query: string;
  readonly input: object;
  readonly read: (done: never) => readonly Said[];
}

const operator = (id: string): Identity => aUser(id, 'ops:write' satisfies Scope);

const simple = (as: Identity, field: string, input: string, value: object): Wish => ({
  as,
  query: `mutation ($input: ${input}!) { done: ${field}(input: $input) { userErrors { code } } }`,
  input: value,
  read: ({ userErrors }: { readonly userErrors: readonly UserError[] }) => [
    { code: userErrors[0]?.code ?? 'OK', order: null, coins: null },
  ],
});

const toOrder = (order: OrderAnswer | null): SaidOrder | null =>
  order === null
    ? null
    : {
        id: order.id,
        coins: BigInt(order.coins),
        paidCoins: BigInt(order.payment.coins),
        bonusCoins: BigInt(order.payment.bonusCoins),
        pieces: order.payment.backpackPieces,
        combo: order.combo.count,
      };

/** Null when there was no answer: then nobody knows, and the same key must be sent again. */
const say = async (trading: RunningSubgraph<FeedSource>, deed: Deed, isDead: () => boolean): Promise<readonly Said[] | null> => {
  const wish = (DEEDS[deed.kind] as (deed: Deed) => Wish)(deed);
  const { data, errors } = await ask(trading, { as: wish.as, query: wish.query, variables: { input: wish.input } });
  const code = errors?.[0]?.extensions['code'];
  if (typeof code === 'string' && (LATER.has(code) || (code === 'INTERNAL_SERVER_ERROR' && isDead()))) return null;
  if (errors !== undefined || data == null) throw new Error(`${deed.kind} failed: ${JSON.stringify(errors)}`);
  return (wish.read as (done: unknown) => readonly Said[])(data['done']);
};

/** Answers that don't tell what became of it, or that it surely did not happen. */
const LATER: ReadonlySet<string> = new Set(['BUSY', 'OUTCOME_UNKNOWN', 'TIMEOUT', 'SHUTTING_DOWN', 'SUBGRAPH_UNAVAILABLE']);
