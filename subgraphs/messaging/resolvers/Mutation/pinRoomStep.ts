import { fingerprintOf } from '#platform/idempotency.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { pinStep } from '../../data/stepCommands.ts';
import { pinRefusalOf } from '../../domain/pinRefusal.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const pinRoomStep: MutationResolvers['pinRoomStep'] = async (_, { input }, context) => {
  const viewer = requireViewer(context);
  const { roomId, step = null, idempotencyKey: key } = input;
  if (!isUuid(roomId)) return { room: null, userErrors: [pinRefusalOf('ROOM_NOT_FOUND')] };
  return pinStep(viewer, { key, fingerprint: fingerprintOf('pinRoomStep', roomId, step), action: { roomId, step } }, context);
};
