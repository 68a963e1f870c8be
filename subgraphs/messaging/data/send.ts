import type { Queryable } from '#platform/database/database.ts';
import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { addressOf, type Identity } from '#platform/identity/identity.ts';
import { isUuid } from '#platform/ids.ts';
import type { Lane } from '#platform/lane/lane.ts';
import type { Store } from '#platform/store/store.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import { ADDRESS_POST_BUCKET, CONVERSATION_POST_BUCKET, POST_BUCKET } from '../domain/limits.ts';
import type { MessageBody } from '../domain/message.ts';
import type { ContentFault } from '../domain/posting.ts';
import { MODULE_UNAVAILABLE, refusalIn, type ShownRefusal, showRefusal } from '../domain/refusal.ts';
import type { ChatEvent } from '../domain/roomEvent.ts';
import { attach } from './attach.ts';
import type { Files } from './files.ts';
import type { Loaders } from './loaders.ts';
import type { SendGate } from './moduleEvents.ts';
import { type PersonsPost, type PostCommand, type PostOutcome, storedOutcomes } from './postingLane.ts';

export interface SendParts {
  readonly database: Queryable;
  readonly store: Store;
  readonly lanes: { readonly postings: Lane<PostCommand, PostOutcome> };
  readonly modules: SendGate;
  readonly files: Pick<Files, 'isOpen' | 'thereAmong'>;
  readonly loaders: Pick<Loaders, 'conversations'>;
  readonly identity: Identity;
  readonly signal: AbortSignal;
}

/** What became of a message, as the graph shows it. */
export interface SendPayload {
  readonly event: ChatEvent | null;
  /** By which the graph knows the message that waits for a moderator. */
  readonly heldId: string | null;
  readonly userErrors: readonly ShownRefusal[];
}

/** Sends what this viewer wants to say, where its form is right. `idField`: what the mutation calls the conversation. Throws FanfareError BAD_USER_INPUT for a key that is none, and what the lane throws. */
export const sendFrom = async (
  viewer: Viewer,
  {
    idField,
    body,
    attachmentIds = [],
    ...wish
  }: Pick<PersonsPost, 'key' | 'fingerprint' | 'conversationId' | 'objection'> & {
    readonly idField: 'roomId' | 'conversationId';
    readonly body: MessageBody | ContentFault;
    readonly attachmentIds?: readonly string[];
  },
  parts: SendParts,
): Promise<SendPayload> => {
  checkIdempotencyKey(wish.key);
  const { event, heldId, userErrors } =
    typeof body !== 'string' && isUuid(wish.conversationId)
      ? await send({ ...wish, body, authorId: viewer.id, isOperator: viewer.scopes.includes('ops:write') }, attachmentIds, parts)
      : {
          event: null,
          heldId: null,
          userErrors: [showRefusal({ code: typeof body === 'string' ? body : 'CONVERSATION_NOT_FOUND', message: null })],
        };
  return { event, heldId, userErrors: userErrors.map((refusal) => refusalIn(idField, refusal)) };
};

/** Sends a message whose form is checked. Who posts too fast is refused before the lane, and so are files while their store is away, and what a module that has to be asked did not answer about; unless the key has its
 * answer already: a repeated key always gets that. These refusals are not stored. Throws what the lane throws. */
const send = async (wished: PersonsPost, attachmentIds: readonly string[], parts: SendParts): Promise<SendPayload> => {
  const retryAfterMs = await waitOf(wished, parts);
  if (retryAfterMs > 0) return storedOr(wished, showRefusal({ code: 'RATE_LIMITED', message: null }, retryAfterMs), parts);
  const command = await attach(wished, attachmentIds, parts);
  if (command === null) return storedOr(wished, showRefusal({ code: 'FILES_UNAVAILABLE', message: null }), parts);
  // What is wrong already nobody has to be asked about.
  const asked = command.objection == null ? await askModules(command, parts) : command;
  if (asked === null) return storedOr(command, showRefusal(MODULE_UNAVAILABLE), parts);
  return payloadOf(await parts.lanes.postings.submit(asked, parts));
};

/** When the next message is taken, in milliseconds; 0: this one is. Asked in the order of what is most often too fast, so that one author who is does not use up what others share. */
const waitOf = async ({ authorId, conversationId }: PersonsPost, { store, identity }: SendParts): Promise<number> => {
  const author = await store.takeTokens(`posts:${authorId}`, POST_BUCKET);
  if (!author.taken) return author.retryAfterMs;
  const address = addressOf(identity);
  const shared = await Promise.all([
    store.takeTokens(`posts-in:${conversationId}`, CONVERSATION_POST_BUCKET),
    ...(address === null ? [] : [store.takeTokens(`posts-from:${address}`, ADDRESS_POST_BUCKET)]),
  ]);
  return Math.max(...shared.map(({ retryAfterMs }) => retryAfterMs));
};

const storedOr = async (command: PersonsPost, refusal: ShownRefusal, { database }: SendParts): Promise<SendPayload> => {
  const [stored = null] = await storedOutcomes(database, [command]);
  return stored === null ? { event: null, heldId: null, userErrors: [refusal] } : payloadOf(stored);
};

/** The command as the modules leave it, with what they have against it; null when one that has to be asked did not answer. Which conversations there are the lane knows best. */
const askModules = async (command: PersonsPost, { modules, loaders }: SendParts): Promise<PersonsPost | null> => {
  const conversation = modules.asks ? await loaders.conversations.load(command.conversationId) : null;
  if (conversation === null) return command;
  const author = { id: command.authorId, isOperator: command.isOperator };
  const answer = await modules.beforeSend({ conversation, author, body: command.body });
  if (answer.type === 'unavailable') return null;
  return { ...command, body: answer.body, objection: answer.type === 'object' ? answer.objection : null };
};

const payloadOf = (outcome: PostOutcome): SendPayload => {
  if (!outcome.ok) {
    const { heldId = null } = outcome;
    return { event: null, heldId, userErrors: heldId === null ? [showRefusal(outcome)] : [] };
  }
  if (outcome.event.__typename !== 'ChatEvent') throw new Error(`the posting ${outcome.event.id} was answered as a message, and is none`);
  return { event: outcome.event, heldId: null, userErrors: [] };
};
