import { readDirectBlocks } from '../data/directBlocks.ts';
import type { Module } from './module.ts';

/** Two people of whom one blocks the other write nothing to each other. Exact: blocks are written under the lock of their conversation, and read under it. In rooms and groups
 * nothing is refused: whoever blocks somebody there does not see them, and the others do. */
export const blocks: Module = {
  name: 'blocks',
  order: 50,
  rules: {
    open: async (tx, drafts) => {
      const verdictOn = await readDirectBlocks(
        tx,
        drafts.map(({ conversation }) => conversation),
      );
      return {
        decide: ({ conversation, author }) => {
          const code = verdictOn(conversation, author.id);
          return code === null ? null : { type: 'refuse', code, message: MESSAGES[code] };
        },
      };
    },
  },
};

const MESSAGES = {
  BLOCKING: 'You block the person to whom this goes. Unblock them first (unblockUser).',
  BLOCKED: 'The person to whom this goes takes no messages from you.',
} as const;
