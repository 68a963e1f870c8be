import DataLoader from 'dataloader';
import type { Queryable } from '#platform/database/database.ts';
import { loaderOf } from '#platform/subgraph/loader.ts';
import type { Conversation } from '../domain/conversation.ts';
import { ADMISSION_CHECKS_MAX } from '../domain/limits.ts';
import { openPolicy, type Policy } from '../domain/policy.ts';
import type { Role } from '../domain/role.ts';
import type { Sanction } from '../domain/sanction.ts';
import { type MemberSubject, memberKeyOf } from './members.ts';
import { policiesOf } from './policies.ts';
import { rolesOf } from './roles.ts';
import { sanctionsOn } from './sanctions.ts';

/** Users and conversations looked up by one statement at most: as many as the gateway asks about at once. */
const SUBJECTS_MAX = ADMISSION_CHECKS_MAX;

/** Who somebody is in a conversation, and what holds about them. */
export interface ModerationLoaders {
  /** What holds about a user now; null: nothing. */
  readonly sanctions: DataLoader<MemberSubject, Pick<Sanction, 'type' | 'expiresAt'> | null, string>;
  /** Whether a user is kept out of a conversation now. */
  readonly banned: { load(subject: MemberSubject): Promise<boolean> };
  /** GUEST also where there is no such conversation. */
  readonly roles: DataLoader<MemberSubject, Role, string>;
  /** What a conversation has decided about itself. */
  readonly policies: { load(conversation: Pick<Conversation, 'id' | 'policyVersion'>): Promise<Policy> };
}

export const moderationLoaders = (database: Queryable, conversations: DataLoader<string, Conversation | null>): ModerationLoaders => {
  const options = { cacheKeyFn: memberKeyOf, maxBatchSize: SUBJECTS_MAX };
  const sanctions: ModerationLoaders['sanctions'] = new DataLoader(async (subjects) => {
    const held = await sanctionsOn(database, subjects);
    return subjects.map((subject) => held.get(memberKeyOf(subject)) ?? null);
  }, options);
  const policies = loaderOf((ids: readonly string[]) => policiesOf(database, ids));
  return {
    sanctions,
    banned: { load: async (subject) => (await sanctions.load(subject))?.type === 'BAN' },
    roles: new DataLoader(async (subjects) => {
      const ids = [...new Set(subjects.map(({ conversationId }) => conversationId))];
      const known = await Promise.all(ids.map((id) => conversations.load(id)));
      const roles = await rolesOf(database, subjects, new Map(known.flatMap((each) => (each === null ? [] : [[each.id, each] as const]))));
      return subjects.map((subject) => roles.get(memberKeyOf(subject)) ?? 'GUEST');
    }, options),
    policies: {
      load: async ({ id, policyVersion }) => (policyVersion === 0 ? null : await policies.load(id)) ?? openPolicy(id),
    },
  };
};
