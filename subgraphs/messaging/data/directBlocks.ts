import type { Queryable } from '#platform/database/database.ts';
import { type BlockVerdict, blockVerdict } from '../domain/block.ts';
import type { Conversation } from '../domain/conversation.ts';
import { type BlockSubject, blockKeyOf, blocksAmong } from './blocks.ts';
import { pairsOf } from './members.ts';

/** Whether one of the two people of a direct conversation blocks the other, as somebody who wants to do something there is told. Null in rooms and groups. */
export type DirectBlocks = (conversation: Pick<Conversation, 'id'>, userId: string) => BlockVerdict;

/** Reads who blocks whom in those of these conversations that are direct: two statements, none where none is. Whoever holds their locks knows that nothing changes meanwhile. */
export const readDirectBlocks = async (
  database: Queryable,
  conversations: readonly Pick<Conversation, 'id' | 'kind'>[],
): Promise<DirectBlocks> => {
  const directs = new Map(conversations.flatMap((each) => (each.kind === 'DIRECT' ? [[each.id, each]] : [])));
  const pairs = await pairsOf(database, [...directs.values()]);
  const found = await blocksAmong(database, [...pairs.values()].flatMap(bothWays));
  return ({ id }, userId) => {
    const otherId = pairs.get(id)?.find((each) => each !== userId);
    return otherId === undefined
      ? null
      : blockVerdict(userId, otherId, (one, other) => found.has(blockKeyOf({ userId: one, blockedId: other })));
  };
};

const bothWays = ([one = '', other = '']: readonly string[]): readonly BlockSubject[] => [
  { userId: one, blockedId: other },
  { userId: other, blockedId: one },
];
