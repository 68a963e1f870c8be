import { texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { Conversation } from '../domain/conversation.ts';
import { type GrantedRole, type Role, roleOf } from '../domain/role.ts';
import { type MemberSubject, memberColumns, memberKeyOf } from './members.ts';

/** What each of these users is in each of these conversations, by key (memberKeyOf). `conversations`: of all subjects. One statement. Whoever holds the conversations' locks
 * knows that nothing changes meanwhile. */
export const rolesOf = async (
  database: Queryable,
  subjects: readonly MemberSubject[],
  conversations: ReadonlyMap<string, Pick<Conversation, 'kind' | 'ownerId'>>,
): Promise<ReadonlyMap<string, Role>> => {
  if (subjects.length === 0) return new Map();
  const rows = await database.query<MemberSubject & { readonly granted: string | null; readonly isMember: boolean }>({
    name: 'rolesOf',
    text: `/* rolesOf */
      SELECT asked.conversation_id AS "conversationId", asked.user_id AS "userId", granted.role AS granted, member.user_id IS NOT NULL AS "isMember"
        FROM unnest($1::int[], $2::text[], $3::text[]) AS asked (shard, conversation_id, user_id)
        LEFT JOIN granted_role AS granted
          ON granted.shard = asked.shard AND granted.conversation_id = asked.conversation_id AND granted.user_id = asked.user_id
        LEFT JOIN member ON member.shard = asked.shard AND member.conversation_id = asked.conversation_id AND member.user_id = asked.user_id`,
    values: memberColumns(subjects),
  });
  return new Map(
    rows.flatMap(({ granted, isMember, ...subject }) => {
      const conversation = conversations.get(subject.conversationId);
      if (conversation === undefined) return [];
      return [[memberKeyOf(subject), roleOf(subject.userId, conversation, { granted: grantedRoleOf(granted), isMember })] as const];
    }),
  );
};

/** A role that somebody is given by a moderator. */
export interface RoleGrant extends MemberSubject {
  readonly role: GrantedRole;
  readonly byId: string;
}

/** Writes roles as they are now. `grants`: each user of a conversation once. */
export const saveRoles = (tx: Transaction, grants: readonly RoleGrant[], at: Date): Promise<readonly object[]> =>
  tx.query({
    name: 'saveRoles',
    text: `/* saveRoles */
      INSERT INTO granted_role (shard, conversation_id, user_id, role, by_id, at)
      SELECT new.shard, new.conversation_id, new.user_id, new.role, new.by_id, $6
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[]) AS new (shard, conversation_id, user_id, role, by_id)
      ON CONFLICT (shard, conversation_id, user_id) DO UPDATE SET role = excluded.role, by_id = excluded.by_id, at = excluded.at`,
    values: [...memberColumns(grants), texts(grants.map(({ role }) => role)), texts(grants.map(({ byId }) => byId)), at],
  });

/** Takes roles away. */
export const deleteRoles = (tx: Transaction, subjects: readonly MemberSubject[]): Promise<readonly object[]> =>
  tx.query({
    name: 'deleteRoles',
    text: `/* deleteRoles */
      DELETE FROM granted_role WHERE (shard, conversation_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: memberColumns(subjects),
  });

const grantedRoleOf = (text: string | null): GrantedRole | null => {
  if (text === null || text === 'MODERATOR' || text === 'VIP' || text === 'MEMBER') return text;
  throw new Error(`"${text}" is no role that this version knows: this process is older than its database`);
};
