import { checkIdempotencyKey, fingerprintOf } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { payloadOf } from '../../domain/streamPayload.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const endStream: MutationResolvers['endStream'] = async (_, { input }, context) => {
  const { id: actorId } = requireViewer(context);
  const { streamId, idempotencyKey: key } = input;
  checkIdempotencyKey(key);
  const fingerprint = fingerprintOf('endStream', streamId);
  return payloadOf(await context.lanes.streams.submit({ actorId, key, fingerprint, action: { type: 'end', streamId } }, context));
};
