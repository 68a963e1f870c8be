import { z } from 'zod';
import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { openPolicy, type Policy } from '../domain/policy.ts';
import { PLATFORM_ID } from '../domain/policyChange.ts';
import { isPermission, type Overrides, type Permission, ROLES, type Role } from '../domain/role.ts';
import { chatModes } from '../events/chatModes.ts';

const overrides = z.record(z.string(), z.enum(ROLES)).transform((record): Overrides => {
  const known: Partial<Record<Permission, Role>> = {};
  for (const [permission, role] of Object.entries(record)) if (isPermission(permission)) known[permission] = role;
  return known;
});

/** A filter as it is stored and told. */
export const chatFilter = z.object({
  id: z.string(),
  kind: z.enum(['KEYWORD', 'PATTERN']),
  text: z.string(),
  action: z.enum(['REFUSE', 'HOLD', 'MASK']),
});

const settings = z.object({ overrides, modes: chatModes, filters: z.array(chatFilter) });

/** What these conversations have decided about themselves, by id; one that has decided nothing is absent. One statement. */
export const policiesOf = async (database: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Policy>> => {
  if (ids.length === 0) return new Map();
  const rows = await database.query<{ readonly conversationId: string; readonly version: number; readonly settings: unknown }>({
    name: 'policiesOf',
    text: `/* policiesOf */
      SELECT conversation_id AS "conversationId", version, settings FROM conversation_policy
       WHERE (shard, conversation_id) IN (SELECT * FROM unnest($1::int[], $2::text[]))`,
    values: [plain(ids.map(shardOf)), texts(ids)],
  });
  return new Map(
    rows.map(({ conversationId, version, settings: stored }) => [conversationId, { ...settings.parse(stored), conversationId, version }]),
  );
};

/** The policies of these conversations by id, of all that ask: an open one where nothing was decided. One statement, none where no version says that there is something to read. */
export const policiesFor = async (
  database: Queryable,
  conversations: readonly { readonly id: string; readonly policyVersion: number }[],
): Promise<ReadonlyMap<string, Policy>> => {
  const decided = await policiesOf(
    database,
    conversations.filter(({ policyVersion }) => policyVersion > 0).map(({ id }) => id),
  );
  return new Map(conversations.map(({ id }) => [id, decided.get(id) ?? openPolicy(id)]));
};

/** Writes policies and tells their conversations, which are locked, the versions. `policies`: each conversation once. */
export const savePolicies = async (tx: Transaction, policies: readonly Policy[]): Promise<void> => {
  const ids = policies.map(({ conversationId }) => conversationId);
  const versions = plain(policies.map(({ version }) => version));
  await tx.query({
    name: 'savePolicies',
    text: `/* savePolicies */
      INSERT INTO conversation_policy (shard, conversation_id, version, settings)
      SELECT new.shard, new.id, new.version, new.settings::jsonb
        FROM unnest($1::int[], $2::text[], $3::int[], $4::text[]) AS new (shard, id, version, settings)
      ON CONFLICT (shard, conversation_id) DO UPDATE SET version = excluded.version, settings = excluded.settings`,
    values: [
      plain(ids.map(shardOf)),
      texts(ids),
      versions,
      texts(policies.map(({ overrides: roles, modes, filters }) => JSON.stringify({ overrides: roles, modes, filters }))),
    ],
  });
  await tx.query({
    name: 'savePolicyVersions',
    text: `/* savePolicyVersions */
      UPDATE conversation SET policy_version = new.version
        FROM unnest($1::int[], $2::text[], $3::int[]) AS new (shard, id, version)
       WHERE conversation.shard = new.shard AND conversation.id = new.id`,
    values: [plain(ids.map(shardOf)), texts(ids), versions],
  });
};

/** The policy of all conversations, locked: its row is made where there is none. */
export const lockPlatformPolicy = async (tx: Transaction): Promise<Policy> => {
  const { overrides: roles, modes, filters } = openPolicy(PLATFORM_ID);
  await tx.query({
    name: 'lockPlatformPolicy',
    text: `/* lockPlatformPolicy */
      INSERT INTO conversation_policy (shard, conversation_id, version, settings) VALUES ($1, $2, 0, $3)
      ON CONFLICT (shard, conversation_id) DO UPDATE SET version = conversation_policy.version`,
    values: [shardOf(PLATFORM_ID), PLATFORM_ID, JSON.stringify({ overrides: roles, modes, filters })],
  });
  return (await policiesOf(tx, [PLATFORM_ID])).get(PLATFORM_ID) ?? openPolicy(PLATFORM_ID);
};
