import { fingerprintOf } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { sendFrom } from '../../data/send.ts';
import { textBody } from '../../domain/message.ts';
import { textFault } from '../../domain/posting.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

// What sendMessage does, for rooms and texts alone.
export const postMessage: MutationResolvers['postMessage'] = (_, { input }, context) => {
  const { roomId, text, idempotencyKey: key } = input;
  const fingerprint = fingerprintOf('postMessage', roomId, text);
  const body = textBody(text.trim());
  return sendFrom(
    requireViewer(context),
    { key, fingerprint, idField: 'roomId', conversationId: roomId, body: textFault(body.text) ?? body },
    context,
  );
};
