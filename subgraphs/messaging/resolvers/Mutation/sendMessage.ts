import { fingerprintOf } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { sendFrom } from '../../data/send.ts';
import { textBody } from '../../domain/message.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const sendMessage: MutationResolvers['sendMessage'] = (_, { input }, context) => {
  const { conversationId, text, idempotencyKey: key } = input;
  const fingerprint = fingerprintOf('sendMessage', conversationId, text);
  return sendFrom(
    requireViewer(context),
    { key, fingerprint, idField: 'conversationId', conversationId, body: textBody(text.trim()) },
    context,
  );
};
