import type { Queryable } from '#platform/database/database.ts';
import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { isUuid } from '#platform/ids.ts';
import type { Lane } from '#platform/lane/lane.ts';
import type { Store } from '#platform/store/store.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import { POST_BUCKET } from '../domain/limits.ts';
import { textFault } from '../domain/posting.ts';
import { type ShownRefusal, showRefusal } from '../domain/refusal.ts';
import type { ChatEvent } from '../domain/roomEvent.ts';
import { type PostCommand, type PostOutcome, storedOutcome } from './postingLane.ts';

export interface SendParts {
  readonly database: Queryable;
  readonly store: Store;
  readonly lanes: { readonly postings: Lane<PostCommand, PostOutcome> };
  readonly signal: AbortSignal;
}

/** What became of a message, as the graph shows it. */
export interface SendPayload {
  readonly event: ChatEvent | null;
  readonly userErrors: readonly ShownRefusal[];
}

/** Sends what this viewer wants to say, where its form is right. Throws FanfareError BAD_USER_INPUT for a key that is none, and what the lane throws. */
export const sendFrom = async (
  viewer: Viewer,
  wish: Pick<PostCommand, 'key' | 'fingerprint' | 'conversationId' | 'body'>,
  parts: SendParts,
): Promise<SendPayload> => {
  checkIdempotencyKey(wish.key);
  const fault = textFault(wish.body.text) ?? (isUuid(wish.conversationId) ? null : 'ROOM_NOT_FOUND');
  if (fault !== null) return { event: null, userErrors: [showRefusal({ code: fault, message: null })] };
  return send({ ...wish, authorId: viewer.id, isOperator: viewer.scopes.includes('ops:write') }, parts);
};

/** Sends a message whose form is checked. Who posts too fast is refused before the lane, unless the key has its answer already: a repeated key always gets that. The refusal
 * itself is not stored. Throws what the lane throws. */
const send = async (command: PostCommand, parts: SendParts): Promise<SendPayload> => {
  const { taken, retryAfterMs } = await parts.store.takeTokens(`posts:${command.authorId}`, POST_BUCKET);
  if (taken) return payloadOf(await parts.lanes.postings.submit(command, parts));
  const stored = await storedOutcome(parts.database, command);
  return stored === null
    ? { event: null, userErrors: [showRefusal({ code: 'RATE_LIMITED', message: null }, retryAfterMs)] }
    : payloadOf(stored);
};

const payloadOf = (outcome: PostOutcome): SendPayload =>
  outcome.ok ? { event: outcome.event, userErrors: [] } : { event: null, userErrors: [showRefusal(outcome)] };
