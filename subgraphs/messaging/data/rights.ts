import type { Queryable } from '#platform/database/database.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Overrides, Role } from '../domain/role.ts';
import { readDirectBlocks } from './directBlocks.ts';
import { type MemberSubject, memberKeyOf } from './members.ts';
import { policiesFor } from './policies.ts';
import { rolesOf } from './roles.ts';
import { sanctionsOn } from './sanctions.ts';

/** One person in one conversation. */
export interface RightsSubject {
  readonly conversation: Conversation;
  readonly userId: string;
}

/** What somebody may in a conversation. `overrides`: which roles it asks for. `isSilenced`: they are banned, timed out or muted, or one of two who are alone there blocks the other. */
export interface Right {
  readonly role: Role;
  readonly overrides: Overrides;
  readonly isSilenced: boolean;
}

/** Reads what these people may, once for a whole batch; answers with how to look it up. Whoever holds the conversations' locks knows that nothing changes meanwhile. Three
 * statements at most, and two more where there are direct conversations. */
export const readRights = async (database: Queryable, subjects: readonly RightsSubject[]): Promise<(subject: RightsSubject) => Right> => {
  const conversations = new Map(subjects.map(({ conversation }) => [conversation.id, conversation]));
  const unique = [...new Map(subjects.map((subject) => [memberKeyOf(placeOf(subject)), placeOf(subject)])).values()];
  const [roles, sanctions, policies, blockOf] = await Promise.all([
    rolesOf(database, unique, conversations),
    sanctionsOn(database, unique),
    policiesFor(database, [...conversations.values()]),
    readDirectBlocks(database, [...conversations.values()]),
  ]);
  return (subject) => {
    const key = memberKeyOf(placeOf(subject));
    return {
      role: roles.get(key) ?? 'GUEST',
      overrides: policies.get(subject.conversation.id)?.overrides ?? {},
      isSilenced: sanctions.has(key) || blockOf(subject.conversation, subject.userId) !== null,
    };
  };
};

const placeOf = ({ conversation, userId }: RightsSubject): MemberSubject => ({ conversationId: conversation.id, userId });
