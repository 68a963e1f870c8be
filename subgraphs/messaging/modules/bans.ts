import { banKeyOf, bannedOf } from '../data/bans.ts';
import type { Draft } from '../data/sendRules.ts';
import { BANNED_FROM_ROOM, type BanSubject } from '../domain/ban.ts';
import type { Module } from './module.ts';

/** Whoever is kept out of a conversation cannot post in it. Exact: bans are written under the conversation's lock, and read under it. */
export const bans: Module = {
  name: 'bans',
  order: 100,
  rules: {
    open: async (tx, drafts) => {
      const banned = await bannedOf(tx, drafts.map(subjectOf));
      return {
        decide: (draft) => (banned.has(banKeyOf(subjectOf(draft))) ? { type: 'refuse', code: 'BANNED', message: BANNED_FROM_ROOM } : null),
      };
    },
  },
};

const subjectOf = ({ conversation, author }: Draft): BanSubject => ({ roomId: conversation.id, userId: author.id });
