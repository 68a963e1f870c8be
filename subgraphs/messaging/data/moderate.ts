import type { Queryable } from '#platform/database/database.ts';
import { checkIdempotencyKey } from '#platform/idempotency.ts';
import type { Lane } from '#platform/lane/lane.ts';
import type { Store } from '#platform/store/store.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import type { Ban, ModerationAction, ModerationAnswer } from '../domain/ban.ts';
import { MODERATION_BUCKET } from '../domain/limits.ts';
import { type ModerationRefusal, moderationRefusalOf } from '../domain/moderationRefusal.ts';
import { type ModerationCommand, storedModeration } from './moderationLane.ts';

export interface ModerationParts {
  readonly database: Queryable;
  readonly store: Store;
  readonly lanes: { readonly moderation: Lane<ModerationCommand, ModerationAnswer> };
  readonly signal: AbortSignal;
}

/** One wish of a moderator, checked for its form. `fingerprint`: of the raw input. */
export interface ModerationWish {
  readonly key: string;
  readonly fingerprint: string;
  readonly action: ModerationAction;
}

/** An answer as the graph shows it. */
export interface ModerationPayload {
  readonly ban: Ban | null;
  readonly userErrors: readonly ModerationRefusal[];
}

/** Submits a moderator's wish. Who is too fast is refused before the lane, unless the key has its answer already: a repeated key always gets that. The refusal itself is
 * not stored. Throws FanfareError BAD_USER_INPUT for a key that is none, and what the lane throws. */
export const moderate = async (viewer: Viewer, wish: ModerationWish, parts: ModerationParts): Promise<ModerationPayload> => {
  checkIdempotencyKey(wish.key);
  const command: ModerationCommand = { ...wish, actorId: viewer.id, isOperator: viewer.scopes.includes('ops:write') };
  const { taken, retryAfterMs } = await parts.store.takeTokens(`moderation:${viewer.id}`, MODERATION_BUCKET);
  if (taken) return payloadOf(await parts.lanes.moderation.submit(command, parts));
  const stored = await storedModeration(parts.database, command);
  return stored === null ? { ban: null, userErrors: [moderationRefusalOf('RATE_LIMITED', retryAfterMs)] } : payloadOf(stored);
};

const payloadOf = (answer: ModerationAnswer): ModerationPayload =>
  answer.ok ? { ban: answer.ban, userErrors: [] } : { ban: null, userErrors: [moderationRefusalOf(answer.code)] };
