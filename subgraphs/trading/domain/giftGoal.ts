import type { KnownStream } from './gift.ts';

/** Goals of one stream at most: more than a screen shows. */
export const GIFT_GOALS_MAX = 10;
/** A goal's target at most, in pieces or coins. */
export const GIFT_GOAL_TARGET_MAX = 1_000_000_000_000n;

/** What is wanted: pieces of a gift, or (`giftId` null) coins. */
export interface GiftGoalWish {
  readonly giftId: string | null;
  readonly target: bigint;
}

/** A goal and how far it has come. */
export interface GiftGoal extends GiftGoalWish {
  readonly current: bigint;
  /** Gifts credited from then on count. */
  readonly since: Date;
  /** Null: not reached, or not any more. */
  readonly reachedAt: Date | null;
}

/** The streamer of a stream sets its goals. */
export interface GiftGoalsCommand {
  readonly actorId: string;
  readonly streamId: string;
  readonly goals: readonly GiftGoalWish[];
  readonly idempotencyKey: string;
}

export type GiftGoalsErrorCode =
  | 'STREAM_NOT_FOUND'
  | 'NOT_YOUR_STREAM'
  | 'STREAM_ENDED'
  | 'GIFT_NOT_FOUND'
  | 'GOALS_INVALID'
  | 'IDEMPOTENCY_CONFLICT';

/** Why goals were refused, as the caller sees it. */
export interface GiftGoalsError {
  readonly code: GiftGoalsErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** Null when the goals themselves are right, whatever the stream. */
export const checkGiftGoals = (goals: readonly GiftGoalWish[]): GiftGoalsError | null => {
  const names = new Set(goals.map(({ giftId, target }) => `${giftId ?? ''} ${target}`));
  const right = goals.every(({ target }) => target >= 1n && target <= GIFT_GOAL_TARGET_MAX);
  return right && names.size === goals.length && goals.length <= GIFT_GOALS_MAX ? null : giftGoalsError('GOALS_INVALID');
};

/** Why goals cannot be set, or null. `knows`: whether there is such a gift. */
export const refuseGiftGoals = (
  { actorId, goals }: GiftGoalsCommand,
  stream: KnownStream | null,
  knows: (giftId: string) => boolean,
): GiftGoalsErrorCode | null => {
  if (stream === null) return 'STREAM_NOT_FOUND';
  if (stream.streamerId !== actorId) return 'NOT_YOUR_STREAM';
  if (stream.status === 'ENDED') return 'STREAM_ENDED';
  return goals.every(({ giftId }) => giftId === null || knows(giftId)) ? null : 'GIFT_NOT_FOUND';
};

/** New goals in place of old ones. What is wanted as before goes on from what it has; what is new starts at nothing. */
export const goalsAfter = (before: readonly GiftGoal[], wishes: readonly GiftGoalWish[], now: Date): readonly GiftGoal[] =>
  wishes.map(({ giftId, target }) => {
    const same = before.find((goal) => goal.giftId === giftId);
    const current = same?.current ?? 0n;
    const reachedAt = before.find((goal) => goal.giftId === giftId && goal.target === target)?.reachedAt ?? now;
    return { giftId, target, current, since: same?.since ?? now, reachedAt: current >= target ? reachedAt : null };
  });

/** The caller's view of a refusal: depends on the code alone, so a stored refusal reads the same for ever. */
export const giftGoalsError = (code: GiftGoalsErrorCode): GiftGoalsError => ({ code, ...GIFT_GOALS_ERRORS[code] });

/** Whether this version knows such a refusal. */
export const isGiftGoalsErrorCode = (code: string): code is GiftGoalsErrorCode => Object.hasOwn(GIFT_GOALS_ERRORS, code);

const GIFT_GOALS_ERRORS: Readonly<Record<GiftGoalsErrorCode, Omit<GiftGoalsError, 'code'>>> = {
  STREAM_NOT_FOUND: { message: 'There is no such stream, or it was made a moment ago: then try again.', field: ['input', 'streamId'] },
  NOT_YOUR_STREAM: { message: "Only a stream's streamer sets its goals.", field: ['input', 'streamId'] },
  STREAM_ENDED: { message: 'This stream is over.', field: ['input', 'streamId'] },
  GIFT_NOT_FOUND: { message: 'One of the gifts is not in the catalogue.', field: ['input', 'goals'] },
  GOALS_INVALID: {
    message: `A stream has ${GIFT_GOALS_MAX} different goals at most, each of 1 to ${GIFT_GOAL_TARGET_MAX} pieces or coins.`,
    field: ['input', 'goals'],
  },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};
