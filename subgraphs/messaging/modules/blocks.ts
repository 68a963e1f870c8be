import { type BlockSubject, blockKeyOf, blocksAmong } from '../data/blocks.ts';
import { pairsOf } from '../data/members.ts';
import type { Draft, Verdict } from '../data/sendRules.ts';
import { blockVerdict } from '../domain/block.ts';
import type { Module } from './module.ts';

/** Two people of whom one blocks the other write nothing to each other. Exact: blocks are written under the lock of their conversation, and read under it. In rooms and groups
 * nothing is refused: whoever blocks somebody there does not see them, and the others do. */
export const blocks: Module = {
  name: 'blocks',
  order: 50,
  rules: {
    open: async (tx, drafts) => {
      const directs = new Map(
        drafts.flatMap(({ conversation }) => (conversation.kind === 'DIRECT' ? [[conversation.id, conversation]] : [])),
      );
      const pairs = await pairsOf(tx, [...directs.values()]);
      const found = await blocksAmong(tx, [...pairs.values()].flatMap(bothWays));
      const doesBlock = (userId: string, blockedId: string): boolean => found.has(blockKeyOf({ userId, blockedId }));
      return { decide: (draft) => judge(draft, pairs.get(draft.conversation.id), doesBlock) };
    },
  },
};

const bothWays = ([one = '', other = '']: readonly string[]): readonly BlockSubject[] => [
  { userId: one, blockedId: other },
  { userId: other, blockedId: one },
];

const judge = (
  { author }: Draft,
  pair: readonly string[] | undefined,
  doesBlock: (userId: string, blockedId: string) => boolean,
): Verdict => {
  const otherId = pair?.find((userId) => userId !== author.id);
  const code = otherId === undefined ? null : blockVerdict(author.id, otherId, doesBlock);
  return code === null ? null : { type: 'refuse', code, message: MESSAGES[code] };
};

const MESSAGES = {
  BLOCKING: 'You block the person to whom this goes. Unblock them first (unblockUser).',
  BLOCKED: 'The person to whom this goes takes no messages from you.',
} as const;
