// Made from schema/*.graphql by `npm run codegen`. Don't edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { LeaderboardMapper, LeaderboardEntryMapper, GiftMapper, GiftStockMapper, GiftStockEditMapper, WalletMapper, GrantedPropsMapper, WalletActionMapper, LedgerProofMapper, LedgerShardSumsMapper, LedgerCurrencySumsMapper, LedgerPositionMapper, LedgerChainPositionMapper, WalletEntryMapper, BackpackLotMapper, TopUpProductMapper, BundleItemMapper, GiftGoalMapper, CatalogueEditMapper, TopUpOrderMapper, TopUpRefundMapper, GiftOrderMapper, GiftReceiptMapper, GiftReceiptLineMapper, GiftPaymentMapper, GiftRefundMapper, UserMapper, StreamMapper } from '../mappers.ts';
import type { Context } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * An opaque position in a list or a log. A log connection's cursors are valid for `after` of its subscription, and the other way round.
   * Keep it as it is: its inside may change at any time.
   */
  Cursor: { input: string; output: string; }
  /** A whole number, for amounts of money only: a decimal string in answers; a decimal string or an Int in input, there within 64 bits. */
  BigInt: { input: bigint; output: bigint; }
  /** A whole number from 0 to 9007199254740991 (2^53 − 1), for counts, `seq` and `version`: a JSON number. */
  SafeInt: { input: number; output: number; }
  /** A point in time as in RFC 3339, always UTC, with milliseconds: "2026-11-22T18:30:00.000Z". Years are 1 to 9999. */
  DateTime: { input: Date; output: Date; }
};

/** For whom an answer may be kept. */
export type CacheControlScope =
  /** For everybody: the answer is the same for all. */
  | 'PUBLIC'
  /** For whoever asked, and nobody else. */
  | 'PRIVATE';

