import type { MessagePlace } from '../domain/messageId.ts';
import { messageIdOf } from '../domain/messageId.ts';
import { mayDo } from '../domain/role.ts';
import { type MemberSubject, memberKeyOf, membersAmong } from './members.ts';
import { messagesAt } from './messages.ts';
import { readRights } from './rights.ts';
import type { Draft, SendRules } from './sendRules.ts';

/** What a new message refers to: the message that it answers has to be there, whoever calls everybody has to be allowed to, and outside of rooms mentions reach members alone. An
 * edit refers to what it did. Three questions at most, of which a batch asks only those that it has. */
export const references: SendRules = {
  open: async (tx, all) => {
    const drafts = all.filter(({ replaces }) => replaces === undefined);
    const loud = drafts.filter(({ body }) => body.mentionsAll);
    const [answered, members, rightsOf] = await Promise.all([
      messagesAt(tx, unique(drafts.flatMap(answeredBy), messageIdOf)),
      membersAmong(tx, unique(drafts.flatMap(mentionedBy), memberKeyOf)),
      loud.length === 0 ? null : readRights(tx, loud.map(subjectOf)),
    ]);
    return {
      decide: (draft) => {
        const { body, author, conversation } = draft;
        if (draft.replaces !== undefined) return null;
        const [reply] = answeredBy(draft);
        if (reply !== undefined && answered.get(messageIdOf(reply))?.message.isRecalled !== false) return refusal('REPLY_NOT_FOUND');
        if (body.mentionsAll) {
          const right = rightsOf?.(subjectOf(draft));
          if (right === undefined || !mayDo({ ...right, isOperator: author.isOperator }, 'MENTION_ALL', right.overrides))
            return refusal('MENTIONS_ALL_NOT_ALLOWED');
        }
        if (conversation.kind === 'ROOM') return null;
        const mentionedUserIds = body.mentionedUserIds.filter((userId) =>
          members.has(memberKeyOf({ conversationId: conversation.id, userId })),
        );
        return mentionedUserIds.length === body.mentionedUserIds.length ? null : { type: 'change', body: { ...body, mentionedUserIds } };
      },
    };
  },
};

const answeredBy = ({ conversation, body }: Draft): readonly MessagePlace[] =>
  body.replyToSeq === null ? [] : [{ conversationId: conversation.id, seq: body.replyToSeq }];

const mentionedBy = ({ conversation, body }: Draft): readonly MemberSubject[] =>
  conversation.kind === 'ROOM' ? [] : body.mentionedUserIds.map((userId) => ({ conversationId: conversation.id, userId }));

const subjectOf = ({ conversation, author }: Draft) => ({ conversation, userId: author.id });

// The code says it all: the graph has a sentence for it.
const refusal = (code: string) => ({ type: 'refuse', code, message: code }) as const;

const unique = <T>(all: readonly T[], keyOf: (one: T) => string): readonly T[] => [
  ...new Map(all.map((one) => [keyOf(one), one])).values(),
];
