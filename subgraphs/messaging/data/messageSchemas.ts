import { z } from 'zod';
import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { type JsonSchema, readJsonSchema, schemaViolation } from '../domain/jsonSchema.ts';
import type { CustomContent } from '../domain/message.ts';
import type { MessageSchema, SchemaAction, SchemaAnswer } from '../domain/messageSchema.ts';
import { isSchemaRefusalCode } from '../domain/messageSchema.ts';
import { customDataOf } from '../domain/sendInput.ts';
import type { Command, CommandFamily } from './commandLane.ts';

/** Registering forms of custom messages. Locks: the forms, by shard and name. */
export const messageSchemas: CommandFamily<SchemaAction, SchemaAnswer> = {
  name: 'message-schemas',
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT', message: null },
  parse: (stored) => answer.parse(stored),
  decide: (tx, commands) => decideAll(tx, commands),
};

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.string().refine(isSchemaRefusalCode), message: z.string().nullable() }),
]);

// The last of a batch wins; an operator's wish about a form depends on nothing that is stored.
const decideAll = async (tx: Transaction, commands: readonly Command<SchemaAction>[]): Promise<readonly SchemaAnswer[]> => {
  const last = [...new Map(commands.map((command) => [command.action.name, command])).values()];
  await tx.query({
    name: 'saveMessageSchemas',
    text: `/* saveMessageSchemas */
      INSERT INTO message_schema (shard, name, definition, by_id, at)
      SELECT new.shard, new.name, new.definition, new.by_id, now() FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS new (shard, name, definition, by_id)
       ORDER BY new.shard, new.name
      ON CONFLICT (shard, name) DO UPDATE SET definition = excluded.definition, by_id = excluded.by_id, at = excluded.at`,
    values: [
      ...nameColumns(last.map(({ action }) => action.name)),
      last.map(({ action }) => action.definition),
      texts(last.map(({ actorId }) => actorId)),
    ],
  });
  return commands.map(() => ({ ok: true }));
};

/** The forms of these names, by name; those that are not registered are absent. One statement. */
export const messageSchemasOf = async (database: Queryable, names: readonly string[]): Promise<ReadonlyMap<string, MessageSchema>> => {
  const rows = await database.query<MessageSchema>({
    name: 'messageSchemasOf',
    text: `/* messageSchemasOf */
      SELECT name, definition, by_id AS "byId", at FROM message_schema
       WHERE (shard, name) IN (SELECT * FROM unnest($1::int[], $2::text[])) AND definition IS NOT NULL`,
    values: nameColumns(names),
  });
  return new Map(rows.map((row) => [row.name, row]));
};

/** What is wrong with the data of a custom message, as its registered form says; null where nothing is, and where the form is not registered. */
export const customViolation = (custom: CustomContent, registered: MessageSchema | null): string | null => {
  if (registered === null) return null;
  const schema = readJsonSchema(registered.definition);
  if (typeof schema === 'string') throw new Error(`the message schema ${custom.schema} is stored and not taken: ${schema}`);
  return violationOf(schema, custom);
};

const violationOf = (schema: JsonSchema, { data }: CustomContent): string | null => schemaViolation(schema, customDataOf(data));

const nameColumns = (names: readonly string[]): readonly [string, string] => [plain(names.map(shardOf)), texts(names)];
