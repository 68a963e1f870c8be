import { FanfareError } from '#platform/errors.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import type { Identity, Scope } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { ask, aUser } from '../runtime.ts';
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

/** What a client knows after one request. `later`: it was surely not done, and is to be asked again after a while. `unknown`: nobody knows, and the same key must be sent again. */
export type Heard =
  | { readonly kind: 'said'; readonly said: readonly Said[] }
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'unknown' };

/** Asks for a deed. `isDead`: whether the process has died; a dead one answers nobody. */
export const request = async (trading: RunningSubgraph<FeedSource>, deed: Deed, isDead: () => boolean): Promise<Heard> => {
  const wish = (DEEDS[deed.kind] as (deed: Deed) => Wish)(deed);
  const answer = await ask(trading, { as: wish.as, query: wish.query, variables: { input: wish.input } }).catch(tooLate);
  if (isDead() || answer === null) return { kind: 'unknown' };
  const { data, errors } = answer;
  const { code, retryAfterMs } = errors?.[0]?.extensions ?? {};
  if (typeof code === 'string' && SURELY_NOT.has(code))
    return { kind: 'later', afterMs: typeof retryAfterMs === 'number' ? retryAfterMs : 0 };
  if (code === 'OUTCOME_UNKNOWN') return { kind: 'unknown' };
  if (errors !== undefined || data == null) throw new Error(`${deed.kind} failed: ${JSON.stringify(errors)}`);
  return { kind: 'said', said: (wish.read as (done: unknown) => readonly Said[])(data['done']) };
};

/** Nobody waits for ever: who hears nothing in time does not know what became of it. Throws whatever else went wrong. */
const tooLate = (error: unknown): null => {
  if (error instanceof FanfareError && error.code === 'TIMEOUT') return null;
  throw error;
};

/** Refusals that may be retried, of what was not done. */
const SURELY_NOT: ReadonlySet<string> = new Set(['BUSY', 'TIMEOUT', 'SHUTTING_DOWN', 'SUBGRAPH_UNAVAILABLE']);

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
  // The buyer has paid where they pay; what is asked of us is what became of the order.
  pay: ({ actorId, topUpId }) => ({
    as: aUser(actorId, 'wallet:read'),
    query: 'query ($input: ID!) { done: topUp(id: $input) { status } }',
    input: topUpId,
    read: (done: { readonly status: string } | null) => [{ code: done?.status ?? 'TOP_UP_NOT_FOUND', order: null, coins: null }],
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
  readonly input: unknown;
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