/** Where a page stands in its list. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Cursor of the first item on this page; null on an empty page. */
  readonly startCursor?: Maybe<Scalars['Cursor']['output']>;
  /** Cursor of the last item on this page; null on an empty page. Pass it as `after` for the next page. */
  readonly endCursor?: Maybe<Scalars['Cursor']['output']>;
  /** There are items after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** There are items before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
};

/** Why a mutation was refused, when the caller can do something about it. Each implementation adds `code`, an enum. */
export type UserError = {
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault, for example ["input", "quantity"]; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Consecutive same gifts of one sender in one stream (连击): each within the gift's window of the one before. Another gift, or a longer pause, begins a new one. */
export type GiftCombo = {
  readonly __typename?: 'GiftCombo';
  /** Id of the combo: that of the order that began it. */
  readonly id: Scalars['ID']['output'];
  /** Pieces from its beginning up to and with this gift. */
  readonly count: Scalars['Int']['output'];
};

/** Why a log could not go on from the cursor that it was given. */
export type ResetReason =
  /** The events after the cursor are no longer kept. */
  | 'RETENTION'
  /** The log is another one than the cursor was made for, for example after a restore. */
  | 'EPOCH';

/** Everything that can be read. */
export type Query = {
  readonly __typename?: 'Query';
  /** The gifts on sale, the cheapest first. Public. */
  readonly gifts: ReadonlyArray<Gift>;
  /** A gift of the catalogue, also one that is not on sale; null when there is none of that id. Public. */
  readonly gift?: Maybe<Gift>;
  /** The amounts of coins on sale, the smallest first, 200 at most. Public. */
  readonly topUpProducts: ReadonlyArray<TopUpProduct>;
  /** An order that the caller sent, or received once it cannot be taken back any more; null when there is none, or it is somebody else's. Needs `wallet:read`, or `ops:read`, which shows anybody's. */
  readonly giftOrder?: Maybe<GiftOrder>;
  /** For support: the orders of one user, the newest first. Those received are listed once they are settled. Needs `ops:read`. */
  readonly giftOrders: GiftOrderConnection;
  /** What operators did to a user's wallet, the newest first: who, when and why. Needs `ops:read`. */
  readonly walletActions: WalletActionConnection;
  /** One purchase of coins, for its buyer (`wallet:read`) and for operators (`ops:read`); null when there is none, or it is somebody else's. */
  readonly topUp?: Maybe<TopUpOrder>;
  /**
   * Who stands where: the senders of a stream, or the senders or streamers of a day, a week or all time. Public. What gifts count with is what was paid for them, in coins: pieces
   * from a backpack that were free, and bonus coins, count nothing, and a refund takes away what its gift has added. Lags behind the orders by up to a few seconds.
   * The answer depends on where the caller is: boards can be switched off by region.
   */
  readonly leaderboard: Leaderboard;
  /** What would become of a gift if the caller sent it now: nothing is changed, and nothing promised. Needs `gifts:send`. */
  readonly giftQuote: GiftQuote;
  /** What operators changed in the catalogue and the policy, the newest first: who, when and what. Needs `ops:read`. */
  readonly catalogueAudit: CatalogueEditConnection;
  /** What holds for everybody where nothing else is said. Needs `ops:read`. */
  readonly tradingPolicy: TradingPolicy;
  /**
   * The proof that no coin and no diamond was made or lost: per shard and currency, what wallets and the platform's own accounts hold, which must sum to zero. From running
   * sums as of the last seals, whatever the number of wallets; with `recompute` from every balance and every entry in one snapshot per database, which takes seconds and ends
   * with TIMEOUT where the ledger is too large for that. Needs `ops:read`.
   */
  readonly ledgerProof: LedgerProof;
  /** What operators did to the stock of a limited gift, or were refused to do, the newest first. Needs `ops:read`. */
  readonly giftStockEdits: GiftStockEditConnection;
};


/** Everything that can be read. */
export type Query_GiftsArgs = {
  first?: Scalars['Int']['input'];
  locale?: InputMaybe<Scalars['String']['input']>;
  region?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Everything that can be read. */
export type Query_GiftArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type Query_GiftOrderArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type Query_GiftOrdersArgs = {
  filter: GiftOrderFilter;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Everything that can be read. */
export type Query_WalletActionsArgs = {
  userId: Scalars['ID']['input'];
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Everything that can be read. */
export type Query_TopUpArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type Query_LeaderboardArgs = {
  kind: LeaderboardKind;
  period?: InputMaybe<LeaderboardPeriod>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
  streamId?: InputMaybe<Scalars['ID']['input']>;
  first?: Scalars['Int']['input'];
  region?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be read. */
export type Query_GiftQuoteArgs = {
  input: GiftQuoteInput;
};


/** Everything that can be read. */
export type Query_CatalogueAuditArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** Everything that can be read. */
export type Query_LedgerProofArgs = {
  recompute?: Scalars['Boolean']['input'];
};


/** Everything that can be read. */
export type Query_GiftStockEditsArgs = {
  giftId: Scalars['ID']['input'];
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** Everything that can be changed. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Buys coins through the payment provider and adds them to the caller's wallet: at once, or when the buyer's client has confirmed the payment with `clientSecret`.
   * The same key again answers with the order as it is then. Needs `wallet:topup`.
   */
  readonly topUp: TopUpPayload;
  /** Takes a gift back that the caller sent, until `GiftOrder.cancellableUntil`: what it cost is in the wallet again, and nobody sees the gift. Needs `gifts:send`. */
  readonly cancelGift: CancelGiftPayload;
  /** Gives an order back, once and wholly: coins as coins, bonus coins as bonus coins, pieces into the backpack; its receiver gives back what it earned. An order whose receiver is not credited yet is refused with `BUSY` and `retryAfterMs`. Needs `ops:write`. */
  readonly refundGift: RefundGiftPayload;
  /** Sends a gift to the streamer of a live stream. The wallet is debited once per idempotencyKey, and everybody in the room sees the gift. Needs `gifts:send`. */
  readonly sendGift: SendGiftPayload;
  /** Sends up to 100 gifts under one key: all of them, or as many as `mode` says. The same key again answers each of them as before. Needs `gifts:send`. */
  readonly sendGifts: SendGiftsPayload;
  /** Limits what the caller may spend. A lower limit acts at once, a higher one, or none, 24 hours later. Needs `gifts:send`. */
  readonly setSpendingLimits: SetSpendingLimitsPayload;
  /** Says who may not send gifts, or not as much as the policy says: replaces all that was said of that user before. Needs `ops:write`. */
  readonly setSenderRestrictions: WalletActionPayload;
  /** Freezes a user's wallet: it can receive and not spend, until it is unfrozen. The owner sees that it is frozen, not why. Needs `ops:write`. */
  readonly freezeWallet: WalletActionPayload;
  /** Lets a frozen wallet spend again. Needs `ops:write`. */
  readonly unfreezeWallet: WalletActionPayload;
  /** Gives a user bonus coins, also into a frozen wallet. Needs `ops:write`. */
  readonly grantBonusCoins: WalletActionPayload;
  /** Claims the day's free props: every gift with `dailyFree` that is on sale where the caller's token says that they are goes into their backpack once per day (UTC) and expires when the day ends. Limited gifts are not given away. Needs `gifts:send`. */
  readonly claimDailyProps: ClaimDailyPropsPayload;
  /** Puts pieces of a gift into a user's backpack, also of one with a frozen wallet. Gifts that are sold from a stock cannot be given. Needs `ops:write`. */
  readonly grantProps: WalletActionPayload;
  /** Takes what is left of a lot out of a user's backpack again. Needs `ops:write`. */
  readonly takeBackProps: WalletActionPayload;
  /** Sets how many pieces of a limited gift are on sale in all: more than before, or fewer, but never fewer than are sold or set aside. Needs `ops:write`. */
  readonly setGiftStock: SetGiftStockPayload;
  /** Says what leaderboards may show of the caller. Holds within seconds, everywhere. Needs a token. */
  readonly setLeaderboardConsent: SetLeaderboardConsentPayload;
  /** Makes a gift, or changes one: everything but its price. Needs `ops:write`. */
  readonly putGift: GiftEditPayload;
  /** Gives a gift a new price, at once or from a later time on. A price that holds at once takes the place of those announced before. Needs `ops:write`. */
  readonly setGiftPrice: GiftEditPayload;
  /** Takes a gift off sale, at once or at a later time. It stays in the catalogue: what was sent stays drawable. Needs `ops:write`. */
  readonly withdrawGift: GiftEditPayload;
  /** Makes an amount of coins on sale, or changes one. Needs `ops:write`. */
  readonly putTopUpProduct: PutTopUpProductPayload;
  /** Sets what holds for everybody where nothing else is said. Needs `ops:write`. */
  readonly setTradingPolicy: SetTradingPolicyPayload;
  /**
   * Gives the whole money of a purchase of coins back: takes its coins and bonus coins out of the wallet, then asks the payment provider. Runs once, whoever asks and
   * however often. Needs `ops:write`.
   */
  readonly refundTopUp: RefundTopUpPayload;
  /** Sets what the caller wants to be sent in a stream of their own, in place of what they wanted before: what is wanted still keeps what it has. Needs `streams:manage`. */
  readonly setGiftGoals: SetGiftGoalsPayload;
};


/** Everything that can be changed. */
export type Mutation_TopUpArgs = {
  input: TopUpInput;
};


/** Everything that can be changed. */
export type Mutation_CancelGiftArgs = {
  input: CancelGiftInput;
};


/** Everything that can be changed. */
export type Mutation_RefundGiftArgs = {
  input: RefundGiftInput;
};


/** Everything that can be changed. */
export type Mutation_SendGiftArgs = {
  input: SendGiftInput;
};


/** Everything that can be changed. */
export type Mutation_SendGiftsArgs = {
  input: SendGiftsInput;
};


/** Everything that can be changed. */
export type Mutation_SetSpendingLimitsArgs = {
  input: SetSpendingLimitsInput;
};


/** Everything that can be changed. */
export type Mutation_SetSenderRestrictionsArgs = {
  input: SetSenderRestrictionsInput;
};


/** Everything that can be changed. */
export type Mutation_FreezeWalletArgs = {
  input: FreezeWalletInput;
};


/** Everything that can be changed. */
export type Mutation_UnfreezeWalletArgs = {
  input: FreezeWalletInput;
};


/** Everything that can be changed. */
export type Mutation_GrantBonusCoinsArgs = {
  input: GrantBonusCoinsInput;
};


/** Everything that can be changed. */
export type Mutation_ClaimDailyPropsArgs = {
  input: ClaimDailyPropsInput;
};


/** Everything that can be changed. */
export type Mutation_GrantPropsArgs = {
  input: GrantPropsInput;
};


/** Everything that can be changed. */
export type Mutation_TakeBackPropsArgs = {
  input: TakeBackPropsInput;
};


/** Everything that can be changed. */
export type Mutation_SetGiftStockArgs = {
  input: SetGiftStockInput;
};


/** Everything that can be changed. */
export type Mutation_SetLeaderboardConsentArgs = {
  input: SetLeaderboardConsentInput;
};


/** Everything that can be changed. */
export type Mutation_PutGiftArgs = {
  input: PutGiftInput;
};


/** Everything that can be changed. */
export type Mutation_SetGiftPriceArgs = {
  input: SetGiftPriceInput;
};


/** Everything that can be changed. */
export type Mutation_WithdrawGiftArgs = {
  input: WithdrawGiftInput;
};


/** Everything that can be changed. */
export type Mutation_PutTopUpProductArgs = {
  input: PutTopUpProductInput;
};


/** Everything that can be changed. */
export type Mutation_SetTradingPolicyArgs = {
  input: SetTradingPolicyInput;
};


/** Everything that can be changed. */
export type Mutation_RefundTopUpArgs = {
  input: RefundTopUpInput;
};


/** Everything that can be changed. */
export type Mutation_SetGiftGoalsArgs = {
  input: SetGiftGoalsInput;
};

/** Everything that can be followed. */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /** A state: the caller's wallet as it is now, then again whenever it changes. Changes in quick succession may arrive as one; order them by `version`. Needs `wallet:read`. */
  readonly walletChanged: Wallet;
  /**
   * A state: a purchase of coins as it is now, then again whenever it changes: after a payment that the buyer's client has to confirm, this tells when the coins are there.
   * Ends at once when there is no such order of the caller's. Changes in quick succession may arrive as one; order them by `version`. Needs `wallet:read`.
   */
  readonly topUpChanged: TopUpOrder;
  /**
   * A state: an order as it is now, then again at each change of its status, and when a refund has arrived at its sender. Ends at once when there is no such order that the caller
   * may see, as in `giftOrder`; operators may follow anybody's. Changes in quick succession may arrive as one; a status only moves forward. Needs `wallet:read`, or `ops:read`.
   */
  readonly orderChanged: GiftOrder;
  /**
   * A state: the leaderboard of a stream as it is now, then again whenever it changes, at most about twice a second. Of two copies the one with the higher `version` is newer, of
   * equal ones the later. The same for everybody in a region, whatever their token says.
   */
  readonly leaderboardChanged: Leaderboard;
};


/** Everything that can be followed. */
export type Subscription_TopUpChangedArgs = {
  topUpId: Scalars['ID']['input'];
};


/** Everything that can be followed. */
export type Subscription_OrderChangedArgs = {
  orderId: Scalars['ID']['input'];
};


/** Everything that can be followed. */
export type Subscription_LeaderboardChangedArgs = {
  streamId: Scalars['ID']['input'];
  first?: Scalars['Int']['input'];
  region?: InputMaybe<Scalars['String']['input']>;
};

/** A prop from the catalogue that viewers send to streamers. */
export type Gift = {
  readonly __typename?: 'Gift';
  /** Id of the gift in the catalogue, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** What the gift is called, for people. */
  readonly name: Scalars['String']['output'];
  /** Price of one piece, in coins. */
  readonly priceCoins: Scalars['BigInt']['output'];
  /** Version of the price of one piece; an order keeps the one that it paid. */
  readonly priceVersion: Scalars['Int']['output'];
  /** The versions of the price, the newest first, also those that are announced for later. The 100 newest can be seen. */
  readonly prices: ReadonlyArray<GiftPrice>;
  /** Address of the gift's picture; null when there is none. */
  readonly imageUrl?: Maybe<Scalars['String']['output']>;
  /** Whether it is one gift or several. */
  readonly kind: GiftKind;
  /** What is in a bundle, in the order in which it is shown; empty for a single gift. */
  readonly bundle: ReadonlyArray<BundleItem>;
  /** From when on it is on sale. */
  readonly onSaleFrom: Scalars['DateTime']['output'];
  /** When it goes off sale; null: not known yet. */
  readonly onSaleUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Where it is sold, as in ISO 3166-1 alpha-2; empty: everywhere. */
  readonly regions: ReadonlyArray<Scalars['String']['output']>;
  /** What clients play when it arrives; null: only its picture. */
  readonly effect?: Maybe<GiftEffect>;
  /** How long its sender may take it back, in seconds; 0: not at all. */
  readonly cancelWindowSeconds: Scalars['Int']['output'];
  /** How soon the next one must follow to count as a combo, in seconds; null: as for all gifts. */
  readonly comboWindowSeconds?: Maybe<Scalars['Int']['output']>;
  /** How many pieces a user may send per day (UTC); null: as many as they can pay. */
  readonly dailyQuantityMax?: Maybe<Scalars['Int']['output']>;
  /** It is sold from a stock and may be sold out. It is in no bundle. */
  readonly limited: Scalars['Boolean']['output'];
  /** How many pieces every user may claim for free each day (UTC), while it is on sale; none of a limited gift, whatever stands here. */
  readonly dailyFree: Scalars['Int']['output'];
  /** Counts the edits of this gift. An edit names the version that it was made from. */
  readonly version: Scalars['SafeInt']['output'];
  /** How many pieces there are, where the gift is limited; null when it is not, or nothing was put on sale yet. */
  readonly stock?: Maybe<GiftStock>;
};


/** A prop from the catalogue that viewers send to streamers. */
export type Gift_NameArgs = {
  locale?: InputMaybe<Scalars['String']['input']>;
};


/** A prop from the catalogue that viewers send to streamers. */
export type Gift_PricesArgs = {
  first?: Scalars['Int']['input'];
};

/** Whether a gift is one or several. */
export type GiftKind =
  /** One gift. */
  | 'SINGLE'
  /** Several gifts for one price. */
  | 'BUNDLE';

/** What a gift costs from when on. */
export type GiftPrice = {
  readonly __typename?: 'GiftPrice';
  /** Counts the prices of the gift. Of the versions whose time has come, the highest is in force. */
  readonly version: Scalars['Int']['output'];
  /** Price of one piece, in coins. */
  readonly coins: Scalars['BigInt']['output'];
  /** From when on. */
  readonly from: Scalars['DateTime']['output'];
};

/** So many pieces of one gift in a bundle. */
export type BundleItem = {
  readonly __typename?: 'BundleItem';
  /** The gift. */
  readonly gift: Gift;
  /** How many pieces of it. */
  readonly quantity: Scalars['Int']['output'];
};

/** What clients play when a gift arrives. */
export type GiftEffect = {
  readonly __typename?: 'GiftEffect';
  /** The forms in which the effect is there, the best first: play the first that you can. */
  readonly assets: ReadonlyArray<EffectAsset>;
  /** How long it plays, in milliseconds. */
  readonly durationMs: Scalars['Int']['output'];
  /** 0 to 100: where several effects wait, the highest is played first. */
  readonly priority: Scalars['Int']['output'];
};

/** One file of an effect. */
export type EffectAsset = {
  readonly __typename?: 'EffectAsset';
  /** Where it is (https). */
  readonly url: Scalars['String']['output'];
  /** SHA-256 of the file, 64 hexadecimal digits: do not play what has another one. */
  readonly sha256: Scalars['String']['output'];
  /** Size of the file, in bytes. */
  readonly bytes: Scalars['Int']['output'];
  /** Media type of the file, like `video/webm`. */
  readonly mimeType: Scalars['String']['output'];
};

/** The pieces of a limited gift. Eventually consistent: up to a second old. */
export type GiftStock = {
  readonly __typename?: 'GiftStock';
  /** How many pieces were put on sale in all. */
  readonly total: Scalars['BigInt']['output'];
  /** How many of them can still be bought: neither sold nor set aside for somebody who is paying. */
  readonly left: Scalars['BigInt']['output'];
};

/** How many pieces of a limited gift are to be on sale. */
export type SetGiftStockInput = {
  /** Id of the gift. The catalogue must say that it is limited. */
  readonly giftId: Scalars['ID']['input'];
  /** Pieces in all, those sold already included: 0 to 1000000000. */
  readonly total: Scalars['BigInt']['input'];
  /** Why, for the log: 1 to 500 characters. */
  readonly reason: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator and gift: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to setting a stock. */
export type SetGiftStockPayload = {
  readonly __typename?: 'SetGiftStockPayload';
  /** The stock as it is after the decision; null when there is none. */
  readonly stock?: Maybe<GiftStock>;
  /** Why it was refused; empty when it was set. */
  readonly userErrors: ReadonlyArray<SetGiftStockError>;
};

/** Why a stock was not set. */
export type SetGiftStockError = UserError & {
  readonly __typename?: 'SetGiftStockError';
  /** The reason, for programs. */
  readonly code: SetGiftStockErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to set a stock. */
export type SetGiftStockErrorCode =
  /** There is no such gift in the catalogue. */
  | 'GIFT_NOT_FOUND'
  /** The catalogue does not say that the gift is limited. */
  | 'GIFT_NOT_LIMITED'
  /** More pieces than that are sold or set aside already. */
  | 'TOTAL_BELOW_SOLD'
  /** The total is below 0 or above 1000000000. */
  | 'TOTAL_OUT_OF_RANGE'
  /** The reason is empty or too long. */
  | 'REASON_INVALID'
  /** This idempotencyKey was used before for this gift with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** What an operator did to a stock, or was refused to do. */
export type GiftStockEdit = {
  readonly __typename?: 'GiftStockEdit';
  /** Id of the edit (UUIDv7). */
  readonly id: Scalars['ID']['output'];
  /** The operator; null while profiles cannot be reached. */
  readonly actor?: Maybe<User>;
  /** Pieces in all, as they were wanted. */
  readonly total: Scalars['BigInt']['output'];
  /** Pieces in all before that; null when it was refused. */
  readonly totalBefore?: Maybe<Scalars['BigInt']['output']>;
  /** Why, in the operator's words. */
  readonly reason: Scalars['String']['output'];
  /** Why it was refused; null when it was done. */
  readonly refusal?: Maybe<SetGiftStockErrorCode>;
  /** When. */
  readonly at: Scalars['DateTime']['output'];
};

/** One page of what operators did to a stock. */
export type GiftStockEditConnection = {
  readonly __typename?: 'GiftStockEditConnection';
  /** The edits with their cursors. */
  readonly edges: ReadonlyArray<GiftStockEditEdge>;
  /** The edits alone, in the same order. */
  readonly nodes: ReadonlyArray<GiftStockEdit>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One edit in a page. */
export type GiftStockEditEdge = {
  readonly __typename?: 'GiftStockEditEdge';
  /** Position of this edit in the list. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The edit. */
  readonly node: GiftStockEdit;
};

/** One gift sent: the purchase with its price, its ledger entries and its status. */
export type GiftOrder = {
  readonly __typename?: 'GiftOrder';
  /** Id of the order (UUIDv7), stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** How far the order has come. */
  readonly status: GiftOrderStatus;
  /** Who paid; null while profiles cannot be reached. */
  readonly sender?: Maybe<User>;
  /** Who received it; null while profiles cannot be reached. */
  readonly receiver?: Maybe<User>;
  /** The stream in which it was sent; null while streams cannot be reached. */
  readonly stream?: Maybe<Stream>;
  /** What was sent. */
  readonly gift: Gift;
  /** How many pieces were sent at once. */
  readonly quantity: Scalars['Int']['output'];
  /** What all pieces together cost by price, in coins, however they were paid. */
  readonly coins: Scalars['BigInt']['output'];
  /** Price of one piece at the moment of the order, in coins. It stays, whatever becomes of the catalogue's. */
  readonly priceCoins: Scalars['BigInt']['output'];
  /** Which version of the gift's price that was. */
  readonly priceVersion: Scalars['Int']['output'];
  /** How it was paid. */
  readonly payment: PaymentSplit;
  /** The combo that it belongs to: of one order, until another follows in time. */
  readonly combo: GiftCombo;
  /** When the sender was debited. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When the receiver was credited; null before that. */
  readonly settledAt?: Maybe<Scalars['DateTime']['output']>;
  /** Until when the sender may take it back; null when the gift can't be taken back at all. Nobody sees the gift before that. */
  readonly cancellableUntil?: Maybe<Scalars['DateTime']['output']>;
  /** What was bought and how it was paid. */
  readonly receipt: GiftReceipt;
  /** How an operator gave it back; null when nobody did. */
  readonly refund?: Maybe<GiftRefund>;
};

/** How a gift is paid: pieces out of the backpack first, then bonus coins, then coins. Receivers earn diamonds for coins only. */
export type PaymentSplit = {
  readonly __typename?: 'PaymentSplit';
  /** Pieces taken out of the sender's backpack. */
  readonly backpackPieces: Scalars['Int']['output'];
  /** Paid in bonus coins. */
  readonly bonusCoins: Scalars['BigInt']['output'];
  /** Paid in bought coins. */
  readonly coins: Scalars['BigInt']['output'];
};

/** How far an order has come. It only moves forward. */
export type GiftOrderStatus =
  /** The sender is debited and may still take the gift back; nobody sees it yet. */
  | 'PENDING'
  /** The sender is debited; the receiver's credit is under way. */
  | 'ACCEPTED'
  /** The receiver is credited. */
  | 'SETTLED'
  /** The sender took it back in time and has everything back. */
  | 'CANCELLED'
  /** It could not be sent in time after its window; the sender has everything back. */
  | 'EXPIRED'
  /** An operator gave it back: the receiver's diamonds are gone, and what was paid is back with the sender or on its way. */
  | 'REFUNDED';

/** What was bought and how it was paid. It never changes; only a refund is added. */
export type GiftReceipt = {
  readonly __typename?: 'GiftReceipt';
  /** Number of the receipt: the order's id, by which support finds it. */
  readonly number: Scalars['ID']['output'];
  /** When it was paid. */
  readonly issuedAt: Scalars['DateTime']['output'];
  /** What was bought, at the price of that moment. */
  readonly lines: ReadonlyArray<GiftReceiptLine>;
  /** What all lines cost together, in coins. */
  readonly coins: Scalars['BigInt']['output'];
  /** How it was paid, one entry per means. */
  readonly payments: ReadonlyArray<GiftPayment>;
  /** How an operator gave it back; null when nobody did. */
  readonly refund?: Maybe<GiftRefund>;
};

/** One line of a receipt. */
export type GiftReceiptLine = {
  readonly __typename?: 'GiftReceiptLine';
  /** What was bought. */
  readonly gift: Gift;
  /** How many pieces. */
  readonly quantity: Scalars['Int']['output'];
  /** Price of one piece at that moment, in coins. */
  readonly priceCoins: Scalars['BigInt']['output'];
  /** Which of the gift's prices that was: prices count up from 1. */
  readonly priceVersion: Scalars['Int']['output'];
  /** What these pieces cost together, in coins. */
  readonly coins: Scalars['BigInt']['output'];
};

/** What an order took from the sender by one means. */
export type GiftPayment = {
  readonly __typename?: 'GiftPayment';
  /** By what it was paid. */
  readonly means: PaymentMeans;
  /** How much: coins, or pieces. */
  readonly amount: Scalars['BigInt']['output'];
  /** What the sender had left of it right after; null for pieces, and for everybody but the sender and operators. */
  readonly balanceAfter?: Maybe<Scalars['BigInt']['output']>;
};

/** What gifts are paid with. */
export type PaymentMeans =
  /** Bought coins. */
  | 'COINS'
  /** Coins that were granted, or a top-up's extra. */
  | 'BONUS_COINS'
  /** Pieces from the sender's backpack, which cost nothing more. */
  | 'BACKPACK';

/** How an order was given back by an operator: once, and wholly. */
export type GiftRefund = {
  readonly __typename?: 'GiftRefund';
  /** Id of the refund (UUIDv7). */
  readonly id: Scalars['ID']['output'];
  /** Why, in the operator's words. */
  readonly reason: Scalars['String']['output'];
  /** When it was decided. */
  readonly refundedAt: Scalars['DateTime']['output'];
  /** When the sender had everything back; null while it is on its way. */
  readonly returnedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What the receiver gave back, in diamonds. */
  readonly diamonds: Scalars['BigInt']['output'];
  /** What the receiver no longer had, in diamonds: the platform bears it. Needs `ops:read`. */
  readonly diamondsLost: Scalars['BigInt']['output'];
  /** Id of the operator who decided it. Needs `ops:read`. */
  readonly operatorId: Scalars['ID']['output'];
};

/** A gift to take back. */
export type CancelGiftInput = {
  /** Id of the order. */
  readonly orderId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to taking a gift back. */
export type CancelGiftPayload = {
  readonly __typename?: 'CancelGiftPayload';
  /** The order; null when the caller sent none of that id. */
  readonly order?: Maybe<GiftOrder>;
  /** The caller's wallet after the decision. */
  readonly wallet: Wallet;
  /** Why it was refused; empty when it was taken back. */
  readonly userErrors: ReadonlyArray<CancelGiftError>;
};

/** Why a gift was not taken back. */
export type CancelGiftError = UserError & {
  readonly __typename?: 'CancelGiftError';
  /** The reason, for programs. */
  readonly code: CancelGiftErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to take a gift back. */
export type CancelGiftErrorCode =
  /** The caller has sent no such order. */
  | 'ORDER_NOT_FOUND'
  /** The gift was sent at once: it has no time in which it can be taken back. */
  | 'NOT_CANCELLABLE'
  /** The time to take it back is over. */
  | 'WINDOW_OVER'
  /** It was not sent, and what it cost is back already. */
  | 'ALREADY_CANCELLED'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** An order to give back. */
export type RefundGiftInput = {
  /** Id of the order. */
  readonly orderId: Scalars['ID']['input'];
  /** Why, in 1 to 500 characters. Shown to sender and receiver. */
  readonly reason: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator and order: the same key again gives the same answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to giving an order back. */
export type RefundGiftPayload = {
  readonly __typename?: 'RefundGiftPayload';
  /** The order; null when it was refused. */
  readonly order?: Maybe<GiftOrder>;
  /** Why it was refused; empty when it was given back. */
  readonly userErrors: ReadonlyArray<RefundGiftError>;
};

/** Why an order was not given back. */
export type RefundGiftError = UserError & {
  readonly __typename?: 'RefundGiftError';
  /** The reason, for programs. */
  readonly code: RefundGiftErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to give an order back. */
export type RefundGiftErrorCode =
  /** There is no such order. */
  | 'ORDER_NOT_FOUND'
  /** The gift was never sent: its sender took it back, or it expired. */
  | 'ORDER_CANCELLED'
  /** The order was given back already, by another operator or under another key. */
  | 'ALREADY_REFUNDED'
  /** The reason is empty or too long. */
  | 'REASON_INVALID'
  /** This idempotencyKey was used before for this order with another reason. What was decided stands. */
  | 'IDEMPOTENCY_CONFLICT';

/** Which orders support wants to see. */
export type GiftOrderFilter = {
  /** Id of the user who sent or received them. */
  readonly userId: Scalars['ID']['input'];
  /** Only those in which the user has this part; absent: both. */
  readonly role?: InputMaybe<GiftOrderRole>;
  /** Only what was answered to this idempotencyKey (1 to 128 characters) of the user; goes with `userId` alone. */
  readonly idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** Only those placed at this moment or later. */
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only those placed before this moment. */
  readonly until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A user's part in an order. */
export type GiftOrderRole =
  /** Who paid. */
  | 'SENDER'
  /** Who was credited. */
  | 'RECEIVER';

/** One page of orders. */
export type GiftOrderConnection = {
  readonly __typename?: 'GiftOrderConnection';
  /** The orders with their cursors. */
  readonly edges: ReadonlyArray<GiftOrderEdge>;
  /** The orders alone, in the same order. */
  readonly nodes: ReadonlyArray<GiftOrder>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One order in a page. */
export type GiftOrderEdge = {
  readonly __typename?: 'GiftOrderEdge';
  /** Position of this order in the list. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The order. */
  readonly node: GiftOrder;
};

/** What a user owns. */
export type Wallet = {
  readonly __typename?: 'Wallet';
  /** Id of the wallet. */
  readonly id: Scalars['ID']['output'];
  /** Bought coins that can be spent, in coins. */
  readonly coins: Scalars['BigInt']['output'];
  /** Granted coins that can be spent, in coins. They are spent before bought ones, and receivers earn no diamonds for them. */
  readonly bonusCoins: Scalars['BigInt']['output'];
  /** What was earned by receiving gifts, in diamonds. */
  readonly diamonds: Scalars['BigInt']['output'];
  /** What gifts cost that can still be taken back, in coins, bought and bonus together. Not part of `coins` and `bonusCoins`. */
  readonly heldCoins: Scalars['BigInt']['output'];
  /** An operator froze the wallet: it can receive and not spend. */
  readonly frozen: Scalars['Boolean']['output'];
  /** What bounds the owner's spending on gifts. */
  readonly limits: SpendingLimits;
  /** Counts the changes of this wallet. Of two copies the one with the higher version is newer. */
  readonly version: Scalars['SafeInt']['output'];
  /** What the wallet held at a time, changes of exactly then included. Final once the time is a few seconds past; for a time to come: what it holds now. Needs `wallet:read`, or `ops:read`. */
  readonly balanceAt: WalletBalance;
  /** The wallet's statement: every change of its balances, the newest first. Needs `wallet:read`, or `ops:read`. */
  readonly entries: WalletEntryConnection;
  /** The orders that the wallet's owner sent, the newest first. Needs `wallet:read`, or `ops:read`. */
  readonly orders: GiftOrderConnection;
  /** The purchases of coins of the wallet's owner, the newest first. Needs `wallet:read`, or `ops:read`. */
  readonly topUps: TopUpOrderConnection;
  /** Pieces of gifts that the wallet's owner need not pay for: sending a gift takes them first, what expires first before the rest. What expires first stands first. */
  readonly backpack: BackpackLotConnection;
};


/** What a user owns. */
export type Wallet_BalanceAtArgs = {
  at: Scalars['DateTime']['input'];
};


/** What a user owns. */
export type Wallet_EntriesArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** What a user owns. */
export type Wallet_OrdersArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** What a user owns. */
export type Wallet_TopUpsArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


/** What a user owns. */
export type Wallet_BackpackArgs = {
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** One page of a backpack. */
export type BackpackLotConnection = {
  readonly __typename?: 'BackpackLotConnection';
  /** The lots with their cursors. */
  readonly edges: ReadonlyArray<BackpackLotEdge>;
  /** The lots alone, in the same order. */
  readonly nodes: ReadonlyArray<BackpackLot>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One lot in a page. */
export type BackpackLotEdge = {
  readonly __typename?: 'BackpackLotEdge';
  /** Position of this lot in the list. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The lot. */
  readonly node: BackpackLot;
};

/** Pieces of one gift that came into a backpack at once. */
export type BackpackLot = {
  readonly __typename?: 'BackpackLot';
  /** Id of the lot (UUIDv7), stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** What the pieces are of. */
  readonly gift: Gift;
  /** How many pieces there were at first. */
  readonly granted: Scalars['Int']['output'];
  /** How many pieces are left. */
  readonly left: Scalars['Int']['output'];
  /** Where they come from. */
  readonly source: BackpackLotSource;
  /** When they came into the backpack. */
  readonly grantedAt: Scalars['DateTime']['output'];
  /** From when on they cannot be sent any more; null: they keep for ever. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
};

/** Where pieces in a backpack come from. */
export type BackpackLotSource =
  /** Claimed as one of the day's free props. */
  | 'DAILY'
  /** Given by an operator. */
  | 'GRANT';

/** What bounds somebody's spending on gifts: the lowest of what the platform and what they themselves say. Limits count bought coins: of a gift that its sender has taken back no more, of one that an operator gave back still. */
export type SpendingLimits = {
  readonly __typename?: 'SpendingLimits';
  /** Coins that may be spent per day (UTC); null: no limit. */
  readonly dayCoinsMax?: Maybe<Scalars['BigInt']['output']>;
  /** Coins spent today. */
  readonly dayCoinsSpent: Scalars['BigInt']['output'];
  /** When today ends. */
  readonly dayEndsAt: Scalars['DateTime']['output'];
  /** Coins that may be spent in one stream; null: no limit. */
  readonly sessionCoinsMax?: Maybe<Scalars['BigInt']['output']>;
  /** What the owner set for a day. */
  readonly ownDayCoins: OwnLimit;
  /** What the owner set for one stream. */
  readonly ownSessionCoins: OwnLimit;
};

/** A limit that a user set for themselves. */
export type OwnLimit = {
  readonly __typename?: 'OwnLimit';
  /** What holds now, in coins; null: no limit. */
  readonly coinsMax?: Maybe<Scalars['BigInt']['output']>;
  /** What was asked for and is not yet in force; null when nothing is. */
  readonly raise?: Maybe<OwnLimitRaise>;
};

/** A higher limit that a user asked for. */
export type OwnLimitRaise = {
  readonly __typename?: 'OwnLimitRaise';
  /** What will hold, in coins; null: no limit. */
  readonly coinsMax?: Maybe<Scalars['BigInt']['output']>;
  /** From when on. */
  readonly at: Scalars['DateTime']['output'];
};

/** Whether the ledger is whole, and the sums that show it. */
export type LedgerProof = {
  readonly __typename?: 'LedgerProof';
  /** Every shard and currency sums to zero, nothing has arrived that was not sent, and recomputation, if it was asked for, found the same. */
  readonly holds: Scalars['Boolean']['output'];
  /** What is wrong, 50 sentences at most; empty when it holds. */
  readonly faults: ReadonlyArray<Scalars['String']['output']>;
  /** Whether everything was recomputed. */
  readonly recomputed: Scalars['Boolean']['output'];
  /** The sums of all shards together, one per currency. */
  readonly currencies: ReadonlyArray<LedgerCurrencySums>;
  /** The sums of each shard and currency. */
  readonly shards: ReadonlyArray<LedgerShardSums>;
  /** As of when, one per database of trading. */
  readonly positions: ReadonlyArray<LedgerPosition>;
};

/** What one currency adds up to over all shards. */
export type LedgerCurrencySums = {
  readonly __typename?: 'LedgerCurrencySums';
  /** The currency. */
  readonly currency: Currency;
  /** What all wallets hold, in units of the currency. */
  readonly wallets: Scalars['BigInt']['output'];
  /** What the platform's own accounts hold, in units of the currency; negative: what it has given out. */
  readonly platform: Scalars['BigInt']['output'];
  /** Both together: 0. */
  readonly sum: Scalars['BigInt']['output'];
  /** What was sent and has not arrived yet, in units of the currency; it is part of `platform`. Databases are read one after the other, so with several it may be off by what moved meanwhile. */
  readonly underWay: Scalars['BigInt']['output'];
};

/** What one currency adds up to in one shard. */
export type LedgerShardSums = {
  readonly __typename?: 'LedgerShardSums';
  /** The shard, as its rows have it. */
  readonly shard: Scalars['Int']['output'];
  /** The currency. */
  readonly currency: Currency;
  /** What the shard's wallets hold, in units of the currency. */
  readonly wallets: Scalars['BigInt']['output'];
  /** What the platform's own accounts there hold, in units of the currency. */
  readonly platform: Scalars['BigInt']['output'];
  /** Both together: 0. */
  readonly sum: Scalars['BigInt']['output'];
  /** The same by group of accounts: `wallets`, and the platform's own by their kind. */
  readonly groups: ReadonlyArray<LedgerGroupSum>;
};

/** What one group of accounts of a shard adds up to. */
export type LedgerGroupSum = {
  readonly __typename?: 'LedgerGroupSum';
  /** `wallets`, or a kind of the platform's own accounts: `top-up`, `transit`, `revenue` and so on. */
  readonly group: Scalars['String']['output'];
  /** What they hold together, in units of the currency. */
  readonly amount: Scalars['BigInt']['output'];
};

/** The moment of one database that a proof is about. */
export type LedgerPosition = {
  readonly __typename?: 'LedgerPosition';
  /** Place of the database in the configuration, from 0. */
  readonly partition: Scalars['Int']['output'];
  /** PostgreSQL's snapshot in which everything was recomputed; null: the sums are those of the seals below. */
  readonly snapshot?: Maybe<Scalars['String']['output']>;
  /** Where the chains of its shards stood. */
  readonly chains: ReadonlyArray<LedgerChainPosition>;
};

/** Where the chain of one shard stood. */
export type LedgerChainPosition = {
  readonly __typename?: 'LedgerChainPosition';
  /** The shard, as its rows have it. */
  readonly shard: Scalars['Int']['output'];
  /** Number of its last seal; 0: there is none yet. */
  readonly seal: Scalars['SafeInt']['output'];
  /** Hash of that seal, in hexadecimal. Keep it elsewhere: `npm run ledger:verify -- --expect` compares it. */
  readonly hash: Scalars['String']['output'];
  /** When it was sealed. */
  readonly sealedAt: Scalars['DateTime']['output'];
};

/** What a wallet held at a time. */
export type WalletBalance = {
  readonly __typename?: 'WalletBalance';
  /** Bought coins. */
  readonly coins: Scalars['BigInt']['output'];
  /** Granted coins. */
  readonly bonusCoins: Scalars['BigInt']['output'];
  /** What was earned by receiving gifts, in diamonds. */
  readonly diamonds: Scalars['BigInt']['output'];
};

/** What a wallet can hold. */
export type Currency =
  /** Coins that were bought. */
  | 'COINS'
  /** Coins that were granted, or a top-up's extra. */
  | 'BONUS_COINS'
  /** What is earned by receiving gifts. */
  | 'DIAMONDS';

/** One change of one balance of a wallet. Entries are never changed: what is taken back is an entry of its own. */
export type WalletEntry = {
  readonly __typename?: 'WalletEntry';
  /** Number of the entry in its wallet, from 1, without gaps. */
  readonly seq: Scalars['SafeInt']['output'];
  /** Which balance changed. */
  readonly currency: Currency;
  /** What the wallet gained, in units of the currency; negative: what it spent. */
  readonly amount: Scalars['BigInt']['output'];
  /** What the wallet held in this currency with this entry, in units of the currency. */
  readonly balanceAfter: Scalars['BigInt']['output'];
  /** Id of the order, top-up or grant that it is for; null for what was earned, which sums up several orders. */
  readonly causeId?: Maybe<Scalars['ID']['output']>;
  /** The order that was paid or given back with it; null when it is for something else. */
  readonly giftOrder?: Maybe<GiftOrder>;
  /** The top-up that was paid in or given back with it; null when it is for something else. */
  readonly topUp?: Maybe<TopUpOrder>;
  /** When it was posted; never before the entry before it. */
  readonly at: Scalars['DateTime']['output'];
};

/** One page of a wallet's statement. */
export type WalletEntryConnection = {
  readonly __typename?: 'WalletEntryConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<WalletEntryEdge>;
  /** The entries alone, in the same order. */
  readonly nodes: ReadonlyArray<WalletEntry>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One entry in a page. */
export type WalletEntryEdge = {
  readonly __typename?: 'WalletEntryEdge';
  /** Position of this entry in the list. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The entry. */
  readonly node: WalletEntry;
};

/** What an operator did to a wallet, or was refused to do. */
export type WalletAction = {
  readonly __typename?: 'WalletAction';
  /** Id of the action (UUIDv7); the entry of a grant names it as its cause. */
  readonly id: Scalars['ID']['output'];
  /** What was wanted. */
  readonly kind: WalletActionKind;
  /** The operator; null while profiles cannot be reached. */
  readonly actor?: Maybe<User>;
  /** Why, in the operator's words. */
  readonly reason: Scalars['String']['output'];
  /** What a grant gave, in coins; null for the other kinds. */
  readonly bonusCoins?: Maybe<Scalars['BigInt']['output']>;
  /** What was said of the owner as a sender; null for the other kinds. */
  readonly restrictions?: Maybe<SenderRestrictions>;
  /** The pieces that were put into the backpack or taken out of it; null for the other kinds. */
  readonly props?: Maybe<GrantedProps>;
  /** Why it was refused; null when it was done. */
  readonly refusal?: Maybe<WalletActionErrorCode>;
  /** When. */
  readonly at: Scalars['DateTime']['output'];
};

/** Pieces of a gift that were put into a backpack, or taken out of it. */
export type GrantedProps = {
  readonly __typename?: 'GrantedProps';
  /** What the pieces are of; null when there is no such gift. */
  readonly gift?: Maybe<Gift>;
  /** How many. */
  readonly pieces: Scalars['Int']['output'];
  /** From when on they cannot be sent any more; null: they keep for ever. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
};

/** Pieces of a gift for a backpack. */
export type GrantPropsInput = {
  /** Id of who gets them. */
  readonly userId: Scalars['ID']['input'];
  /** Id of the gift in the catalogue; it need not be on sale. */
  readonly giftId: Scalars['ID']['input'];
  /** How many, 1 to 9999. */
  readonly pieces: Scalars['Int']['input'];
  /** From when on they cannot be sent any more; absent: they keep for ever. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Why, for the log: 1 to 500 characters. The owner does not see it. */
  readonly reason: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator and wallet: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A lot to take out of a backpack. */
export type TakeBackPropsInput = {
  /** Id of whose backpack it is in. */
  readonly userId: Scalars['ID']['input'];
  /** Id of the lot. */
  readonly lotId: Scalars['ID']['input'];
  /** Why, for the log: 1 to 500 characters. The owner does not see it. */
  readonly reason: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator and wallet: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** What an operator says of somebody as a sender of gifts. */
export type SenderRestrictions = {
  readonly __typename?: 'SenderRestrictions';
  /** Not of age: may send nothing. */
  readonly minor: Scalars['Boolean']['output'];
  /** May send nothing, until `blockedUntil`. */
  readonly blocked: Scalars['Boolean']['output'];
  /** Until when; null: until further notice. */
  readonly blockedUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Coins that may be spent per day (UTC), instead of what the policy says; null: as the policy says. */
  readonly dayCoinsMax?: Maybe<Scalars['BigInt']['output']>;
  /** Coins that may be spent in one stream, instead of what the policy says; null: as the policy says. */
  readonly sessionCoinsMax?: Maybe<Scalars['BigInt']['output']>;
  /** Orders within the policy's window, instead of as many as the policy says; null: as the policy says. */
  readonly velocityOrdersMax?: Maybe<Scalars['Int']['output']>;
};

/** What operators do to wallets. */
export type WalletActionKind =
  /** The wallet was to be frozen. */
  | 'FREEZE'
  /** The wallet was to be unfrozen. */
  | 'UNFREEZE'
  /** Bonus coins were to be given. */
  | 'GRANT_BONUS_COINS'
  /** It was to be said what the owner may send. */
  | 'RESTRICT_SENDER'
  /** Pieces of a gift were to be put into the backpack. */
  | 'GRANT_PROPS'
  /** What was left of a lot was to be taken out of the backpack. */
  | 'TAKE_BACK_PROPS';

/** One page of what operators did to a wallet. */
export type WalletActionConnection = {
  readonly __typename?: 'WalletActionConnection';
  /** The actions with their cursors. */
  readonly edges: ReadonlyArray<WalletActionEdge>;
  /** The actions alone, in the same order. */
  readonly nodes: ReadonlyArray<WalletAction>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One action in a page. */
export type WalletActionEdge = {
  readonly __typename?: 'WalletActionEdge';
  /** Position of this action in the list. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The action. */
  readonly node: WalletAction;
};

/** A wallet to freeze or to unfreeze. */
export type FreezeWalletInput = {
  /** Id of the wallet's owner. */
  readonly userId: Scalars['ID']['input'];
  /** Why, for the log: 1 to 500 characters. The owner does not see it. */
  readonly reason: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator and wallet: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** Bonus coins to give. */
export type GrantBonusCoinsInput = {
  /** Id of who gets them. */
  readonly userId: Scalars['ID']['input'];
  /** How many, 1 to 1000000 coins. */
  readonly bonusCoins: Scalars['BigInt']['input'];
  /** Why, for the log: 1 to 500 characters. The owner does not see it. */
  readonly reason: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator and wallet: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** What holds for somebody as a sender of gifts. It replaces what was said before: what is absent holds no longer. */
export type SetSenderRestrictionsInput = {
  /** Id of the user. */
  readonly userId: Scalars['ID']['input'];
  /** Not of age: may send nothing. */
  readonly minor?: Scalars['Boolean']['input'];
  /** May send nothing. */
  readonly blocked?: Scalars['Boolean']['input'];
  /** Until when they are blocked; absent: until further notice. */
  readonly blockedUntil?: InputMaybe<Scalars['DateTime']['input']>;
  /** Coins that may be spent per day (UTC), 0 or more, instead of what the policy says. */
  readonly dayCoinsMax?: InputMaybe<Scalars['BigInt']['input']>;
  /** Coins that may be spent in one stream, 0 or more, instead of what the policy says. */
  readonly sessionCoinsMax?: InputMaybe<Scalars['BigInt']['input']>;
  /** Orders within the policy's window, 1 or more, instead of as many as the policy says. */
  readonly velocityOrdersMax?: InputMaybe<Scalars['Int']['input']>;
  /** Why, for the log: 1 to 500 characters. The user does not see it. */
  readonly reason: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator and wallet: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to an operator's action on a wallet. */
export type WalletActionPayload = {
  readonly __typename?: 'WalletActionPayload';
  /** The wallet as it is after the action; null when the input was out of order. */
  readonly wallet?: Maybe<Wallet>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<WalletActionError>;
};

/** Why an operator's action on a wallet was refused. */
export type WalletActionError = UserError & {
  readonly __typename?: 'WalletActionError';
  /** The reason, for programs. */
  readonly code: WalletActionErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse an operator's action on a wallet. */
export type WalletActionErrorCode =
  /** The wallet is frozen already. */
  | 'WALLET_ALREADY_FROZEN'
  /** The wallet is not frozen. */
  | 'WALLET_NOT_FROZEN'
  /** The id of the owner is empty or too long. */
  | 'OWNER_INVALID'
  /** The reason is empty or too long. */
  | 'REASON_INVALID'
  /** So many bonus coins cannot be granted at once. */
  | 'AMOUNT_OUT_OF_RANGE'
  /** A limit is out of range, or somebody is to be blocked until a time that is past or without being blocked. */
  | 'RESTRICTIONS_INVALID'
  /** There is no such gift in the catalogue. */
  | 'GIFT_NOT_FOUND'
  /** The gift is sold from a stock, which a grant would pass by. */
  | 'GIFT_LIMITED'
  /** The backpack holds as many lots as one may: 500. */
  | 'BACKPACK_FULL'
  /** The backpack holds no such lot with pieces left in it. */
  | 'LOT_NOT_FOUND'
  /** So many pieces cannot be granted at once, or they would have expired already. */
  | 'PROPS_OUT_OF_RANGE'
  /** This idempotencyKey was used before for this wallet with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

export type User = {
  readonly __typename?: 'User';
  readonly id: Scalars['ID']['output'];
  /** The user's wallet; null unless it is the caller's own. Needs `wallet:read`. Personal: refused inside a broadcast subscription. */
  readonly wallet?: Maybe<Wallet>;
  /** What the user lets leaderboards show of them; null unless it is the caller's own. Personal: refused inside a broadcast subscription. */
  readonly leaderboardConsent?: Maybe<LeaderboardConsent>;
};

export type Stream = {
  readonly __typename?: 'Stream';
  readonly id: Scalars['ID']['output'];
  /** What has been sent in this stream so far, without what was given back; null before the first gift. */
  readonly giftTotals?: Maybe<GiftTotals>;
  /** What the streamer wants to be sent in this stream, and how far it has come, in the streamer's order. */
  readonly giftGoals: ReadonlyArray<GiftGoal>;
  /** Who has sent most in this stream: see `Query.leaderboard`. A stream that goes on for more than 90 days begins a new board every 90 days. */
  readonly leaderboard?: Maybe<Leaderboard>;
};


export type Stream_LeaderboardArgs = {
  first?: Scalars['Int']['input'];
  region?: InputMaybe<Scalars['String']['input']>;
};

/** What a streamer wants to be sent in a stream. Eventually consistent: it lags behind the orders by up to a few seconds. */
export type GiftGoal = {
  readonly __typename?: 'GiftGoal';
  /** The gift that is wanted; null: coins, whatever the gifts. */
  readonly gift?: Maybe<Gift>;
  /** How much is wanted: pieces of the gift, or coins. */
  readonly target: Scalars['BigInt']['output'];
  /** How much has come since the goal was set. A bundle counts as itself, bonus coins and free pieces count no coins, and what is given back counts no more. */
  readonly current: Scalars['BigInt']['output'];
  /** When the target was reached; null: not yet, or not any more. */
  readonly reachedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** The gifts of one stream, summed up. Eventually consistent: it lags behind the orders by up to a few seconds. */
export type GiftTotals = {
  readonly __typename?: 'GiftTotals';
  /** How many pieces were sent, however they were paid. A bundle counts as itself. */
  readonly gifts: Scalars['SafeInt']['output'];
  /** What was paid for them in bought coins: bonus coins and pieces from backpacks count nothing. */
  readonly coins: Scalars['BigInt']['output'];
  /** When these figures were true. */
  readonly asOf: Scalars['DateTime']['output'];
};

/** Whose leaderboard. */
export type LeaderboardKind =
  /** The senders of one stream, by what they sent in it. */
  | 'STREAM'
  /** Senders, by what they sent anywhere. */
  | 'SENDERS'
  /** Streamers, by what they received anywhere. */
  | 'STREAMERS';

/** A leaderboard's period. Days and weeks are those of UTC. */
export type LeaderboardPeriod =
  /** One day. */
  | 'DAY'
  /** One week, from Monday (ISO 8601). */
  | 'WEEK'
  /** Since the beginning. */
  | 'ALL_TIME';

/** Whether a leaderboard can be shown. */
export type LeaderboardState =
  /** It is shown. */
  | 'READY'
  /** Its scores are not known at the moment, or are being counted again: it is empty. Ask again in some seconds. */
  | 'RECOUNTING'
  /** Leaderboards are switched off where the viewer is, or everywhere: it is empty. */
  | 'OFF';

/** Who stands where. Equal ones stand in the order of the bytes of their ids. */
export type Leaderboard = {
  readonly __typename?: 'Leaderboard';
  /** Whose board it is. */
  readonly kind: LeaderboardKind;
  /** The beginning of its day or week; null for STREAM and ALL_TIME. */
  readonly from?: Maybe<Scalars['DateTime']['output']>;
  /** Whether it can be shown. */
  readonly state: LeaderboardState;
  /** The places, from the first on. */
  readonly entries: ReadonlyArray<LeaderboardEntry>;
  /** How many are on it. A board keeps at least the first 100,000. */
  readonly members: Scalars['SafeInt']['output'];
  /** Where the caller stands; null when they are not on it, or not signed in. Personal: refused inside a broadcast subscription. */
  readonly me?: Maybe<LeaderboardStanding>;
  /** Of two copies of one board the one with the higher version is newer, of equal ones the later. */
  readonly version: Scalars['SafeInt']['output'];
};

/** One place on a leaderboard. */
export type LeaderboardEntry = {
  readonly __typename?: 'LeaderboardEntry';
  /** The place, from 1. */
  readonly rank: Scalars['Int']['output'];
  /** Who stands there; null where they hide their name, and while profiles cannot be reached. */
  readonly user?: Maybe<User>;
  /** What they sent or received, in coins; null where they do not show it. What streamers received is shown unless they hide their name. */
  readonly coins?: Maybe<Scalars['BigInt']['output']>;
  /** What they sent or received, in coins, shown or not. Needs `ops:read`. Personal: refused inside a broadcast subscription. */
  readonly spentCoins?: Maybe<Scalars['BigInt']['output']>;
};

/** Where somebody stands on a leaderboard. */
export type LeaderboardStanding = {
  readonly __typename?: 'LeaderboardStanding';
  /** The place, from 1. On a board with more members than are kept, the places of those who are. */
  readonly rank: Scalars['Int']['output'];
  /** What they sent or received, in coins. */
  readonly coins: Scalars['BigInt']['output'];
};

/** What somebody lets leaderboards show of them. Who has never said anything is shown by name, without what they spent. */
export type LeaderboardConsent = {
  readonly __typename?: 'LeaderboardConsent';
  /** Whether everybody may see what they sent, in coins. */
  readonly showSpend: Scalars['Boolean']['output'];
  /** Whether their place is shown without their name and coins. */
  readonly hidden: Scalars['Boolean']['output'];
};

/** What leaderboards may show of the caller. */
export type SetLeaderboardConsentInput = {
  /** Whether everybody may see what the caller sent, in coins. */
  readonly showSpend: Scalars['Boolean']['input'];
  /** Whether the caller's place is shown without their name and coins. */
  readonly hidden: Scalars['Boolean']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again changes nothing and answers with what holds now. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to saying what leaderboards may show. */
export type SetLeaderboardConsentPayload = {
  readonly __typename?: 'SetLeaderboardConsentPayload';
  /** What holds now; null when it was refused. */
  readonly consent?: Maybe<LeaderboardConsent>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<SetLeaderboardConsentError>;
};

/** Why a consent was refused. */
export type SetLeaderboardConsentError = UserError & {
  readonly __typename?: 'SetLeaderboardConsentError';
  /** The reason, for programs. */
  readonly code: SetLeaderboardConsentErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse a consent. */
export type SetLeaderboardConsentErrorCode =
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** An amount of coins on sale. */
export type TopUpProduct = {
  readonly __typename?: 'TopUpProduct';
  /** Id of the product, stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** What the buyer gets, in coins. */
  readonly coins: Scalars['BigInt']['output'];
  /** What the buyer gets on top, in bonus coins: they buy gifts as coins do, and nobody earns by them. */
  readonly bonusCoins: Scalars['BigInt']['output'];
  /** What it costs. */
  readonly price: Money;
  /** What the product is called, for people. */
  readonly name: Scalars['String']['output'];
  /** It can be bought now. */
  readonly onSale: Scalars['Boolean']['output'];
  /** Counts the edits of this product. An edit names the version that it was made from. */
  readonly version: Scalars['SafeInt']['output'];
};

/** Coins to buy. */
export type TopUpInput = {
  /** Id of the product to buy. */
  readonly productId: Scalars['ID']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to buying coins. */
export type TopUpPayload = {
  readonly __typename?: 'TopUpPayload';
  /** The order: SETTLED when the coins are in the wallet, PENDING while the payment waits for its buyer. Null when nothing was ordered. */
  readonly order?: Maybe<TopUpOrder>;
  /**
   * What the buyer's client hands to the payment provider's own library to confirm a PENDING order's payment. A secret of the buyer's: not to be stored or logged.
   * Null when there is nothing to confirm; the same idempotencyKey again gives it again.
   */
  readonly clientSecret?: Maybe<Scalars['String']['output']>;
  /** The caller's wallet as it is after this: with the coins once the order is SETTLED. Null when the purchase was refused. */
  readonly wallet?: Maybe<Wallet>;
  /** Why it was refused; empty when it was done, or waits for its payment. */
  readonly userErrors: ReadonlyArray<TopUpError>;
};

/** One purchase of coins, with its price and how far it has come. */
export type TopUpOrder = {
  readonly __typename?: 'TopUpOrder';
  /** Id of the order (UUIDv7), stable for ever. */
  readonly id: Scalars['ID']['output'];
  /** How far the order has come. */
  readonly status: TopUpStatus;
  /** Who buys; null while profiles cannot be reached. */
  readonly buyer?: Maybe<User>;
  /** Id of the product that was bought. */
  readonly productId: Scalars['ID']['output'];
  /** What the buyer gets, in coins. */
  readonly coins: Scalars['BigInt']['output'];
  /** What the buyer gets on top, in bonus coins. */
  readonly bonusCoins: Scalars['BigInt']['output'];
  /** What it costs: the price at the moment of the order. */
  readonly price: Money;
  /** When it was ordered. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When it is called off unless somebody has paid. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** When the coins came into the wallet; null before that. */
  readonly settledAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the buyer was given the money back; null while they were not. */
  readonly refundedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Counts the changes of this order. Of two copies the one with the higher version is newer. */
  readonly version: Scalars['SafeInt']['output'];
  /** What operators did to give the money back, refused wishes too, the newest first, at most 100. Needs `ops:read`. */
  readonly refunds: ReadonlyArray<TopUpRefund>;
};

/** An operator's wish to give the money of a purchase back. */
export type TopUpRefund = {
  readonly __typename?: 'TopUpRefund';
  /** Which refund of the order it became, from 1: another one is possible after the payment provider has refused it. Null when the wish was refused. */
  readonly attempt?: Maybe<Scalars['Int']['output']>;
  /** The operator; null while profiles cannot be reached. */
  readonly actor?: Maybe<User>;
  /** Why, in the operator's words. */
  readonly reason: Scalars['String']['output'];
  /** Why the wish was refused; null when it was not. */
  readonly refusal?: Maybe<RefundTopUpErrorCode>;
  /** When. */
  readonly at: Scalars['DateTime']['output'];
};

/** A purchase of coins whose money is to be given back. */
export type RefundTopUpInput = {
  /** Id of the order. */
  readonly topUpId: Scalars['ID']['input'];
  /** Why, for the log: 1 to 500 characters. The buyer does not see it. */
  readonly reason: Scalars['String']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator and order: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to giving money back. */
export type RefundTopUpPayload = {
  readonly __typename?: 'RefundTopUpPayload';
  /** The order: REFUNDED when the provider has given the money back, REFUNDING while it has not answered. Null when there is none. */
  readonly order?: Maybe<TopUpOrder>;
  /** Why it was refused; empty when it was done, or is under way. */
  readonly userErrors: ReadonlyArray<RefundTopUpError>;
};

/** Why money was not given back. */
export type RefundTopUpError = UserError & {
  readonly __typename?: 'RefundTopUpError';
  /** The reason, for programs. */
  readonly code: RefundTopUpErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons not to give money back. */
export type RefundTopUpErrorCode =
  /** There is no such order. */
  | 'TOP_UP_NOT_FOUND'
  /** Nobody has paid it: it is PENDING, DECLINED or EXPIRED. */
  | 'TOP_UP_NOT_SETTLED'
  /** The money is on its way back already. */
  | 'REFUND_UNDER_WAY'
  /** The buyer has the money back already. */
  | 'ALREADY_REFUNDED'
  /** The wallet no longer holds all coins and bonus coins of this order. */
  | 'COINS_SPENT'
  /** The payment provider that took the money is not configured on this server. */
  | 'PROVIDER_NOT_CONFIGURED'
  /** The payment provider refused. The coins are in the wallet again, and a new wish (with a new key) may be tried. */
  | 'REFUND_REFUSED'
  /** The reason is empty or longer than 500 characters. */
  | 'REASON_INVALID'
  /** This idempotencyKey was used before for this order with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** How far a purchase of coins has come. The coins are in the wallet exactly while it is SETTLED. */
export type TopUpStatus =
  /** The payment waits for its buyer, or for the payment provider. */
  | 'PENDING'
  /** Paid, and the coins are in the wallet. */
  | 'SETTLED'
  /** The payment failed. Should the buyer's second attempt at the same payment succeed, the order becomes SETTLED. */
  | 'DECLINED'
  /** Nobody paid in time. Should money arrive nevertheless, the order becomes SETTLED. */
  | 'EXPIRED'
  /** The coins were taken back, and the money is on its way back. */
  | 'REFUNDING'
  /** The buyer has the money back. */
  | 'REFUNDED';

/** One page of purchases of coins. */
export type TopUpOrderConnection = {
  readonly __typename?: 'TopUpOrderConnection';
  /** The orders with their cursors. */
  readonly edges: ReadonlyArray<TopUpOrderEdge>;
  /** The orders alone, in the same order. */
  readonly nodes: ReadonlyArray<TopUpOrder>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One purchase of coins in a page. */
export type TopUpOrderEdge = {
  readonly __typename?: 'TopUpOrderEdge';
  /** Position of this order in the list. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The order. */
  readonly node: TopUpOrder;
};

/** An amount of money. */
export type Money = {
  readonly __typename?: 'Money';
  /** The amount in the currency's smallest unit, for example cents. */
  readonly amountMinor: Scalars['BigInt']['output'];
  /** The currency's code (ISO 4217), for example EUR. */
  readonly currency: Scalars['String']['output'];
};

/** Why buying coins was refused. */
export type TopUpError = UserError & {
  readonly __typename?: 'TopUpError';
  /** The reason, for programs. */
  readonly code: TopUpErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse a purchase of coins. */
export type TopUpErrorCode =
  /** There is no such product on sale. */
  | 'PRODUCT_NOT_FOUND'
  /** The payment provider refused the payment. Nothing was charged. */
  | 'PAYMENT_DECLINED'
  /** Nobody paid in time, and the order was called off. Nothing was charged. */
  | 'PAYMENT_EXPIRED'
  /** 50 orders of the caller wait for their payment already. */
  | 'TOO_MANY_PENDING'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** A gift to send. The receiver follows from the stream. */
export type SendGiftInput = {
  /** Id of the live stream. */
  readonly streamId: Scalars['ID']['input'];
  /** Id of the gift in the catalogue. */
  readonly giftId: Scalars['ID']['input'];
  /** How many pieces to send at once, 1 to 9999. */
  readonly quantity?: Scalars['Int']['input'];
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to sending a gift. */
export type SendGiftPayload = {
  readonly __typename?: 'SendGiftPayload';
  /** The order; null when the gift was refused. */
  readonly order?: Maybe<GiftOrder>;
  /** The sender's wallet after the decision: no refetch needed, and its version orders it against `walletChanged`. Null when the refusal did not need the wallet. */
  readonly wallet?: Maybe<Wallet>;
  /** Why it was refused; empty when it was sent. */
  readonly userErrors: ReadonlyArray<SendGiftError>;
};

/** Why a gift was refused. */
export type SendGiftError = UserError & {
  readonly __typename?: 'SendGiftError';
  /** The reason, for programs. */
  readonly code: SendGiftErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** From when on the same wish may succeed, with a new idempotencyKey; null: waiting does not help. */
  readonly retryAt?: Maybe<Scalars['DateTime']['output']>;
};

/** Several gifts to send under one key. */
export type SendGiftsInput = {
  /** The gifts, 1 to 100. They are decided in this order: each sees what the ones before it have left. */
  readonly items: ReadonlyArray<SendGiftItemInput>;
  /** What becomes of the others when one of them is refused. */
  readonly mode: BulkMode;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** One of several gifts. The receiver follows from the stream. */
export type SendGiftItemInput = {
  /** Id of the live stream. */
  readonly streamId: Scalars['ID']['input'];
  /** Id of the gift in the catalogue. */
  readonly giftId: Scalars['ID']['input'];
  /** How many pieces to send at once, 1 to 9999. */
  readonly quantity?: Scalars['Int']['input'];
};

/** What becomes of several gifts when one of them is refused. */
export type BulkMode =
  /** None is sent. */
  | 'ATOMIC'
  /** The others are sent. */
  | 'CONTINUE'
  /** Those before it are sent, those after it are not. */
  | 'STOP_AT_FIRST';

/** The answer to sending several gifts. */
export type SendGiftsPayload = {
  readonly __typename?: 'SendGiftsPayload';
  /** What became of each gift, in the order of the input; empty when the wish as a whole was refused. */
  readonly results: ReadonlyArray<SendGiftResult>;
  /** The sender's wallet after the decision; null when the refusal did not need the wallet. */
  readonly wallet?: Maybe<Wallet>;
  /** Why the wish as a whole was refused; empty when its gifts were decided. */
  readonly userErrors: ReadonlyArray<SendGiftError>;
};

/** What became of one of several gifts: an order or an error. */
export type SendGiftResult = {
  readonly __typename?: 'SendGiftResult';
  /** The order; null when it was not sent. */
  readonly order?: Maybe<GiftOrder>;
  /** Why it was not sent; null when it was. */
  readonly error?: Maybe<SendGiftError>;
};

/** A gift to ask about. */
export type GiftQuoteInput = {
  /** Id of the live stream. */
  readonly streamId: Scalars['ID']['input'];
  /** Id of the gift in the catalogue. */
  readonly giftId: Scalars['ID']['input'];
  /** How many pieces to send at once, 1 to 9999. */
  readonly quantity?: Scalars['Int']['input'];
};

/** What would become of a gift if it were sent now. */
export type GiftQuote = {
  readonly __typename?: 'GiftQuote';
  /** Why it would be refused; null: it would be sent. */
  readonly refusal?: Maybe<SendGiftError>;
  /** What all pieces together cost by price, in coins; null when there is no such gift, or the quantity is out of range. */
  readonly coins?: Maybe<Scalars['BigInt']['output']>;
  /** Price of one piece, in coins; null when there is no such gift. */
  readonly priceCoins?: Maybe<Scalars['BigInt']['output']>;
  /** How it would be paid; null when it would be refused. */
  readonly payment?: Maybe<PaymentSplit>;
  /** Pieces in the combo, this gift included; null when it would be refused. */
  readonly comboCount?: Maybe<Scalars['Int']['output']>;
  /** The sender's wallet as it is. */
  readonly wallet: Wallet;
  /** Bought coins that may still be spent in this stream; null: no limit. */
  readonly sessionCoinsLeft?: Maybe<Scalars['BigInt']['output']>;
};

/** Limits on one's own spending. What is absent stays as it is. */
export type SetSpendingLimitsInput = {
  /** Coins per day (UTC), 0 or more; null: no limit of one's own. */
  readonly dayCoinsMax?: InputMaybe<Scalars['BigInt']['input']>;
  /** Coins per stream, 0 or more; null: no limit of one's own. */
  readonly sessionCoinsMax?: InputMaybe<Scalars['BigInt']['input']>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to setting one's own limits. */
export type SetSpendingLimitsPayload = {
  readonly __typename?: 'SetSpendingLimitsPayload';
  /** The caller's wallet with the limits in it; null when they were refused. */
  readonly wallet?: Maybe<Wallet>;
  /** Why they were refused; empty when they are set. */
  readonly userErrors: ReadonlyArray<SpendingLimitsError>;
};

/** Why limits were refused. */
export type SpendingLimitsError = UserError & {
  readonly __typename?: 'SpendingLimitsError';
  /** The reason, for programs. */
  readonly code: SpendingLimitsErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse limits. */
export type SpendingLimitsErrorCode =
  /** A limit is below 0 or above 1000000000000 coins. */
  | 'AMOUNT_OUT_OF_RANGE'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** Reasons to refuse a gift. Of several the first in this order is told: what is wrong with the wish, who the sender is, how much they may, whether they can pay. */
export type SendGiftErrorCode =
  /** There is no such gift in the catalogue. */
  | 'GIFT_NOT_FOUND'
  /** The gift is in the catalogue, but not on sale. Pieces in the backpack can be sent nevertheless. */
  | 'GIFT_NOT_ON_SALE'
  /** The gift is not sold where the sender's token says that they are, or the token does not say. */
  | 'GIFT_NOT_IN_REGION'
  /** There is no such stream. */
  | 'STREAM_NOT_FOUND'
  /** The stream has not started, or is over. */
  | 'STREAM_NOT_LIVE'
  /** Streamers cannot send gifts to themselves. */
  | 'SELF_GIFT'
  /** The sender is not of age, by their token or by an operator's word. */
  | 'SENDER_IS_MINOR'
  /** An operator has blocked the sender: until `retryAt`, or until further notice. */
  | 'SENDER_BLOCKED'
  /** The wallet is frozen: it can receive and not spend. */
  | 'WALLET_FROZEN'
  /** Too many orders in a short time. The window ends at `retryAt`. */
  | 'TOO_MANY_ORDERS'
  /** More pieces of this gift than the sender may send in a day (UTC). The day ends at `retryAt`. */
  | 'GIFT_DAY_LIMIT'
  /** More bought coins than the sender may spend in a day (UTC): by the platform's limit or their own. The day ends at `retryAt`. */
  | 'DAY_LIMIT'
  /** More bought coins than the sender may spend in one stream: by the platform's limit or their own. */
  | 'SESSION_LIMIT'
  /** The gift is limited, and fewer pieces are left than were wanted. */
  | 'SOLD_OUT'
  /** The pieces of a limited gift that were set aside were not paid in time and went back. Nothing was charged. */
  | 'RESERVATION_EXPIRED'
  /** The wallet holds fewer coins than the gift costs. Top up first. */
  | 'INSUFFICIENT_COINS'
  /** It was not sent because another item of the same wish was refused. Send only what was not sent again: with STOP_AT_FIRST the items before the refused one are paid. */
  | 'OTHER_ITEM_REFUSED'
  /** The quantity is below 1 or above 9999. */
  | 'QUANTITY_OUT_OF_RANGE'
  /** There are fewer than 1 or more than 100 gifts in one wish. */
  | 'ITEMS_OUT_OF_RANGE'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** A claim of the day's free props. */
export type ClaimDailyPropsInput = {
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to claiming the day's free props. */
export type ClaimDailyPropsPayload = {
  readonly __typename?: 'ClaimDailyPropsPayload';
  /** What the claim put into the backpack, one lot per gift; empty when it was refused. */
  readonly lots: ReadonlyArray<BackpackLot>;
  /** The caller's wallet after the decision. */
  readonly wallet: Wallet;
  /** Why it was refused; empty when something was claimed. */
  readonly userErrors: ReadonlyArray<ClaimDailyPropsError>;
};

/** Why nothing was claimed. */
export type ClaimDailyPropsError = UserError & {
  readonly __typename?: 'ClaimDailyPropsError';
  /** The reason, for programs. */
  readonly code: ClaimDailyPropsErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse a claim of the day's free props. */
export type ClaimDailyPropsErrorCode =
  /** Today's free props were claimed already, or there are none. */
  | 'NOTHING_TO_CLAIM'
  /** The backpack holds as many lots as one may: 500. */
  | 'BACKPACK_FULL'
  /** This idempotencyKey was used before for something else. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** A gift as it is to be. */
export type PutGiftInput = {
  /** Id of the gift: 1 to 64 small letters, digits and single dashes, stable for ever. */
  readonly id: Scalars['ID']['input'];
  /** The version that this edit was made from; absent: a new gift. */
  readonly version?: InputMaybe<Scalars['SafeInt']['input']>;
  /** What it is called where no name in the viewer's language is known, 1 to 80 characters. */
  readonly name: Scalars['String']['input'];
  /** What it is called in other languages, 50 at most. */
  readonly names?: ReadonlyArray<LocalisedNameInput>;
  /** Address of its picture (https); absent: none. */
  readonly imageUrl?: InputMaybe<Scalars['String']['input']>;
  /** Whether it is one gift or several. It stays what it is. */
  readonly kind?: GiftKind;
  /** What is in a bundle: 1 to 20 different single gifts, none of them limited, in the order in which they are shown. */
  readonly items?: ReadonlyArray<BundleItemInput>;
  /** Price of one piece of a new gift, in coins. Absent for a gift that has one: setGiftPrice changes it. */
  readonly priceCoins?: InputMaybe<Scalars['BigInt']['input']>;
  /** From when on it is on sale; absent: a new gift from now on, another as before. */
  readonly onSaleFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** When it goes off sale; absent: not known yet. */
  readonly onSaleUntil?: InputMaybe<Scalars['DateTime']['input']>;
  /** Where it is sold, as in ISO 3166-1 alpha-2; empty: everywhere. */
  readonly regions?: ReadonlyArray<Scalars['String']['input']>;
  /** What clients play when it arrives; absent: only its picture. */
  readonly effect?: InputMaybe<GiftEffectInput>;
  /** How long its sender may take it back, 0 to 300 seconds; 0: not at all. */
  readonly cancelWindowSeconds?: Scalars['Int']['input'];
  /** How soon the next one must follow to count as a combo, 1 to 60 seconds; absent: as the policy says. */
  readonly comboWindowSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** How many pieces a user may send per day (UTC), 1 to 1000000; absent: as many as they can pay. */
  readonly dailyQuantityMax?: InputMaybe<Scalars['Int']['input']>;
  /** It is sold from a stock, and only by itself: what is in a bundle cannot become limited, take it out of it first. */
  readonly limited?: Scalars['Boolean']['input'];
  /** How many pieces every user may claim for free each day (UTC), 0 to 100. */
  readonly dailyFree?: Scalars['Int']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A name in one language. */
export type LocalisedNameInput = {
  /** The language, as a BCP 47 tag like `de`, `pt-BR` or `zh-Hant`. */
  readonly locale: Scalars['String']['input'];
  /** The name, 1 to 80 characters. */
  readonly name: Scalars['String']['input'];
};

/** So many pieces of one gift in a bundle. */
export type BundleItemInput = {
  /** Id of a single gift. */
  readonly giftId: Scalars['ID']['input'];
  /** How many pieces of it, 1 to 999. */
  readonly quantity?: Scalars['Int']['input'];
};

/** What clients are to play when a gift arrives. */
export type GiftEffectInput = {
  /** The forms in which the effect is there, the best first, 1 to 8. */
  readonly assets: ReadonlyArray<EffectAssetInput>;
  /** How long it plays, 1 to 60000 milliseconds. */
  readonly durationMs: Scalars['Int']['input'];
  /** 0 to 100: where several effects wait, the highest is played first. */
  readonly priority?: Scalars['Int']['input'];
};

/** One file of an effect. */
export type EffectAssetInput = {
  /** Where it is (https), 2048 characters at most. */
  readonly url: Scalars['String']['input'];
  /** SHA-256 of the file, 64 small hexadecimal digits. */
  readonly sha256: Scalars['String']['input'];
  /** Size of the file, 1 to 20000000 bytes. */
  readonly bytes: Scalars['Int']['input'];
  /** Media type of the file, like `video/webm`. */
  readonly mimeType: Scalars['String']['input'];
};

/** A new price. */
export type SetGiftPriceInput = {
  /** Id of the gift. */
  readonly giftId: Scalars['ID']['input'];
  /** The version of the gift that this edit was made from. */
  readonly version: Scalars['SafeInt']['input'];
  /** Price of one piece, 1 to 1000000000 coins. */
  readonly priceCoins: Scalars['BigInt']['input'];
  /** From when on; absent: at once. 10 prices may be announced. */
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Made by the client, 1 to 128 characters, unique per operator: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** A gift to take off sale. */
export type WithdrawGiftInput = {
  /** Id of the gift. */
  readonly giftId: Scalars['ID']['input'];
  /** The version of the gift that this edit was made from. */
  readonly version: Scalars['SafeInt']['input'];
  /** From when on; absent: at once. */
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Made by the client, 1 to 128 characters, unique per operator: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to an edit of a gift. */
export type GiftEditPayload = {
  readonly __typename?: 'GiftEditPayload';
  /** The gift as the edit left it; null when it was refused. */
  readonly gift?: Maybe<Gift>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CatalogueError>;
};

/** An amount of coins on sale, as it is to be. */
export type PutTopUpProductInput = {
  /** Id of the product: 1 to 64 small letters, digits and single dashes, stable for ever. */
  readonly id: Scalars['ID']['input'];
  /** The version that this edit was made from; absent: a new product. */
  readonly version?: InputMaybe<Scalars['SafeInt']['input']>;
  /** What it is called, 1 to 80 characters. */
  readonly name: Scalars['String']['input'];
  /** What the buyer gets, 1 to 1000000000 coins. */
  readonly coins: Scalars['BigInt']['input'];
  /** What the buyer gets on top, 0 to 1000000000 bonus coins; absent: none. */
  readonly bonusCoins?: InputMaybe<Scalars['BigInt']['input']>;
  /** What it costs, in the currency's smallest unit, 1 to 100000000. */
  readonly amountMinor: Scalars['BigInt']['input'];
  /** In which currency, as in ISO 4217. */
  readonly currency: Scalars['String']['input'];
  /** It can be bought. */
  readonly onSale?: Scalars['Boolean']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to an edit of a product. */
export type PutTopUpProductPayload = {
  readonly __typename?: 'PutTopUpProductPayload';
  /** The product as the edit left it; null when it was refused. */
  readonly product?: Maybe<TopUpProduct>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CatalogueError>;
};

/** What holds for everybody where nothing else is said. */
export type TradingPolicy = {
  readonly __typename?: 'TradingPolicy';
  /** Counts the edits of the policy. An edit names the version that it was made from. */
  readonly version: Scalars['SafeInt']['output'];
  /** How much one user may spend per day (UTC), in coins; null: no limit. */
  readonly dayCoinsMax?: Maybe<Scalars['BigInt']['output']>;
  /** How much one user may spend in one stream, in coins; null: no limit. */
  readonly sessionCoinsMax?: Maybe<Scalars['BigInt']['output']>;
  /** How many orders one user may place within the velocity window; null: no limit. */
  readonly velocityOrdersMax?: Maybe<Scalars['Int']['output']>;
  /** Length of the velocity window, in seconds. */
  readonly velocityWindowSeconds: Scalars['Int']['output'];
  /** How soon the next gift must follow to count as a combo, in seconds, where the gift itself does not say. */
  readonly comboWindowSeconds: Scalars['Int']['output'];
  /** There are leaderboards. */
  readonly leaderboards: Scalars['Boolean']['output'];
  /** Where viewers are shown no leaderboards, as in ISO 3166-1 alpha-2. While there is any, who does not say where they are sees none. */
  readonly leaderboardRegionsOff: ReadonlyArray<Scalars['String']['output']>;
  /** What senders spent is shown on leaderboards by their own consent only (`setLeaderboardConsent`); their places and names are shown unless they hide them. */
  readonly leaderboardConsent: Scalars['Boolean']['output'];
};

/** The policy as it is to be. */
export type SetTradingPolicyInput = {
  /** The version that this edit was made from. */
  readonly version: Scalars['SafeInt']['input'];
  /** How much one user may spend per day (UTC), in coins; absent: no limit. */
  readonly dayCoinsMax?: InputMaybe<Scalars['BigInt']['input']>;
  /** How much one user may spend in one stream, in coins; absent: no limit. */
  readonly sessionCoinsMax?: InputMaybe<Scalars['BigInt']['input']>;
  /** How many orders one user may place within the velocity window, 1 to 100000; absent: no limit. */
  readonly velocityOrdersMax?: InputMaybe<Scalars['Int']['input']>;
  /** Length of the velocity window, 1 to 3600 seconds. */
  readonly velocityWindowSeconds: Scalars['Int']['input'];
  /** How soon the next gift must follow to count as a combo, 1 to 60 seconds, where the gift itself does not say. */
  readonly comboWindowSeconds: Scalars['Int']['input'];
  /** There are leaderboards. */
  readonly leaderboards: Scalars['Boolean']['input'];
  /** Where viewers are shown no leaderboards, as in ISO 3166-1 alpha-2. While there is any, who does not say where they are sees none. */
  readonly leaderboardRegionsOff?: ReadonlyArray<Scalars['String']['input']>;
  /** What senders spent is shown on leaderboards by their own consent only (`setLeaderboardConsent`); their places and names are shown unless they hide them. */
  readonly leaderboardConsent: Scalars['Boolean']['input'];
  /** Made by the client, 1 to 128 characters, unique per operator: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** The answer to an edit of the policy. */
export type SetTradingPolicyPayload = {
  readonly __typename?: 'SetTradingPolicyPayload';
  /** The policy as the edit left it; null when it was refused. */
  readonly policy?: Maybe<TradingPolicy>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CatalogueError>;
};

/** Why an edit of the catalogue or the policy was refused. */
export type CatalogueError = UserError & {
  readonly __typename?: 'CatalogueError';
  /** The reason, for programs. */
  readonly code: CatalogueErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse an edit. */
export type CatalogueErrorCode =
  /** There is no such gift. */
  | 'GIFT_NOT_FOUND'
  /** There is no such product. */
  | 'PRODUCT_NOT_FOUND'
  /** There is something of this id already. Name its version to change it. */
  | 'ALREADY_EXISTS'
  /** Somebody else has edited this in the meantime. Read it again and decide anew. */
  | 'STALE_VERSION'
  /** The id has another form than ids have. */
  | 'ID_INVALID'
  /** A name is empty, too long, or has blanks at its ends; or there are too many. */
  | 'NAME_INVALID'
  /** A locale is no BCP 47 language tag, or is named twice. */
  | 'LOCALE_INVALID'
  /** A region is no code of ISO 3166-1 alpha-2, or is named twice. */
  | 'REGION_INVALID'
  /** An address is not https, names a user, or is too long. */
  | 'URL_INVALID'
  /** A time is before another that it must follow, or is over. */
  | 'WINDOW_INVALID'
  /** A price or an amount is missing, not wanted here, or out of range. */
  | 'PRICE_INVALID'
  /** Something is wrong with the effect's assets, duration or priority. */
  | 'EFFECT_INVALID'
  /** Something is wrong with the items of a bundle, a gift is to become one, or one that is in a bundle is to become limited. */
  | 'BUNDLE_INVALID'
  /** A limit or window is out of range. */
  | 'LIMIT_INVALID'
  /** There are as many gifts, products or announced prices as there can be. */
  | 'CATALOGUE_FULL'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';

/** One page of edits. */
export type CatalogueEditConnection = {
  readonly __typename?: 'CatalogueEditConnection';
  /** The edits with their cursors. */
  readonly edges: ReadonlyArray<CatalogueEditEdge>;
  /** The edits alone, in the same order. */
  readonly nodes: ReadonlyArray<CatalogueEdit>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** One edit in a page. */
export type CatalogueEditEdge = {
  readonly __typename?: 'CatalogueEditEdge';
  /** Position of this edit in the list. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The edit. */
  readonly node: CatalogueEdit;
};

/** What an operator changed. Edits are never changed or deleted. */
export type CatalogueEdit = {
  readonly __typename?: 'CatalogueEdit';
  /** The catalogue's version with this edit: contiguous from 1. */
  readonly version: Scalars['SafeInt']['output'];
  /** When. */
  readonly at: Scalars['DateTime']['output'];
  /** The operator; null while profiles cannot be reached. */
  readonly actor?: Maybe<User>;
  /** By which mutation, for example `setGiftPrice`. */
  readonly operation: Scalars['String']['output'];
  /** Id of the gift or product; `policy` for the policy. */
  readonly itemId: Scalars['ID']['output'];
  /** The fields that are different after it, in order of their names; of a new item all. */
  readonly changedFields: ReadonlyArray<Scalars['String']['output']>;
  /** Everything about the item before the edit, as JSON; null: the edit made it. */
  readonly before?: Maybe<Scalars['String']['output']>;
  /** Everything about the item after the edit, as JSON. */
  readonly after: Scalars['String']['output'];
};

/** The goals of a stream. */
export type SetGiftGoalsInput = {
  /** Id of the stream. The caller is its streamer, and it is not over. */
  readonly streamId: Scalars['ID']['input'];
  /** What is wanted, in the order in which it is shown: 10 different goals at most; none takes them all away. */
  readonly goals: ReadonlyArray<GiftGoalInput>;
  /** Made by the client, 1 to 128 characters, unique per user: the same key again gives the stored answer. */
  readonly idempotencyKey: Scalars['ID']['input'];
};

/** One thing that is wanted. */
export type GiftGoalInput = {
  /** Id of the gift; absent: coins, whatever the gifts. */
  readonly giftId?: InputMaybe<Scalars['ID']['input']>;
  /** How much of it: pieces, or coins; 1 to 1000000000000. The same may be wanted several times with different targets. */
  readonly target: Scalars['BigInt']['input'];
};

/** The answer to setting the goals of a stream. */
export type SetGiftGoalsPayload = {
  readonly __typename?: 'SetGiftGoalsPayload';
  /** The stream, with its goals as they are now; null when they were refused. */
  readonly stream?: Maybe<Stream>;
  /** Why they were refused; empty when they are set. */
  readonly userErrors: ReadonlyArray<SetGiftGoalsError>;
};

/** Why the goals of a stream were refused. */
export type SetGiftGoalsError = UserError & {
  readonly __typename?: 'SetGiftGoalsError';
  /** The reason, for programs. */
  readonly code: SetGiftGoalsErrorCode;
  /** What is wrong and what to do, in English, for developers. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** Reasons to refuse the goals of a stream. */
export type SetGiftGoalsErrorCode =
  /** There is no such stream. */
  | 'STREAM_NOT_FOUND'
  /** The stream is somebody else's. */
  | 'NOT_YOUR_STREAM'
  /** The stream is over. */
  | 'STREAM_ENDED'
  /** There is no such gift in the catalogue. */
  | 'GIFT_NOT_FOUND'
  /** There are too many goals, two are the same, or a target is out of range. */
  | 'GOALS_INVALID'
  /** This idempotencyKey was used before with other input. Use a new key for a new wish. */
  | 'IDEMPOTENCY_CONFLICT';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Gift: Gift;
  GiftOrder: GiftOrder;
  User: User;
  Stream: Stream;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Gift:
    ( { __typename: 'Gift' }
    & GraphQLRecursivePick<FederationTypes['Gift'], {"id":true}> );
  GiftOrder:
    ( { __typename: 'GiftOrder' }
    & GraphQLRecursivePick<FederationTypes['GiftOrder'], {"id":true}> );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
  Stream:
    ( { __typename: 'Stream' }
    & GraphQLRecursivePick<FederationTypes['Stream'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( SetGiftStockError & { __typename: 'SetGiftStockError' } )
    | ( CancelGiftError & { __typename: 'CancelGiftError' } )
    | ( RefundGiftError & { __typename: 'RefundGiftError' } )
    | ( WalletActionError & { __typename: 'WalletActionError' } )
    | ( SetLeaderboardConsentError & { __typename: 'SetLeaderboardConsentError' } )
    | ( RefundTopUpError & { __typename: 'RefundTopUpError' } )
    | ( TopUpError & { __typename: 'TopUpError' } )
    | ( SendGiftError & { __typename: 'SendGiftError' } )
    | ( SpendingLimitsError & { __typename: 'SpendingLimitsError' } )
    | ( ClaimDailyPropsError & { __typename: 'ClaimDailyPropsError' } )
    | ( CatalogueError & { __typename: 'CatalogueError' } )
    | ( SetGiftGoalsError & { __typename: 'SetGiftGoalsError' } )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CacheControlScope: CacheControlScope;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  BigInt: ResolverTypeWrapper<Scalars['BigInt']['output']>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
  GiftCombo: ResolverTypeWrapper<GiftCombo>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  ResetReason: ResetReason;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Gift: ResolverTypeWrapper<GiftMapper>;
  GiftKind: GiftKind;
  GiftPrice: ResolverTypeWrapper<GiftPrice>;
  BundleItem: ResolverTypeWrapper<BundleItemMapper>;
  GiftEffect: ResolverTypeWrapper<GiftEffect>;
  EffectAsset: ResolverTypeWrapper<EffectAsset>;
  GiftStock: ResolverTypeWrapper<GiftStockMapper>;
  SetGiftStockInput: SetGiftStockInput;
  SetGiftStockPayload: ResolverTypeWrapper<Omit<SetGiftStockPayload, 'stock'> & { stock?: Maybe<ResolversTypes['GiftStock']> }>;
  SetGiftStockError: ResolverTypeWrapper<SetGiftStockError>;
  SetGiftStockErrorCode: SetGiftStockErrorCode;
  GiftStockEdit: ResolverTypeWrapper<GiftStockEditMapper>;
  GiftStockEditConnection: ResolverTypeWrapper<Omit<GiftStockEditConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['GiftStockEditEdge']>, nodes: ReadonlyArray<ResolversTypes['GiftStockEdit']> }>;
  GiftStockEditEdge: ResolverTypeWrapper<Omit<GiftStockEditEdge, 'node'> & { node: ResolversTypes['GiftStockEdit'] }>;
  GiftOrder: ResolverTypeWrapper<GiftOrderMapper>;
  PaymentSplit: ResolverTypeWrapper<PaymentSplit>;
  GiftOrderStatus: GiftOrderStatus;
  GiftReceipt: ResolverTypeWrapper<GiftReceiptMapper>;
  GiftReceiptLine: ResolverTypeWrapper<GiftReceiptLineMapper>;
  GiftPayment: ResolverTypeWrapper<GiftPaymentMapper>;
  PaymentMeans: PaymentMeans;
  GiftRefund: ResolverTypeWrapper<GiftRefundMapper>;
  CancelGiftInput: CancelGiftInput;
  CancelGiftPayload: ResolverTypeWrapper<Omit<CancelGiftPayload, 'order' | 'wallet'> & { order?: Maybe<ResolversTypes['GiftOrder']>, wallet: ResolversTypes['Wallet'] }>;
  CancelGiftError: ResolverTypeWrapper<CancelGiftError>;
  CancelGiftErrorCode: CancelGiftErrorCode;
  RefundGiftInput: RefundGiftInput;
  RefundGiftPayload: ResolverTypeWrapper<Omit<RefundGiftPayload, 'order'> & { order?: Maybe<ResolversTypes['GiftOrder']> }>;
  RefundGiftError: ResolverTypeWrapper<RefundGiftError>;
  RefundGiftErrorCode: RefundGiftErrorCode;
  GiftOrderFilter: GiftOrderFilter;
  GiftOrderRole: GiftOrderRole;
  GiftOrderConnection: ResolverTypeWrapper<Omit<GiftOrderConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['GiftOrderEdge']>, nodes: ReadonlyArray<ResolversTypes['GiftOrder']> }>;
  GiftOrderEdge: ResolverTypeWrapper<Omit<GiftOrderEdge, 'node'> & { node: ResolversTypes['GiftOrder'] }>;
  Wallet: ResolverTypeWrapper<WalletMapper>;
  BackpackLotConnection: ResolverTypeWrapper<Omit<BackpackLotConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['BackpackLotEdge']>, nodes: ReadonlyArray<ResolversTypes['BackpackLot']> }>;
  BackpackLotEdge: ResolverTypeWrapper<Omit<BackpackLotEdge, 'node'> & { node: ResolversTypes['BackpackLot'] }>;
  BackpackLot: ResolverTypeWrapper<BackpackLotMapper>;
  BackpackLotSource: BackpackLotSource;
  SpendingLimits: ResolverTypeWrapper<SpendingLimits>;
  OwnLimit: ResolverTypeWrapper<OwnLimit>;
  OwnLimitRaise: ResolverTypeWrapper<OwnLimitRaise>;
  LedgerProof: ResolverTypeWrapper<LedgerProofMapper>;
  LedgerCurrencySums: ResolverTypeWrapper<LedgerCurrencySumsMapper>;
  LedgerShardSums: ResolverTypeWrapper<LedgerShardSumsMapper>;
  LedgerGroupSum: ResolverTypeWrapper<LedgerGroupSum>;
  LedgerPosition: ResolverTypeWrapper<LedgerPositionMapper>;
  LedgerChainPosition: ResolverTypeWrapper<LedgerChainPositionMapper>;
  WalletBalance: ResolverTypeWrapper<WalletBalance>;
  Currency: Currency;
  WalletEntry: ResolverTypeWrapper<WalletEntryMapper>;
  WalletEntryConnection: ResolverTypeWrapper<Omit<WalletEntryConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['WalletEntryEdge']>, nodes: ReadonlyArray<ResolversTypes['WalletEntry']> }>;
  WalletEntryEdge: ResolverTypeWrapper<Omit<WalletEntryEdge, 'node'> & { node: ResolversTypes['WalletEntry'] }>;
  WalletAction: ResolverTypeWrapper<WalletActionMapper>;
  GrantedProps: ResolverTypeWrapper<GrantedPropsMapper>;
  GrantPropsInput: GrantPropsInput;
  TakeBackPropsInput: TakeBackPropsInput;
  SenderRestrictions: ResolverTypeWrapper<SenderRestrictions>;
  WalletActionKind: WalletActionKind;
  WalletActionConnection: ResolverTypeWrapper<Omit<WalletActionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['WalletActionEdge']>, nodes: ReadonlyArray<ResolversTypes['WalletAction']> }>;
  WalletActionEdge: ResolverTypeWrapper<Omit<WalletActionEdge, 'node'> & { node: ResolversTypes['WalletAction'] }>;
  FreezeWalletInput: FreezeWalletInput;
  GrantBonusCoinsInput: GrantBonusCoinsInput;
  SetSenderRestrictionsInput: SetSenderRestrictionsInput;
  WalletActionPayload: ResolverTypeWrapper<Omit<WalletActionPayload, 'wallet'> & { wallet?: Maybe<ResolversTypes['Wallet']> }>;
  WalletActionError: ResolverTypeWrapper<WalletActionError>;
  WalletActionErrorCode: WalletActionErrorCode;
  User: ResolverTypeWrapper<UserMapper>;
  Stream: ResolverTypeWrapper<StreamMapper>;
  GiftGoal: ResolverTypeWrapper<GiftGoalMapper>;
  GiftTotals: ResolverTypeWrapper<GiftTotals>;
  LeaderboardKind: LeaderboardKind;
  LeaderboardPeriod: LeaderboardPeriod;
  LeaderboardState: LeaderboardState;
  Leaderboard: ResolverTypeWrapper<LeaderboardMapper>;
  LeaderboardEntry: ResolverTypeWrapper<LeaderboardEntryMapper>;
  LeaderboardStanding: ResolverTypeWrapper<LeaderboardStanding>;
  LeaderboardConsent: ResolverTypeWrapper<LeaderboardConsent>;
  SetLeaderboardConsentInput: SetLeaderboardConsentInput;
  SetLeaderboardConsentPayload: ResolverTypeWrapper<SetLeaderboardConsentPayload>;
  SetLeaderboardConsentError: ResolverTypeWrapper<SetLeaderboardConsentError>;
  SetLeaderboardConsentErrorCode: SetLeaderboardConsentErrorCode;
  TopUpProduct: ResolverTypeWrapper<TopUpProductMapper>;
  TopUpInput: TopUpInput;
  TopUpPayload: ResolverTypeWrapper<Omit<TopUpPayload, 'order' | 'wallet'> & { order?: Maybe<ResolversTypes['TopUpOrder']>, wallet?: Maybe<ResolversTypes['Wallet']> }>;
  TopUpOrder: ResolverTypeWrapper<TopUpOrderMapper>;
  TopUpRefund: ResolverTypeWrapper<TopUpRefundMapper>;
  RefundTopUpInput: RefundTopUpInput;
  RefundTopUpPayload: ResolverTypeWrapper<Omit<RefundTopUpPayload, 'order'> & { order?: Maybe<ResolversTypes['TopUpOrder']> }>;
  RefundTopUpError: ResolverTypeWrapper<RefundTopUpError>;
  RefundTopUpErrorCode: RefundTopUpErrorCode;
  TopUpStatus: TopUpStatus;
  TopUpOrderConnection: ResolverTypeWrapper<Omit<TopUpOrderConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['TopUpOrderEdge']>, nodes: ReadonlyArray<ResolversTypes['TopUpOrder']> }>;
  TopUpOrderEdge: ResolverTypeWrapper<Omit<TopUpOrderEdge, 'node'> & { node: ResolversTypes['TopUpOrder'] }>;
  Money: ResolverTypeWrapper<Money>;
  TopUpError: ResolverTypeWrapper<TopUpError>;
  TopUpErrorCode: TopUpErrorCode;
  SendGiftInput: SendGiftInput;
  SendGiftPayload: ResolverTypeWrapper<Omit<SendGiftPayload, 'order' | 'wallet'> & { order?: Maybe<ResolversTypes['GiftOrder']>, wallet?: Maybe<ResolversTypes['Wallet']> }>;
  SendGiftError: ResolverTypeWrapper<SendGiftError>;
  SendGiftsInput: SendGiftsInput;
  SendGiftItemInput: SendGiftItemInput;
  BulkMode: BulkMode;
  SendGiftsPayload: ResolverTypeWrapper<Omit<SendGiftsPayload, 'results' | 'wallet'> & { results: ReadonlyArray<ResolversTypes['SendGiftResult']>, wallet?: Maybe<ResolversTypes['Wallet']> }>;
  SendGiftResult: ResolverTypeWrapper<Omit<SendGiftResult, 'order'> & { order?: Maybe<ResolversTypes['GiftOrder']> }>;
  GiftQuoteInput: GiftQuoteInput;
  GiftQuote: ResolverTypeWrapper<Omit<GiftQuote, 'wallet'> & { wallet: ResolversTypes['Wallet'] }>;
  SetSpendingLimitsInput: SetSpendingLimitsInput;
  SetSpendingLimitsPayload: ResolverTypeWrapper<Omit<SetSpendingLimitsPayload, 'wallet'> & { wallet?: Maybe<ResolversTypes['Wallet']> }>;
  SpendingLimitsError: ResolverTypeWrapper<SpendingLimitsError>;
  SpendingLimitsErrorCode: SpendingLimitsErrorCode;
  SendGiftErrorCode: SendGiftErrorCode;
  ClaimDailyPropsInput: ClaimDailyPropsInput;
  ClaimDailyPropsPayload: ResolverTypeWrapper<Omit<ClaimDailyPropsPayload, 'lots' | 'wallet'> & { lots: ReadonlyArray<ResolversTypes['BackpackLot']>, wallet: ResolversTypes['Wallet'] }>;
  ClaimDailyPropsError: ResolverTypeWrapper<ClaimDailyPropsError>;
  ClaimDailyPropsErrorCode: ClaimDailyPropsErrorCode;
  PutGiftInput: PutGiftInput;
  LocalisedNameInput: LocalisedNameInput;
  BundleItemInput: BundleItemInput;
  GiftEffectInput: GiftEffectInput;
  EffectAssetInput: EffectAssetInput;
  SetGiftPriceInput: SetGiftPriceInput;
  WithdrawGiftInput: WithdrawGiftInput;
  GiftEditPayload: ResolverTypeWrapper<Omit<GiftEditPayload, 'gift'> & { gift?: Maybe<ResolversTypes['Gift']> }>;
  PutTopUpProductInput: PutTopUpProductInput;
  PutTopUpProductPayload: ResolverTypeWrapper<Omit<PutTopUpProductPayload, 'product'> & { product?: Maybe<ResolversTypes['TopUpProduct']> }>;
  TradingPolicy: ResolverTypeWrapper<TradingPolicy>;
  SetTradingPolicyInput: SetTradingPolicyInput;
  SetTradingPolicyPayload: ResolverTypeWrapper<SetTradingPolicyPayload>;
  CatalogueError: ResolverTypeWrapper<CatalogueError>;
  CatalogueErrorCode: CatalogueErrorCode;
  CatalogueEditConnection: ResolverTypeWrapper<Omit<CatalogueEditConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['CatalogueEditEdge']>, nodes: ReadonlyArray<ResolversTypes['CatalogueEdit']> }>;
  CatalogueEditEdge: ResolverTypeWrapper<Omit<CatalogueEditEdge, 'node'> & { node: ResolversTypes['CatalogueEdit'] }>;
  CatalogueEdit: ResolverTypeWrapper<CatalogueEditMapper>;
  SetGiftGoalsInput: SetGiftGoalsInput;
  GiftGoalInput: GiftGoalInput;
  SetGiftGoalsPayload: ResolverTypeWrapper<Omit<SetGiftGoalsPayload, 'stream'> & { stream?: Maybe<ResolversTypes['Stream']> }>;
  SetGiftGoalsError: ResolverTypeWrapper<SetGiftGoalsError>;
  SetGiftGoalsErrorCode: SetGiftGoalsErrorCode;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Cursor: Scalars['Cursor']['output'];
  BigInt: Scalars['BigInt']['output'];
  SafeInt: Scalars['SafeInt']['output'];
  DateTime: Scalars['DateTime']['output'];
  PageInfo: PageInfo;
  UserError: ResolversInterfaceTypes<ResolversParentTypes>['UserError'];
  GiftCombo: GiftCombo;
  ID: Scalars['ID']['output'];
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  Gift: GiftMapper;
  GiftPrice: GiftPrice;
  BundleItem: BundleItemMapper;
  GiftEffect: GiftEffect;
  EffectAsset: EffectAsset;
  GiftStock: GiftStockMapper;
  SetGiftStockInput: SetGiftStockInput;
  SetGiftStockPayload: Omit<SetGiftStockPayload, 'stock'> & { stock?: Maybe<ResolversParentTypes['GiftStock']> };
  SetGiftStockError: SetGiftStockError;
  GiftStockEdit: GiftStockEditMapper;
  GiftStockEditConnection: Omit<GiftStockEditConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['GiftStockEditEdge']>, nodes: ReadonlyArray<ResolversParentTypes['GiftStockEdit']> };
  GiftStockEditEdge: Omit<GiftStockEditEdge, 'node'> & { node: ResolversParentTypes['GiftStockEdit'] };
  GiftOrder: GiftOrderMapper;
  PaymentSplit: PaymentSplit;
  GiftReceipt: GiftReceiptMapper;
  GiftReceiptLine: GiftReceiptLineMapper;
  GiftPayment: GiftPaymentMapper;
  GiftRefund: GiftRefundMapper;
  CancelGiftInput: CancelGiftInput;
  CancelGiftPayload: Omit<CancelGiftPayload, 'order' | 'wallet'> & { order?: Maybe<ResolversParentTypes['GiftOrder']>, wallet: ResolversParentTypes['Wallet'] };
  CancelGiftError: CancelGiftError;
  RefundGiftInput: RefundGiftInput;
  RefundGiftPayload: Omit<RefundGiftPayload, 'order'> & { order?: Maybe<ResolversParentTypes['GiftOrder']> };
  RefundGiftError: RefundGiftError;
  GiftOrderFilter: GiftOrderFilter;
  GiftOrderConnection: Omit<GiftOrderConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['GiftOrderEdge']>, nodes: ReadonlyArray<ResolversParentTypes['GiftOrder']> };
  GiftOrderEdge: Omit<GiftOrderEdge, 'node'> & { node: ResolversParentTypes['GiftOrder'] };
  Wallet: WalletMapper;
  BackpackLotConnection: Omit<BackpackLotConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['BackpackLotEdge']>, nodes: ReadonlyArray<ResolversParentTypes['BackpackLot']> };
  BackpackLotEdge: Omit<BackpackLotEdge, 'node'> & { node: ResolversParentTypes['BackpackLot'] };
  BackpackLot: BackpackLotMapper;
  SpendingLimits: SpendingLimits;
  OwnLimit: OwnLimit;
  OwnLimitRaise: OwnLimitRaise;
  LedgerProof: LedgerProofMapper;
  LedgerCurrencySums: LedgerCurrencySumsMapper;
  LedgerShardSums: LedgerShardSumsMapper;
  LedgerGroupSum: LedgerGroupSum;
  LedgerPosition: LedgerPositionMapper;
  LedgerChainPosition: LedgerChainPositionMapper;
  WalletBalance: WalletBalance;
  WalletEntry: WalletEntryMapper;
  WalletEntryConnection: Omit<WalletEntryConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['WalletEntryEdge']>, nodes: ReadonlyArray<ResolversParentTypes['WalletEntry']> };
  WalletEntryEdge: Omit<WalletEntryEdge, 'node'> & { node: ResolversParentTypes['WalletEntry'] };
  WalletAction: WalletActionMapper;
  GrantedProps: GrantedPropsMapper;
  GrantPropsInput: GrantPropsInput;
  TakeBackPropsInput: TakeBackPropsInput;
  SenderRestrictions: SenderRestrictions;
  WalletActionConnection: Omit<WalletActionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['WalletActionEdge']>, nodes: ReadonlyArray<ResolversParentTypes['WalletAction']> };
  WalletActionEdge: Omit<WalletActionEdge, 'node'> & { node: ResolversParentTypes['WalletAction'] };
  FreezeWalletInput: FreezeWalletInput;
  GrantBonusCoinsInput: GrantBonusCoinsInput;
  SetSenderRestrictionsInput: SetSenderRestrictionsInput;
  WalletActionPayload: Omit<WalletActionPayload, 'wallet'> & { wallet?: Maybe<ResolversParentTypes['Wallet']> };
  WalletActionError: WalletActionError;
  User: UserMapper;
  Stream: StreamMapper;
  GiftGoal: GiftGoalMapper;
  GiftTotals: GiftTotals;
  Leaderboard: LeaderboardMapper;
  LeaderboardEntry: LeaderboardEntryMapper;
  LeaderboardStanding: LeaderboardStanding;
  LeaderboardConsent: LeaderboardConsent;
  SetLeaderboardConsentInput: SetLeaderboardConsentInput;
  SetLeaderboardConsentPayload: SetLeaderboardConsentPayload;
  SetLeaderboardConsentError: SetLeaderboardConsentError;
  TopUpProduct: TopUpProductMapper;
  TopUpInput: TopUpInput;
  TopUpPayload: Omit<TopUpPayload, 'order' | 'wallet'> & { order?: Maybe<ResolversParentTypes['TopUpOrder']>, wallet?: Maybe<ResolversParentTypes['Wallet']> };
  TopUpOrder: TopUpOrderMapper;
  TopUpRefund: TopUpRefundMapper;
  RefundTopUpInput: RefundTopUpInput;
  RefundTopUpPayload: Omit<RefundTopUpPayload, 'order'> & { order?: Maybe<ResolversParentTypes['TopUpOrder']> };
  RefundTopUpError: RefundTopUpError;
  TopUpOrderConnection: Omit<TopUpOrderConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['TopUpOrderEdge']>, nodes: ReadonlyArray<ResolversParentTypes['TopUpOrder']> };
  TopUpOrderEdge: Omit<TopUpOrderEdge, 'node'> & { node: ResolversParentTypes['TopUpOrder'] };
  Money: Money;
  TopUpError: TopUpError;
  SendGiftInput: SendGiftInput;
  SendGiftPayload: Omit<SendGiftPayload, 'order' | 'wallet'> & { order?: Maybe<ResolversParentTypes['GiftOrder']>, wallet?: Maybe<ResolversParentTypes['Wallet']> };
  SendGiftError: SendGiftError;
  SendGiftsInput: SendGiftsInput;
  SendGiftItemInput: SendGiftItemInput;
  SendGiftsPayload: Omit<SendGiftsPayload, 'results' | 'wallet'> & { results: ReadonlyArray<ResolversParentTypes['SendGiftResult']>, wallet?: Maybe<ResolversParentTypes['Wallet']> };
  SendGiftResult: Omit<SendGiftResult, 'order'> & { order?: Maybe<ResolversParentTypes['GiftOrder']> };
  GiftQuoteInput: GiftQuoteInput;
  GiftQuote: Omit<GiftQuote, 'wallet'> & { wallet: ResolversParentTypes['Wallet'] };
  SetSpendingLimitsInput: SetSpendingLimitsInput;
  SetSpendingLimitsPayload: Omit<SetSpendingLimitsPayload, 'wallet'> & { wallet?: Maybe<ResolversParentTypes['Wallet']> };
  SpendingLimitsError: SpendingLimitsError;
  ClaimDailyPropsInput: ClaimDailyPropsInput;
  ClaimDailyPropsPayload: Omit<ClaimDailyPropsPayload, 'lots' | 'wallet'> & { lots: ReadonlyArray<ResolversParentTypes['BackpackLot']>, wallet: ResolversParentTypes['Wallet'] };
  ClaimDailyPropsError: ClaimDailyPropsError;
  PutGiftInput: PutGiftInput;
  LocalisedNameInput: LocalisedNameInput;
  BundleItemInput: BundleItemInput;
  GiftEffectInput: GiftEffectInput;
  EffectAssetInput: EffectAssetInput;
  SetGiftPriceInput: SetGiftPriceInput;
  WithdrawGiftInput: WithdrawGiftInput;
  GiftEditPayload: Omit<GiftEditPayload, 'gift'> & { gift?: Maybe<ResolversParentTypes['Gift']> };
  PutTopUpProductInput: PutTopUpProductInput;
  PutTopUpProductPayload: Omit<PutTopUpProductPayload, 'product'> & { product?: Maybe<ResolversParentTypes['TopUpProduct']> };
  TradingPolicy: TradingPolicy;
  SetTradingPolicyInput: SetTradingPolicyInput;
  SetTradingPolicyPayload: SetTradingPolicyPayload;
  CatalogueError: CatalogueError;
  CatalogueEditConnection: Omit<CatalogueEditConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['CatalogueEditEdge']>, nodes: ReadonlyArray<ResolversParentTypes['CatalogueEdit']> };
  CatalogueEditEdge: Omit<CatalogueEditEdge, 'node'> & { node: ResolversParentTypes['CatalogueEdit'] };
  CatalogueEdit: CatalogueEditMapper;
  SetGiftGoalsInput: SetGiftGoalsInput;
  GiftGoalInput: GiftGoalInput;
  SetGiftGoalsPayload: Omit<SetGiftGoalsPayload, 'stream'> & { stream?: Maybe<ResolversParentTypes['Stream']> };
  SetGiftGoalsError: SetGiftGoalsError;
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
  Boolean: Scalars['Boolean']['output'];
};

export type BroadcastDirectiveArgs = {
  subject?: Maybe<Scalars['String']['input']>;
  audience?: Maybe<Scalars['String']['input']>;
};

export type BroadcastDirectiveResolver<Result, Parent, ContextType = Context, Args = BroadcastDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type PersonalDirectiveArgs = { };

export type PersonalDirectiveResolver<Result, Parent, ContextType = Context, Args = PersonalDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CacheControlDirectiveArgs = {
  maxAge?: Maybe<Scalars['Int']['input']>;
  scope?: Maybe<CacheControlScope>;
  inheritMaxAge?: Maybe<Scalars['Boolean']['input']>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface BigIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['BigInt'], any> {
  name: 'BigInt';
}

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType: TypeResolveFn<'SetGiftStockError' | 'CancelGiftError' | 'RefundGiftError' | 'WalletActionError' | 'SetLeaderboardConsentError' | 'RefundTopUpError' | 'TopUpError' | 'SendGiftError' | 'SpendingLimitsError' | 'ClaimDailyPropsError' | 'CatalogueError' | 'SetGiftGoalsError', ParentType, ContextType>;
};

export type GiftComboResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftCombo'] = ResolversParentTypes['GiftCombo']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  gifts: Resolver<ReadonlyArray<ResolversTypes['Gift']>, ParentType, ContextType, RequireFields<Query_GiftsArgs, 'first'>>;
  gift: Resolver<Maybe<ResolversTypes['Gift']>, ParentType, ContextType, RequireFields<Query_GiftArgs, 'id'>>;
  topUpProducts: Resolver<ReadonlyArray<ResolversTypes['TopUpProduct']>, ParentType, ContextType>;
  giftOrder: Resolver<Maybe<ResolversTypes['GiftOrder']>, ParentType, ContextType, RequireFields<Query_GiftOrderArgs, 'id'>>;
  giftOrders: Resolver<ResolversTypes['GiftOrderConnection'], ParentType, ContextType, RequireFields<Query_GiftOrdersArgs, 'filter' | 'first'>>;
  walletActions: Resolver<ResolversTypes['WalletActionConnection'], ParentType, ContextType, RequireFields<Query_WalletActionsArgs, 'userId' | 'first'>>;
  topUp: Resolver<Maybe<ResolversTypes['TopUpOrder']>, ParentType, ContextType, RequireFields<Query_TopUpArgs, 'id'>>;
  leaderboard: Resolver<ResolversTypes['Leaderboard'], ParentType, ContextType, RequireFields<Query_LeaderboardArgs, 'kind' | 'period' | 'first'>>;
  giftQuote: Resolver<ResolversTypes['GiftQuote'], ParentType, ContextType, RequireFields<Query_GiftQuoteArgs, 'input'>>;
  catalogueAudit: Resolver<ResolversTypes['CatalogueEditConnection'], ParentType, ContextType, RequireFields<Query_CatalogueAuditArgs, 'first'>>;
  tradingPolicy: Resolver<ResolversTypes['TradingPolicy'], ParentType, ContextType>;
  ledgerProof: Resolver<ResolversTypes['LedgerProof'], ParentType, ContextType, RequireFields<Query_LedgerProofArgs, 'recompute'>>;
  giftStockEdits: Resolver<ResolversTypes['GiftStockEditConnection'], ParentType, ContextType, RequireFields<Query_GiftStockEditsArgs, 'giftId' | 'first'>>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  topUp: Resolver<ResolversTypes['TopUpPayload'], ParentType, ContextType, RequireFields<Mutation_TopUpArgs, 'input'>>;
  cancelGift: Resolver<ResolversTypes['CancelGiftPayload'], ParentType, ContextType, RequireFields<Mutation_CancelGiftArgs, 'input'>>;
  refundGift: Resolver<ResolversTypes['RefundGiftPayload'], ParentType, ContextType, RequireFields<Mutation_RefundGiftArgs, 'input'>>;
  sendGift: Resolver<ResolversTypes['SendGiftPayload'], ParentType, ContextType, RequireFields<Mutation_SendGiftArgs, 'input'>>;
  sendGifts: Resolver<ResolversTypes['SendGiftsPayload'], ParentType, ContextType, RequireFields<Mutation_SendGiftsArgs, 'input'>>;
  setSpendingLimits: Resolver<ResolversTypes['SetSpendingLimitsPayload'], ParentType, ContextType, RequireFields<Mutation_SetSpendingLimitsArgs, 'input'>>;
  setSenderRestrictions: Resolver<ResolversTypes['WalletActionPayload'], ParentType, ContextType, RequireFields<Mutation_SetSenderRestrictionsArgs, 'input'>>;
  freezeWallet: Resolver<ResolversTypes['WalletActionPayload'], ParentType, ContextType, RequireFields<Mutation_FreezeWalletArgs, 'input'>>;
  unfreezeWallet: Resolver<ResolversTypes['WalletActionPayload'], ParentType, ContextType, RequireFields<Mutation_UnfreezeWalletArgs, 'input'>>;
  grantBonusCoins: Resolver<ResolversTypes['WalletActionPayload'], ParentType, ContextType, RequireFields<Mutation_GrantBonusCoinsArgs, 'input'>>;
  claimDailyProps: Resolver<ResolversTypes['ClaimDailyPropsPayload'], ParentType, ContextType, RequireFields<Mutation_ClaimDailyPropsArgs, 'input'>>;
  grantProps: Resolver<ResolversTypes['WalletActionPayload'], ParentType, ContextType, RequireFields<Mutation_GrantPropsArgs, 'input'>>;
  takeBackProps: Resolver<ResolversTypes['WalletActionPayload'], ParentType, ContextType, RequireFields<Mutation_TakeBackPropsArgs, 'input'>>;
  setGiftStock: Resolver<ResolversTypes['SetGiftStockPayload'], ParentType, ContextType, RequireFields<Mutation_SetGiftStockArgs, 'input'>>;
  setLeaderboardConsent: Resolver<ResolversTypes['SetLeaderboardConsentPayload'], ParentType, ContextType, RequireFields<Mutation_SetLeaderboardConsentArgs, 'input'>>;
  putGift: Resolver<ResolversTypes['GiftEditPayload'], ParentType, ContextType, RequireFields<Mutation_PutGiftArgs, 'input'>>;
  setGiftPrice: Resolver<ResolversTypes['GiftEditPayload'], ParentType, ContextType, RequireFields<Mutation_SetGiftPriceArgs, 'input'>>;
  withdrawGift: Resolver<ResolversTypes['GiftEditPayload'], ParentType, ContextType, RequireFields<Mutation_WithdrawGiftArgs, 'input'>>;
  putTopUpProduct: Resolver<ResolversTypes['PutTopUpProductPayload'], ParentType, ContextType, RequireFields<Mutation_PutTopUpProductArgs, 'input'>>;
  setTradingPolicy: Resolver<ResolversTypes['SetTradingPolicyPayload'], ParentType, ContextType, RequireFields<Mutation_SetTradingPolicyArgs, 'input'>>;
  refundTopUp: Resolver<ResolversTypes['RefundTopUpPayload'], ParentType, ContextType, RequireFields<Mutation_RefundTopUpArgs, 'input'>>;
  setGiftGoals: Resolver<ResolversTypes['SetGiftGoalsPayload'], ParentType, ContextType, RequireFields<Mutation_SetGiftGoalsArgs, 'input'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  walletChanged: SubscriptionResolver<ResolversTypes['Wallet'], "walletChanged", ParentType, ContextType>;
  topUpChanged: SubscriptionResolver<ResolversTypes['TopUpOrder'], "topUpChanged", ParentType, ContextType, RequireFields<Subscription_TopUpChangedArgs, 'topUpId'>>;
  orderChanged: SubscriptionResolver<ResolversTypes['GiftOrder'], "orderChanged", ParentType, ContextType, RequireFields<Subscription_OrderChangedArgs, 'orderId'>>;
  leaderboardChanged: SubscriptionResolver<ResolversTypes['Leaderboard'], "leaderboardChanged", ParentType, ContextType, RequireFields<Subscription_LeaderboardChangedArgs, 'streamId' | 'first'>>;
};

export type GiftResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Gift'] = ResolversParentTypes['Gift'], FederationReferenceType extends FederationReferenceTypes['Gift'] = FederationReferenceTypes['Gift']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Gift']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType, Partial<Gift_NameArgs>>;
  priceCoins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  priceVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  prices?: Resolver<ReadonlyArray<ResolversTypes['GiftPrice']>, ParentType, ContextType, RequireFields<Gift_PricesArgs, 'first'>>;
  imageUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['GiftKind'], ParentType, ContextType>;
  bundle?: Resolver<ReadonlyArray<ResolversTypes['BundleItem']>, ParentType, ContextType>;
  onSaleFrom?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  onSaleUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  regions?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  effect?: Resolver<Maybe<ResolversTypes['GiftEffect']>, ParentType, ContextType>;
  cancelWindowSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  comboWindowSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  dailyQuantityMax?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  limited?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  dailyFree?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  stock?: Resolver<Maybe<ResolversTypes['GiftStock']>, ParentType, ContextType>;
};

export type GiftPriceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftPrice'] = ResolversParentTypes['GiftPrice']> = {
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type BundleItemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BundleItem'] = ResolversParentTypes['BundleItem']> = {
  gift?: Resolver<ResolversTypes['Gift'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type GiftEffectResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftEffect'] = ResolversParentTypes['GiftEffect']> = {
  assets?: Resolver<ReadonlyArray<ResolversTypes['EffectAsset']>, ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EffectAssetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EffectAsset'] = ResolversParentTypes['EffectAsset']> = {
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mimeType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type GiftStockResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftStock'] = ResolversParentTypes['GiftStock']> = {
  total?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type SetGiftStockPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetGiftStockPayload'] = ResolversParentTypes['SetGiftStockPayload']> = {
  stock?: Resolver<Maybe<ResolversTypes['GiftStock']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['SetGiftStockError']>, ParentType, ContextType>;
};

export type SetGiftStockErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetGiftStockError'] = ResolversParentTypes['SetGiftStockError']> = {
  code?: Resolver<ResolversTypes['SetGiftStockErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GiftStockEditResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftStockEdit'] = ResolversParentTypes['GiftStockEdit']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  totalBefore?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['SetGiftStockErrorCode']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type GiftStockEditConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftStockEditConnection'] = ResolversParentTypes['GiftStockEditConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['GiftStockEditEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['GiftStockEdit']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GiftStockEditEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftStockEditEdge'] = ResolversParentTypes['GiftStockEditEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['GiftStockEdit'], ParentType, ContextType>;
};

export type GiftOrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftOrder'] = ResolversParentTypes['GiftOrder'], FederationReferenceType extends FederationReferenceTypes['GiftOrder'] = FederationReferenceTypes['GiftOrder']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['GiftOrder']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['GiftOrderStatus'], ParentType, ContextType>;
  sender?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  receiver?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  stream?: Resolver<Maybe<ResolversTypes['Stream']>, ParentType, ContextType>;
  gift?: Resolver<ResolversTypes['Gift'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  priceCoins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  priceVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  payment?: Resolver<ResolversTypes['PaymentSplit'], ParentType, ContextType>;
  combo?: Resolver<ResolversTypes['GiftCombo'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  settledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  cancellableUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  receipt?: Resolver<ResolversTypes['GiftReceipt'], ParentType, ContextType>;
  refund?: Resolver<Maybe<ResolversTypes['GiftRefund']>, ParentType, ContextType>;
};

export type PaymentSplitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaymentSplit'] = ResolversParentTypes['PaymentSplit']> = {
  backpackPieces?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bonusCoins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type GiftReceiptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftReceipt'] = ResolversParentTypes['GiftReceipt']> = {
  number?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  issuedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['GiftReceiptLine']>, ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  payments?: Resolver<ReadonlyArray<ResolversTypes['GiftPayment']>, ParentType, ContextType>;
  refund?: Resolver<Maybe<ResolversTypes['GiftRefund']>, ParentType, ContextType>;
};

export type GiftReceiptLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftReceiptLine'] = ResolversParentTypes['GiftReceiptLine']> = {
  gift?: Resolver<ResolversTypes['Gift'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  priceCoins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  priceVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type GiftPaymentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftPayment'] = ResolversParentTypes['GiftPayment']> = {
  means?: Resolver<ResolversTypes['PaymentMeans'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  balanceAfter?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
};

export type GiftRefundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftRefund'] = ResolversParentTypes['GiftRefund']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refundedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  returnedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  diamonds?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  diamondsLost?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  operatorId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CancelGiftPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CancelGiftPayload'] = ResolversParentTypes['CancelGiftPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['GiftOrder']>, ParentType, ContextType>;
  wallet?: Resolver<ResolversTypes['Wallet'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['CancelGiftError']>, ParentType, ContextType>;
};

export type CancelGiftErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CancelGiftError'] = ResolversParentTypes['CancelGiftError']> = {
  code?: Resolver<ResolversTypes['CancelGiftErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RefundGiftPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefundGiftPayload'] = ResolversParentTypes['RefundGiftPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['GiftOrder']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['RefundGiftError']>, ParentType, ContextType>;
};

export type RefundGiftErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefundGiftError'] = ResolversParentTypes['RefundGiftError']> = {
  code?: Resolver<ResolversTypes['RefundGiftErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GiftOrderConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftOrderConnection'] = ResolversParentTypes['GiftOrderConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['GiftOrderEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['GiftOrder']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GiftOrderEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftOrderEdge'] = ResolversParentTypes['GiftOrderEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['GiftOrder'], ParentType, ContextType>;
};

export type WalletResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Wallet'] = ResolversParentTypes['Wallet']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  bonusCoins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  diamonds?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  heldCoins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  frozen?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  limits?: Resolver<ResolversTypes['SpendingLimits'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  balanceAt?: Resolver<ResolversTypes['WalletBalance'], ParentType, ContextType, RequireFields<Wallet_BalanceAtArgs, 'at'>>;
  entries?: Resolver<ResolversTypes['WalletEntryConnection'], ParentType, ContextType, RequireFields<Wallet_EntriesArgs, 'first'>>;
  orders?: Resolver<ResolversTypes['GiftOrderConnection'], ParentType, ContextType, RequireFields<Wallet_OrdersArgs, 'first'>>;
  topUps?: Resolver<ResolversTypes['TopUpOrderConnection'], ParentType, ContextType, RequireFields<Wallet_TopUpsArgs, 'first'>>;
  backpack?: Resolver<ResolversTypes['BackpackLotConnection'], ParentType, ContextType, RequireFields<Wallet_BackpackArgs, 'first'>>;
};

export type BackpackLotConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BackpackLotConnection'] = ResolversParentTypes['BackpackLotConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['BackpackLotEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['BackpackLot']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BackpackLotEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BackpackLotEdge'] = ResolversParentTypes['BackpackLotEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['BackpackLot'], ParentType, ContextType>;
};

export type BackpackLotResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BackpackLot'] = ResolversParentTypes['BackpackLot']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  gift?: Resolver<ResolversTypes['Gift'], ParentType, ContextType>;
  granted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['BackpackLotSource'], ParentType, ContextType>;
  grantedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type SpendingLimitsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SpendingLimits'] = ResolversParentTypes['SpendingLimits']> = {
  dayCoinsMax?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  dayCoinsSpent?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  dayEndsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sessionCoinsMax?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  ownDayCoins?: Resolver<ResolversTypes['OwnLimit'], ParentType, ContextType>;
  ownSessionCoins?: Resolver<ResolversTypes['OwnLimit'], ParentType, ContextType>;
};

export type OwnLimitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OwnLimit'] = ResolversParentTypes['OwnLimit']> = {
  coinsMax?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  raise?: Resolver<Maybe<ResolversTypes['OwnLimitRaise']>, ParentType, ContextType>;
};

export type OwnLimitRaiseResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OwnLimitRaise'] = ResolversParentTypes['OwnLimitRaise']> = {
  coinsMax?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type LedgerProofResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LedgerProof'] = ResolversParentTypes['LedgerProof']> = {
  holds?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  faults?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  recomputed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  currencies?: Resolver<ReadonlyArray<ResolversTypes['LedgerCurrencySums']>, ParentType, ContextType>;
  shards?: Resolver<ReadonlyArray<ResolversTypes['LedgerShardSums']>, ParentType, ContextType>;
  positions?: Resolver<ReadonlyArray<ResolversTypes['LedgerPosition']>, ParentType, ContextType>;
};

export type LedgerCurrencySumsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LedgerCurrencySums'] = ResolversParentTypes['LedgerCurrencySums']> = {
  currency?: Resolver<ResolversTypes['Currency'], ParentType, ContextType>;
  wallets?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  sum?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  underWay?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type LedgerShardSumsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LedgerShardSums'] = ResolversParentTypes['LedgerShardSums']> = {
  shard?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['Currency'], ParentType, ContextType>;
  wallets?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  sum?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  groups?: Resolver<ReadonlyArray<ResolversTypes['LedgerGroupSum']>, ParentType, ContextType>;
};

export type LedgerGroupSumResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LedgerGroupSum'] = ResolversParentTypes['LedgerGroupSum']> = {
  group?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type LedgerPositionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LedgerPosition'] = ResolversParentTypes['LedgerPosition']> = {
  partition?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  snapshot?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  chains?: Resolver<ReadonlyArray<ResolversTypes['LedgerChainPosition']>, ParentType, ContextType>;
};

export type LedgerChainPositionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LedgerChainPosition'] = ResolversParentTypes['LedgerChainPosition']> = {
  shard?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  seal?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sealedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type WalletBalanceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WalletBalance'] = ResolversParentTypes['WalletBalance']> = {
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  bonusCoins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  diamonds?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type WalletEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WalletEntry'] = ResolversParentTypes['WalletEntry']> = {
  seq?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['Currency'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  balanceAfter?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  causeId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  giftOrder?: Resolver<Maybe<ResolversTypes['GiftOrder']>, ParentType, ContextType>;
  topUp?: Resolver<Maybe<ResolversTypes['TopUpOrder']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type WalletEntryConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WalletEntryConnection'] = ResolversParentTypes['WalletEntryConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['WalletEntryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['WalletEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type WalletEntryEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WalletEntryEdge'] = ResolversParentTypes['WalletEntryEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['WalletEntry'], ParentType, ContextType>;
};

export type WalletActionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WalletAction'] = ResolversParentTypes['WalletAction']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['WalletActionKind'], ParentType, ContextType>;
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bonusCoins?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  restrictions?: Resolver<Maybe<ResolversTypes['SenderRestrictions']>, ParentType, ContextType>;
  props?: Resolver<Maybe<ResolversTypes['GrantedProps']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['WalletActionErrorCode']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type GrantedPropsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GrantedProps'] = ResolversParentTypes['GrantedProps']> = {
  gift?: Resolver<Maybe<ResolversTypes['Gift']>, ParentType, ContextType>;
  pieces?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type SenderRestrictionsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SenderRestrictions'] = ResolversParentTypes['SenderRestrictions']> = {
  minor?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  blocked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  blockedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  dayCoinsMax?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  sessionCoinsMax?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  velocityOrdersMax?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type WalletActionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WalletActionConnection'] = ResolversParentTypes['WalletActionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['WalletActionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['WalletAction']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type WalletActionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WalletActionEdge'] = ResolversParentTypes['WalletActionEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['WalletAction'], ParentType, ContextType>;
};

export type WalletActionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WalletActionPayload'] = ResolversParentTypes['WalletActionPayload']> = {
  wallet?: Resolver<Maybe<ResolversTypes['Wallet']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['WalletActionError']>, ParentType, ContextType>;
};

export type WalletActionErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WalletActionError'] = ResolversParentTypes['WalletActionError']> = {
  code?: Resolver<ResolversTypes['WalletActionErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  wallet?: Resolver<Maybe<ResolversTypes['Wallet']>, ParentType, ContextType>;
  leaderboardConsent?: Resolver<Maybe<ResolversTypes['LeaderboardConsent']>, ParentType, ContextType>;
};

export type StreamResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Stream'] = ResolversParentTypes['Stream'], FederationReferenceType extends FederationReferenceTypes['Stream'] = FederationReferenceTypes['Stream']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Stream']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  giftTotals?: Resolver<Maybe<ResolversTypes['GiftTotals']>, ParentType, ContextType>;
  giftGoals?: Resolver<ReadonlyArray<ResolversTypes['GiftGoal']>, ParentType, ContextType>;
  leaderboard?: Resolver<Maybe<ResolversTypes['Leaderboard']>, ParentType, ContextType, RequireFields<Stream_LeaderboardArgs, 'first'>>;
};

export type GiftGoalResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftGoal'] = ResolversParentTypes['GiftGoal']> = {
  gift?: Resolver<Maybe<ResolversTypes['Gift']>, ParentType, ContextType>;
  target?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  reachedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type GiftTotalsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftTotals'] = ResolversParentTypes['GiftTotals']> = {
  gifts?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type LeaderboardResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Leaderboard'] = ResolversParentTypes['Leaderboard']> = {
  kind?: Resolver<ResolversTypes['LeaderboardKind'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['LeaderboardState'], ParentType, ContextType>;
  entries?: Resolver<ReadonlyArray<ResolversTypes['LeaderboardEntry']>, ParentType, ContextType>;
  members?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  me?: Resolver<Maybe<ResolversTypes['LeaderboardStanding']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type LeaderboardEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LeaderboardEntry'] = ResolversParentTypes['LeaderboardEntry']> = {
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  coins?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  spentCoins?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
};

export type LeaderboardStandingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LeaderboardStanding'] = ResolversParentTypes['LeaderboardStanding']> = {
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type LeaderboardConsentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LeaderboardConsent'] = ResolversParentTypes['LeaderboardConsent']> = {
  showSpend?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hidden?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SetLeaderboardConsentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetLeaderboardConsentPayload'] = ResolversParentTypes['SetLeaderboardConsentPayload']> = {
  consent?: Resolver<Maybe<ResolversTypes['LeaderboardConsent']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['SetLeaderboardConsentError']>, ParentType, ContextType>;
};

export type SetLeaderboardConsentErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetLeaderboardConsentError'] = ResolversParentTypes['SetLeaderboardConsentError']> = {
  code?: Resolver<ResolversTypes['SetLeaderboardConsentErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TopUpProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TopUpProduct'] = ResolversParentTypes['TopUpProduct']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  bonusCoins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  onSale?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type TopUpPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TopUpPayload'] = ResolversParentTypes['TopUpPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['TopUpOrder']>, ParentType, ContextType>;
  clientSecret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  wallet?: Resolver<Maybe<ResolversTypes['Wallet']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['TopUpError']>, ParentType, ContextType>;
};

export type TopUpOrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TopUpOrder'] = ResolversParentTypes['TopUpOrder']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['TopUpStatus'], ParentType, ContextType>;
  buyer?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  coins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  bonusCoins?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  settledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  refundedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  refunds?: Resolver<ReadonlyArray<ResolversTypes['TopUpRefund']>, ParentType, ContextType>;
};

export type TopUpRefundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TopUpRefund'] = ResolversParentTypes['TopUpRefund']> = {
  attempt?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['RefundTopUpErrorCode']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type RefundTopUpPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefundTopUpPayload'] = ResolversParentTypes['RefundTopUpPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['TopUpOrder']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['RefundTopUpError']>, ParentType, ContextType>;
};

export type RefundTopUpErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefundTopUpError'] = ResolversParentTypes['RefundTopUpError']> = {
  code?: Resolver<ResolversTypes['RefundTopUpErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TopUpOrderConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TopUpOrderConnection'] = ResolversParentTypes['TopUpOrderConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TopUpOrderEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['TopUpOrder']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TopUpOrderEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TopUpOrderEdge'] = ResolversParentTypes['TopUpOrderEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['TopUpOrder'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amountMinor?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TopUpErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TopUpError'] = ResolversParentTypes['TopUpError']> = {
  code?: Resolver<ResolversTypes['TopUpErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SendGiftPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SendGiftPayload'] = ResolversParentTypes['SendGiftPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['GiftOrder']>, ParentType, ContextType>;
  wallet?: Resolver<Maybe<ResolversTypes['Wallet']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['SendGiftError']>, ParentType, ContextType>;
};

export type SendGiftErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SendGiftError'] = ResolversParentTypes['SendGiftError']> = {
  code?: Resolver<ResolversTypes['SendGiftErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  retryAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SendGiftsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SendGiftsPayload'] = ResolversParentTypes['SendGiftsPayload']> = {
  results?: Resolver<ReadonlyArray<ResolversTypes['SendGiftResult']>, ParentType, ContextType>;
  wallet?: Resolver<Maybe<ResolversTypes['Wallet']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['SendGiftError']>, ParentType, ContextType>;
};

export type SendGiftResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SendGiftResult'] = ResolversParentTypes['SendGiftResult']> = {
  order?: Resolver<Maybe<ResolversTypes['GiftOrder']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['SendGiftError']>, ParentType, ContextType>;
};

export type GiftQuoteResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftQuote'] = ResolversParentTypes['GiftQuote']> = {
  refusal?: Resolver<Maybe<ResolversTypes['SendGiftError']>, ParentType, ContextType>;
  coins?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  priceCoins?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['PaymentSplit']>, ParentType, ContextType>;
  comboCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  wallet?: Resolver<ResolversTypes['Wallet'], ParentType, ContextType>;
  sessionCoinsLeft?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
};

export type SetSpendingLimitsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetSpendingLimitsPayload'] = ResolversParentTypes['SetSpendingLimitsPayload']> = {
  wallet?: Resolver<Maybe<ResolversTypes['Wallet']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['SpendingLimitsError']>, ParentType, ContextType>;
};

export type SpendingLimitsErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SpendingLimitsError'] = ResolversParentTypes['SpendingLimitsError']> = {
  code?: Resolver<ResolversTypes['SpendingLimitsErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ClaimDailyPropsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ClaimDailyPropsPayload'] = ResolversParentTypes['ClaimDailyPropsPayload']> = {
  lots?: Resolver<ReadonlyArray<ResolversTypes['BackpackLot']>, ParentType, ContextType>;
  wallet?: Resolver<ResolversTypes['Wallet'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['ClaimDailyPropsError']>, ParentType, ContextType>;
};

export type ClaimDailyPropsErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ClaimDailyPropsError'] = ResolversParentTypes['ClaimDailyPropsError']> = {
  code?: Resolver<ResolversTypes['ClaimDailyPropsErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GiftEditPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GiftEditPayload'] = ResolversParentTypes['GiftEditPayload']> = {
  gift?: Resolver<Maybe<ResolversTypes['Gift']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['CatalogueError']>, ParentType, ContextType>;
};

export type PutTopUpProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PutTopUpProductPayload'] = ResolversParentTypes['PutTopUpProductPayload']> = {
  product?: Resolver<Maybe<ResolversTypes['TopUpProduct']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['CatalogueError']>, ParentType, ContextType>;
};

export type TradingPolicyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TradingPolicy'] = ResolversParentTypes['TradingPolicy']> = {
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  dayCoinsMax?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  sessionCoinsMax?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  velocityOrdersMax?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  velocityWindowSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  comboWindowSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  leaderboards?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  leaderboardRegionsOff?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  leaderboardConsent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SetTradingPolicyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetTradingPolicyPayload'] = ResolversParentTypes['SetTradingPolicyPayload']> = {
  policy?: Resolver<Maybe<ResolversTypes['TradingPolicy']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['CatalogueError']>, ParentType, ContextType>;
};

export type CatalogueErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CatalogueError'] = ResolversParentTypes['CatalogueError']> = {
  code?: Resolver<ResolversTypes['CatalogueErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CatalogueEditConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CatalogueEditConnection'] = ResolversParentTypes['CatalogueEditConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['CatalogueEditEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['CatalogueEdit']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CatalogueEditEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CatalogueEditEdge'] = ResolversParentTypes['CatalogueEditEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['CatalogueEdit'], ParentType, ContextType>;
};

export type CatalogueEditResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CatalogueEdit'] = ResolversParentTypes['CatalogueEdit']> = {
  version?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  operation?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  itemId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  changedFields?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  after?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SetGiftGoalsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetGiftGoalsPayload'] = ResolversParentTypes['SetGiftGoalsPayload']> = {
  stream?: Resolver<Maybe<ResolversTypes['Stream']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['SetGiftGoalsError']>, ParentType, ContextType>;
};

export type SetGiftGoalsErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetGiftGoalsError'] = ResolversParentTypes['SetGiftGoalsError']> = {
  code?: Resolver<ResolversTypes['SetGiftGoalsErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Cursor?: GraphQLScalarType;
  BigInt?: GraphQLScalarType;
  SafeInt?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  PageInfo?: PageInfoResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  GiftCombo?: GiftComboResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Gift?: GiftResolvers<ContextType>;
  GiftPrice?: GiftPriceResolvers<ContextType>;
  BundleItem?: BundleItemResolvers<ContextType>;
  GiftEffect?: GiftEffectResolvers<ContextType>;
  EffectAsset?: EffectAssetResolvers<ContextType>;
  GiftStock?: GiftStockResolvers<ContextType>;
  SetGiftStockPayload?: SetGiftStockPayloadResolvers<ContextType>;
  SetGiftStockError?: SetGiftStockErrorResolvers<ContextType>;
  GiftStockEdit?: GiftStockEditResolvers<ContextType>;
  GiftStockEditConnection?: GiftStockEditConnectionResolvers<ContextType>;
  GiftStockEditEdge?: GiftStockEditEdgeResolvers<ContextType>;
  GiftOrder?: GiftOrderResolvers<ContextType>;
  PaymentSplit?: PaymentSplitResolvers<ContextType>;
  GiftReceipt?: GiftReceiptResolvers<ContextType>;
  GiftReceiptLine?: GiftReceiptLineResolvers<ContextType>;
  GiftPayment?: GiftPaymentResolvers<ContextType>;
  GiftRefund?: GiftRefundResolvers<ContextType>;
  CancelGiftPayload?: CancelGiftPayloadResolvers<ContextType>;
  CancelGiftError?: CancelGiftErrorResolvers<ContextType>;
  RefundGiftPayload?: RefundGiftPayloadResolvers<ContextType>;
  RefundGiftError?: RefundGiftErrorResolvers<ContextType>;
  GiftOrderConnection?: GiftOrderConnectionResolvers<ContextType>;
  GiftOrderEdge?: GiftOrderEdgeResolvers<ContextType>;
  Wallet?: WalletResolvers<ContextType>;
  BackpackLotConnection?: BackpackLotConnectionResolvers<ContextType>;
  BackpackLotEdge?: BackpackLotEdgeResolvers<ContextType>;
  BackpackLot?: BackpackLotResolvers<ContextType>;
  SpendingLimits?: SpendingLimitsResolvers<ContextType>;
  OwnLimit?: OwnLimitResolvers<ContextType>;
  OwnLimitRaise?: OwnLimitRaiseResolvers<ContextType>;
  LedgerProof?: LedgerProofResolvers<ContextType>;
  LedgerCurrencySums?: LedgerCurrencySumsResolvers<ContextType>;
  LedgerShardSums?: LedgerShardSumsResolvers<ContextType>;
  LedgerGroupSum?: LedgerGroupSumResolvers<ContextType>;
  LedgerPosition?: LedgerPositionResolvers<ContextType>;
  LedgerChainPosition?: LedgerChainPositionResolvers<ContextType>;
  WalletBalance?: WalletBalanceResolvers<ContextType>;
  WalletEntry?: WalletEntryResolvers<ContextType>;
  WalletEntryConnection?: WalletEntryConnectionResolvers<ContextType>;
  WalletEntryEdge?: WalletEntryEdgeResolvers<ContextType>;
  WalletAction?: WalletActionResolvers<ContextType>;
  GrantedProps?: GrantedPropsResolvers<ContextType>;
  SenderRestrictions?: SenderRestrictionsResolvers<ContextType>;
  WalletActionConnection?: WalletActionConnectionResolvers<ContextType>;
  WalletActionEdge?: WalletActionEdgeResolvers<ContextType>;
  WalletActionPayload?: WalletActionPayloadResolvers<ContextType>;
  WalletActionError?: WalletActionErrorResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  Stream?: StreamResolvers<ContextType>;
  GiftGoal?: GiftGoalResolvers<ContextType>;
  GiftTotals?: GiftTotalsResolvers<ContextType>;
  Leaderboard?: LeaderboardResolvers<ContextType>;
  LeaderboardEntry?: LeaderboardEntryResolvers<ContextType>;
  LeaderboardStanding?: LeaderboardStandingResolvers<ContextType>;
  LeaderboardConsent?: LeaderboardConsentResolvers<ContextType>;
  SetLeaderboardConsentPayload?: SetLeaderboardConsentPayloadResolvers<ContextType>;
  SetLeaderboardConsentError?: SetLeaderboardConsentErrorResolvers<ContextType>;
  TopUpProduct?: TopUpProductResolvers<ContextType>;
  TopUpPayload?: TopUpPayloadResolvers<ContextType>;
  TopUpOrder?: TopUpOrderResolvers<ContextType>;
  TopUpRefund?: TopUpRefundResolvers<ContextType>;
  RefundTopUpPayload?: RefundTopUpPayloadResolvers<ContextType>;
  RefundTopUpError?: RefundTopUpErrorResolvers<ContextType>;
  TopUpOrderConnection?: TopUpOrderConnectionResolvers<ContextType>;
  TopUpOrderEdge?: TopUpOrderEdgeResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  TopUpError?: TopUpErrorResolvers<ContextType>;
  SendGiftPayload?: SendGiftPayloadResolvers<ContextType>;
  SendGiftError?: SendGiftErrorResolvers<ContextType>;
  SendGiftsPayload?: SendGiftsPayloadResolvers<ContextType>;
  SendGiftResult?: SendGiftResultResolvers<ContextType>;
  GiftQuote?: GiftQuoteResolvers<ContextType>;
  SetSpendingLimitsPayload?: SetSpendingLimitsPayloadResolvers<ContextType>;
  SpendingLimitsError?: SpendingLimitsErrorResolvers<ContextType>;
  ClaimDailyPropsPayload?: ClaimDailyPropsPayloadResolvers<ContextType>;
  ClaimDailyPropsError?: ClaimDailyPropsErrorResolvers<ContextType>;
  GiftEditPayload?: GiftEditPayloadResolvers<ContextType>;
  PutTopUpProductPayload?: PutTopUpProductPayloadResolvers<ContextType>;
  TradingPolicy?: TradingPolicyResolvers<ContextType>;
  SetTradingPolicyPayload?: SetTradingPolicyPayloadResolvers<ContextType>;
  CatalogueError?: CatalogueErrorResolvers<ContextType>;
  CatalogueEditConnection?: CatalogueEditConnectionResolvers<ContextType>;
  CatalogueEditEdge?: CatalogueEditEdgeResolvers<ContextType>;
  CatalogueEdit?: CatalogueEditResolvers<ContextType>;
  SetGiftGoalsPayload?: SetGiftGoalsPayloadResolvers<ContextType>;
  SetGiftGoalsError?: SetGiftGoalsErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  broadcast?: BroadcastDirectiveResolver<any, any, ContextType>;
  personal?: PersonalDirectiveResolver<any, any, ContextType>;
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
