import { GRANT_PIECES_MAX } from './backpack.ts';
import { CATALOGUE_ID_CHARACTERS_MAX } from './catalogueShape.ts';
import type { WalletState } from './ledger.ts';
import type { SenderRestrictions } from './limits.ts';
import { LIMIT_COINS_MAX } from './spendingLimits.ts';

/** An operator's reason, in characters. */
export const REASON_CHARACTERS_MAX = 500;
/** What one grant can give: a mistyped zero shall not make a fortune. */
export const BONUS_GRANT_COINS_MAX = 1_000_000n;
/** What `User.id` can be long: what a token's `sub` can be. */
export const OWNER_ID_CHARACTERS_MAX = 128;

export type WalletActionKind = 'FREEZE' | 'UNFREEZE' | 'GRANT_BONUS_COINS' | 'RESTRICT_SENDER' | 'GRANT_PROPS' | 'TAKE_BACK_PROPS';

/** Pieces of a gift that are put into a backpack, or out of it again. */
export interface GrantedProps {
  readonly giftId: string;
  readonly pieces: number;
  /** From when on they cannot be sent any more; null: they keep for ever. */
  readonly expiresAt: Date | null;
}

/** What an operator wants done to somebody's wallet. Its shape is checked, nothing else is. */
export interface WalletCommand {
  readonly kind: WalletActionKind;
  /** The operator. The key is theirs, for this wallet. */
  readonly actorId: string;
  readonly idempotencyKey: string;
  readonly ownerId: string;
  /** Why, for the log. */
  readonly reason: string;
  /** What a grant gives; null for the other kinds. */
  readonly bonusCoins: bigint | null;
  /** What is said of the owner as a sender; null for the other kinds. */
  readonly restrictions: SenderRestrictions | null;
  /** What a grant of props gives; absent or null for the other kinds. In the log also what was taken back. */
  readonly props?: GrantedProps | null;
  /** The lot whose pieces are taken back; absent for the other kinds. */
  readonly lotId?: string;
}

/** What an operator did, or was refused to do, as the log keeps it. */
export interface WalletAction extends WalletCommand {
  /** UUIDv7. The entry of a grant names it as its cause. */
  readonly id: string;
  readonly fingerprint: string;
  readonly refusal: WalletActionRefusal | null;
  readonly at: Date;
}

/** Refused under the wallet's lock, and stored. */
export type WalletActionRefusal =
  | 'WALLET_ALREADY_FROZEN'
  | 'WALLET_NOT_FROZEN'
  | 'GIFT_NOT_FOUND'
  | 'GIFT_LIMITED'
  | 'BACKPACK_FULL'
  | 'LOT_NOT_FOUND';
export type WalletActionErrorCode =
  | WalletActionRefusal
  | 'OWNER_INVALID'
  | 'REASON_INVALID'
  | 'AMOUNT_OUT_OF_RANGE'
  | 'RESTRICTIONS_INVALID'
  | 'PROPS_OUT_OF_RANGE'
  | 'IDEMPOTENCY_CONFLICT';

