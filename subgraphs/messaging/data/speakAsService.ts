import type { Queryable } from '#platform/database/database.ts';
import { checkIdempotencyKey, fingerprintOf } from '#platform/idempotency.ts';
import { isUuid } from '#platform/ids.ts';
import type { Lane } from '#platform/lane/lane.ts';
import type { Store } from '#platform/store/store.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { SERVICE_BUCKET } from '../domain/limits.ts';
import type { ControlBody, CustomContent, SystemContent } from '../domain/message.ts';
import type { PostedEvent } from '../domain/roomEvent.ts';
import {
  controlBodyOf,
  placesOf,
  type ServiceFault,
  type ServiceRefusal,
  serviceFaultOf,
  serviceRefusalOf,
  systemBodyOf,
} from '../domain/serviceMessage.ts';
import type { Loaders } from './loaders.ts';
import { customViolation } from './messageSchemas.ts';
import { type PostCommand, type PostOutcome, type ServicePost, storedOutcomes } from './postingLane.ts';
import type { Objection } from './sendRules.ts';

export interface ServiceParts {
  readonly database: Queryable;
  readonly store: Store;
  readonly lanes: { readonly postings: Lane<PostCommand, PostOutcome> };
  readonly loaders: Pick<Loaders, 'messageSchemas'>;
  readonly signal: AbortSignal;
}

type ServiceContext = ServiceParts & Parameters<typeof requireViewer>[0];

/** What came of it: the events of the conversations where it was said, in the order in which they were named, and why it was not said in the others. */
export interface ServicePayload {
  readonly events: readonly PostedEvent[];
  readonly userErrors: readonly ServiceRefusal[];
}

interface Addressed {
  readonly conversationIds: readonly string[];
  readonly idempotencyKey: string;
}

/** Says something to people in each of these conversations. Throws FanfareError BAD_USER_INPUT for a key that is none, and what the lane throws. */
export const sendSystemMessages = async (
  {
    key,
    parameters = [],
    text,
    ...where
  }: Addressed & Partial<Pick<SystemContent, 'parameters'>> & { readonly key: string; readonly text: string },
  context: ServiceContext,
): Promise<ServicePayload> => {
  const raw = fingerprintOf('sendSystemMessage', key, text, JSON.stringify(parameters.map(({ name, value }) => [name, value])));
  return say(where, { fingerprint: raw, body: systemBodyOf({ key, parameters, text }), objection: null }, context);
};

/** Tells clients' machines something in each of these conversations. The form has to be registered. Throws like sendSystemMessages. */
export const sendControlMessages = async (
  { schema, data, ...where }: Addressed & CustomContent,
  context: ServiceContext,
): Promise<ServicePayload> => {
  const body = controlBodyOf({ schema, data });
  const objection = typeof body === 'string' ? null : await objectionTo(body, context.loaders);
  return say(where, { fingerprint: fingerprintOf('sendControlMessage', schema, data), body, objection }, context);
};

const objectionTo = async ({ custom }: ControlBody, { messageSchemas }: ServiceParts['loaders']): Promise<Objection | null> => {
  const registered = await messageSchemas.load(custom.schema);
  if (registered === null) return { type: 'refuse', code: 'SCHEMA_NOT_REGISTERED', message: '' };
  const violation = customViolation(custom, registered);
  return violation === null ? null : { type: 'refuse', code: 'DATA_INVALID', message: violation };
};

/** A key counts in each conversation by itself: whoever was cut off calls again, with the same key, and it is said where it was not said yet. */
const say = async (
  { conversationIds, idempotencyKey: key }: Addressed,
  { body, ...what }: Pick<ServicePost, 'fingerprint' | 'objection'> & { readonly body: ServicePost['body'] | ServiceFault },
  context: ServiceContext,
): Promise<ServicePayload> => {
  const { id: authorId } = requireViewer(context);
  checkIdempotencyKey(key);
  const places = placesOf(conversationIds);
  if (places === null) return { events: [], userErrors: [serviceRefusalOf('CONVERSATIONS_INVALID')] };
  if (typeof body === 'string') return { events: [], userErrors: [serviceRefusalOf(body)] };
  const commands = places.map(
    (conversationId): ServicePost => ({
      ...what,
      isService: true,
      authorId,
      body,
      conversationId,
      key: fingerprintOf('service', key, conversationId),
    }),
  );
  const { taken, retryAfterMs } = await context.store.takeTokens(`service-posts:${authorId}`, SERVICE_BUCKET, commands.length);
  const outcomes = taken ? await submitAll(commands, context) : await storedOutcomes(context.database, commands);
  const userErrors = commands.flatMap(({ conversationId }, index) => {
    const outcome = outcomes[index] ?? null;
    if (outcome === null) return [serviceRefusalOf('RATE_LIMITED', { conversationId, retryAfterMs })];
    if (outcome.ok) return [];
    const message = outcome.message === '' ? null : outcome.message;
    return [serviceRefusalOf(serviceFaultOf(outcome.code), { conversationId, message })];
  });
  return { events: outcomes.flatMap((outcome) => (outcome?.ok === true ? [outcome.event] : [])), userErrors };
};

const submitAll = async (
  commands: readonly ServicePost[],
  { lanes, signal }: Pick<ServiceParts, 'lanes' | 'signal'>,
): Promise<readonly PostOutcome[]> => {
  const settled = await Promise.allSettled(
    commands.map(
      async (command): Promise<PostOutcome> => (isUuid(command.conversationId) ? lanes.postings.submit(command, { signal }) : NOT_FOUND),
    ),
  );
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
};

const NOT_FOUND: PostOutcome = { ok: false, code: 'CONVERSATION_NOT_FOUND', message: null };
