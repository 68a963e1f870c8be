import { FanfareError } from '#platform/errors.ts';
import { checkIdempotencyKey, fingerprintOf } from '#platform/idempotency.ts';
import { newId } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { titleFault } from '../../domain/check.ts';
import { payloadOf } from '../../domain/streamPayload.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const createStream: MutationResolvers['createStream'] = async (_, { input }, context) => {
  const { id: actorId } = requireViewer(context);
  const { channelId, title, idempotencyKey: key } = input;
  checkIdempotencyKey(key);
  const fault = titleFault(title);
  if (fault !== null) throw new FanfareError('BAD_USER_INPUT', fault);
  const fingerprint = fingerprintOf('createStream', channelId, title);
  const action = { type: 'create', channelId, title: title.trim(), streamId: newId() } as const;
  return payloadOf(await context.lanes.streams.submit({ actorId, key, fingerprint, action }, context));
};