/** Why it was not done, as the caller sees it. */
export interface WalletActionError {
  readonly code: WalletActionErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** Null when a command is in order, else what is wrong with its shape. */
export const walletCommandFault = ({
  ownerId,
  reason,
  bonusCoins,
  restrictions,
  props = null,
}: WalletCommand): WalletActionErrorCode | null => {
  if (ownerId.length < 1 || ownerId.length > OWNER_ID_CHARACTERS_MAX) return 'OWNER_INVALID';
  if (reason.trim().length < 1 || reason.length > REASON_CHARACTERS_MAX) return 'REASON_INVALID';
  if (bonusCoins !== null && (bonusCoins < 1n || bonusCoins > BONUS_GRANT_COINS_MAX)) return 'AMOUNT_OUT_OF_RANGE';
  if (props !== null && (props.pieces < 1 || props.pieces > GRANT_PIECES_MAX)) return 'PROPS_OUT_OF_RANGE';
  // The log keeps what was refused, too: what cannot be the id of a gift is not even looked for.
  if (props !== null && props.giftId.length > CATALOGUE_ID_CHARACTERS_MAX) return 'GIFT_NOT_FOUND';
  return restrictions === null || areValid(restrictions) ? null : 'RESTRICTIONS_INVALID';
};

/** What is wrong with the times of a command when it is new; null when nothing is. One that was done in its time is repeated at any time. */
export const walletCommandLate = (
  { restrictions, props = null }: Pick<WalletCommand, 'restrictions' | 'props'>,
  now: Date,
): 'PROPS_OUT_OF_RANGE' | 'RESTRICTIONS_INVALID' | null => {
  const isOver = (at: Date | null | undefined): boolean => at !== null && at !== undefined && at <= now;
  if (isOver(props?.expiresAt)) return 'PROPS_OUT_OF_RANGE';
  return isOver(restrictions?.blockedUntil) ? 'RESTRICTIONS_INVALID' : null;
};

const areValid = ({ blocked, blockedUntil, dayCoinsMax, sessionCoinsMax, velocityOrdersMax }: SenderRestrictions): boolean =>
  (blockedUntil === null || blocked) &&
  [dayCoinsMax, sessionCoinsMax].every((max) => max === null || (max >= 0n && max <= LIMIT_COINS_MAX)) &&
  (velocityOrdersMax === null || velocityOrdersMax >= 1);

/** Null when it can be done to the wallet as it stands. A frozen wallet can be granted bonus coins: it receives, and does not spend. */
export const walletActionRefusal = (kind: WalletActionKind, { frozen }: Pick<WalletState, 'frozen'>): WalletActionRefusal | null => {
  if (kind === 'FREEZE' && frozen) return 'WALLET_ALREADY_FROZEN';
  if (kind === 'UNFREEZE' && !frozen) return 'WALLET_NOT_FROZEN';
  return null;
};

/** The caller's view of a refusal: depends on the code alone, so a stored refusal reads the same for ever. */
export const walletActionError = (code: WalletActionErrorCode): WalletActionError => ({ code, ...WALLET_ACTION_ERRORS[code] });

const WALLET_ACTION_ERRORS: Readonly<
  Record<WalletActionErrorCode, { readonly message: string; readonly field: readonly string[] | null }>
> = {
  WALLET_ALREADY_FROZEN: { message: 'The wallet is frozen already.', field: null },
  WALLET_NOT_FROZEN: { message: 'The wallet is not frozen.', field: null },
  OWNER_INVALID: { message: `The id of a user has 1 to ${OWNER_ID_CHARACTERS_MAX} characters.`, field: ['input', 'userId'] },
  REASON_INVALID: { message: `Say why, in 1 to ${REASON_CHARACTERS_MAX} characters.`, field: ['input', 'reason'] },
  AMOUNT_OUT_OF_RANGE: { message: `Grant 1 to ${BONUS_GRANT_COINS_MAX} bonus coins at once.`, field: ['input', 'bonusCoins'] },
  GIFT_NOT_FOUND: { message: 'There is no such gift. Choose one from the catalogue.', field: ['input', 'giftId'] },
  GIFT_LIMITED: { message: 'This gift is sold from a stock, which a grant would pass by. Choose another one.', field: ['input', 'giftId'] },
  BACKPACK_FULL: { message: 'The backpack holds as many lots as one may.', field: null },
  LOT_NOT_FOUND: { message: 'The backpack holds no such lot with pieces left in it.', field: ['input', 'lotId'] },
  PROPS_OUT_OF_RANGE: {
    message: `Grant 1 to ${GRANT_PIECES_MAX} pieces at once, which expire in the future or never.`,
    field: ['input', 'pieces'],
  },
  RESTRICTIONS_INVALID: {
    message: `A limit is 0 to ${LIMIT_COINS_MAX} coins, or at least 1 order; who is blocked until a time is blocked, and the time is yet to come.`,
    field: ['input'],
  },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before for this wallet with other input. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};
