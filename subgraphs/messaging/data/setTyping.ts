import type { Queryable } from '#platform/database/database.ts';
import { isUuid } from '#platform/ids.ts';
import type { Store } from '#platform/store/store.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import { chatFault } from '../domain/chatModes.ts';
import type { Conversation } from '../domain/conversation.ts';
import { conversationFault } from '../domain/posting.ts';
import {
  TYPING_BUCKET,
  TYPING_RENEW_SECONDS,
  type TypingRefusal,
  type TypingRefusalCode,
  typingFaultOf,
  typingRefusalOf,
} from '../domain/typing.ts';
import { followKeyOf, followsSince } from './chatTraces.ts';
import type { Loaders } from './loaders.ts';
import { readRights } from './rights.ts';
import type { TypingDesk } from './typing.ts';

export interface SetTypingParts {
  readonly database: Queryable;
  readonly store: Store;
  readonly loaders: Pick<Loaders, 'conversations' | 'policies'>;
  readonly states: { readonly typing: Pick<TypingDesk, 'isOff' | 'set'> };
}

/** What became of it, as the graph shows it. */
export interface SetTypingPayload {
  readonly off: boolean | null;
  readonly renewAfterSeconds: number;
  readonly userErrors: readonly TypingRefusal[];
}

/** Says that this viewer types, or no more. */
export const setTypingOf = async (
  viewer: Viewer,
  { conversationId, typing }: { readonly conversationId: string; readonly typing: boolean },
  parts: SetTypingParts,
): Promise<SetTypingPayload> => {
  const { store, loaders, states } = parts;
  const { taken, retryAfterMs } = await store.takeTokens(`typing:${viewer.id}`, TYPING_BUCKET);
  if (!taken) return refused(typingRefusalOf('RATE_LIMITED', retryAfterMs));
  const conversation = isUuid(conversationId) ? await loaders.conversations.load(conversationId) : null;
  if (conversation === null) return refused(typingRefusalOf('CONVERSATION_NOT_FOUND'));
  const fault = await faultOf(viewer, conversation, parts);
  if (fault !== null) return refused(typingRefusalOf(fault));
  const off = await states.typing.isOff(conversation);
  if (!off) await states.typing.set({ conversationId, userId: viewer.id }, typing);
  return { off, renewAfterSeconds: TYPING_RENEW_SECONDS, userErrors: [] };
};

/** Why nothing that somebody could write here would be taken, or null. */
const faultOf = async (
  { id: userId, scopes }: Viewer,
  conversation: Conversation,
  { database, loaders }: SetTypingParts,
): Promise<TypingRefusalCode | null> => {
  const [rightOf, policy] = await Promise.all([readRights(database, [{ conversation, userId }]), loaders.policies.load(conversation)]);
  const { role, isSilenced } = rightOf({ conversation, userId });
  const fault = conversationFault(conversation, role !== 'GUEST');
  if (fault !== null) return typingFaultOf(fault);
  const { ownerId } = conversation;
  const follow = policy.modes.followersOnlyMinutes === null || ownerId === null ? null : { ownerId, userId };
  const refusal = chatFault(policy, {
    ...HARMLESS,
    role,
    isOperator: scopes.includes('ops:write'),
    followsSince: follow === null ? null : ((await followsSince(database, [follow])).get(followKeyOf(follow)) ?? null),
    now: new Date(),
  });
  return refusal === null && !isSilenced ? null : 'NOT_ALLOWED';
};

/** A message that no mode has anything against, whoever its author is. Who has to wait a while may type meanwhile. */
const HARMLESS = { lastPostedAt: null, lastSaidAt: null, hasLink: false, isEmotes: true } as const;

const refused = (refusal: TypingRefusal): SetTypingPayload => ({
  off: null,
  renewAfterSeconds: TYPING_RENEW_SECONDS,
  userErrors: [refusal],
});
