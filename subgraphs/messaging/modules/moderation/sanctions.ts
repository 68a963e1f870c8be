import { memberKeyOf } from '../../data/members.ts';
import { sanctionsOn } from '../../data/sanctions.ts';
import type { Draft } from '../../data/sendRules.ts';
import { BANNED_FROM_ROOM, type SanctionSubject } from '../../domain/sanction.ts';
import type { Module } from '../module.ts';

/** Whoever is banned, timed out or muted cannot post. Exact: sanctions are written under the conversation's lock, and read under it. */
export const sanctions: Module = {
  name: 'sanctions',
  order: 100,
  rules: {
    open: async (tx, drafts) => {
      const held = await sanctionsOn(tx, drafts.map(subjectOf));
      return {
        decide: (draft) => {
          const sanction = held.get(memberKeyOf(subjectOf(draft)));
          if (sanction === undefined) return null;
          if (sanction.type === 'BAN') return { type: 'refuse', code: 'BANNED', message: BANNED_FROM_ROOM };
          const { expiresAt } = sanction;
          const until = expiresAt === null ? 'a moderator changes that' : expiresAt.toISOString();
          return { type: 'refuse', code: 'MUTED', message: `You cannot post here until ${until}.` };
        },
      };
    },
  },
};

const subjectOf = ({ conversation, author }: Draft): SanctionSubject => ({ conversationId: conversation.id, userId: author.id });
