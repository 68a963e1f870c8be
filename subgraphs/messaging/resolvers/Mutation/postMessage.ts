import { checkIdempotencyKey, fingerprintOf } from '#platform/idempotency.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import type { Context } from '../../context.ts';
import { type PostCommand, type PostOutcome, storedOutcome } from '../../data/postingLane.ts';
import { POST_BUCKET } from '../../domain/limits.ts';
import { refusalOf, textFault } from '../../domain/posting.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const postMessage: MutationResolvers['postMessage'] = async (_, { input }, context) => {
  const { id: authorId } = requireViewer(context);
  const { roomId, idempotencyKey: key } = input;
  checkIdempotencyKey(key);
  const text = input.text.trim();
  const fault = textFault(text) ?? (isUuid(roomId) ? null : 'ROOM_NOT_FOUND');
  if (fault !== null) return { event: null, userErrors: [refusalOf(fault)] };
  return submit({ authorId, key, fingerprint: fingerprintOf('postMessage', roomId, input.text), roomId, text }, context);
};

/** Who posts too fast is refused before the lane, unless the key has its answer already: a repeated key always gets that. The refusal itself is not stored. */
const submit = async (command: PostCommand, context: Context) => {
  const { taken, retryAfterMs } = await context.store.takeTokens(`posts:${command.authorId}`, POST_BUCKET);
  if (taken) return payloadOf(await context.lanes.postings.submit(command, context));
  const stored = await storedOutcome(context.database, command);
  return stored === null ? { event: null, userErrors: [refusalOf('RATE_LIMITED', retryAfterMs)] } : payloadOf(stored);
};

const payloadOf = (outcome: PostOutcome) =>
  outcome.ok ? { event: outcome.event, userErrors: [] } : { event: null, userErrors: [refusalOf(outcome.code)] };
