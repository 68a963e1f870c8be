import { checkIdempotencyKey, fingerprintOf } from '#platform/idempotency.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { send } from '../../data/send.ts';
import { textBody } from '../../domain/message.ts';
import { textFault } from '../../domain/posting.ts';
import { showRefusal } from '../../domain/refusal.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const postMessage: MutationResolvers['postMessage'] = async (_, { input }, context) => {
  const viewer = requireViewer(context);
  const { roomId, idempotencyKey: key } = input;
  checkIdempotencyKey(key);
  const text = input.text.trim();
  const fault = textFault(text) ?? (isUuid(roomId) ? null : 'ROOM_NOT_FOUND');
  if (fault !== null) return { event: null, userErrors: [showRefusal({ code: fault, message: null })] };
  const command = {
    authorId: viewer.id,
    isOperator: viewer.scopes.includes('ops:write'),
    key,
    fingerprint: fingerprintOf('postMessage', roomId, input.text),
    conversationId: roomId,
    body: textBody(text),
  };
  return send(command, context);
};
