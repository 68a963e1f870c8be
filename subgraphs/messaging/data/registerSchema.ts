import { fingerprintOf } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { MODERATION_BUCKET } from '../domain/limits.ts';
import {
  type MessageSchema,
  type SchemaAction,
  type SchemaAnswer,
  type SchemaRefusal,
  schemaActionFault,
  schemaRefusalOf,
} from '../domain/messageSchema.ts';
import type { CommandLane } from './commandLane.ts';
import type { Loaders } from './loaders.ts';
import { type SubmitParts, submitCommand } from './submitCommand.ts';

type RegisterContext = SubmitParts &
  Parameters<typeof requireViewer>[0] & {
    readonly lanes: { readonly schemas: CommandLane<SchemaAction, SchemaAnswer> };
    readonly loaders: Pick<Loaders, 'messageSchemas'>;
  };

/** Registers the form of custom messages of one name, or takes it away. */
export const registerSchema = async (
  {
    name,
    schema: definition = null,
    idempotencyKey: key,
  }: { readonly name: string; readonly schema?: string | null | undefined; readonly idempotencyKey: string },
  context: RegisterContext,
): Promise<{ readonly schema: MessageSchema | null; readonly userErrors: readonly SchemaRefusal[] }> => {
  const viewer = requireViewer(context);
  const action = { name, definition };
  const fault = schemaActionFault(action);
  if (fault !== null) return { schema: null, userErrors: [fault] };
  const { store, signal, lanes, loaders } = context;
  const wish = { key, fingerprint: fingerprintOf('registerMessageSchema', name, definition), action };
  const { answer, retryAfterMs } = await submitCommand(lanes.schemas, viewer, wish, { store, signal, pace: PACE });
  if (answer === null) return { schema: null, userErrors: [schemaRefusalOf('RATE_LIMITED', null, retryAfterMs)] };
  if (!answer.ok) return { schema: null, userErrors: [schemaRefusalOf(answer.code, answer.message)] };
  return { schema: await loaders.messageSchemas.load(name), userErrors: [] };
};

const PACE = { name: 'message-schemas', bucket: MODERATION_BUCKET };
