import { fingerprintOf } from '#platform/idempotency.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer, type Viewer } from '#platform/subgraph/authorise.ts';
import type { Conversation } from '../domain/conversation.ts';
import { type GroupAction, type GroupAnswer, groupInputFault } from '../domain/group.ts';
import { type GroupRefusal, groupRefusalOf } from '../domain/groupRefusal.ts';
import { GROUP_BUCKET } from '../domain/limits.ts';
import type { CommandLane } from './commandLane.ts';
import type { Loaders } from './loaders.ts';
import { type SubmitParts, submitCommand } from './submitCommand.ts';

export interface GroupParts extends SubmitParts {
  readonly lanes: { readonly groups: CommandLane<GroupAction, GroupAnswer> };
  readonly loaders: Pick<Loaders, 'conversations' | 'members'>;
}

/** What came of a wish about a group: the conversation as the caller may see it. */
export interface GroupResult {
  readonly conversation: Conversation | null;
  readonly userErrors: readonly GroupRefusal[];
}

/** Submits a wish about a group or a direct conversation. `raw`: the input as it came, for the fingerprint. */
export const changeGroup = async (
  viewer: Viewer,
  { key, action, raw }: { readonly key: string; readonly action: GroupAction; readonly raw: readonly (string | null)[] },
  parts: GroupParts,
): Promise<GroupResult> => {
  const fault = groupInputFault(viewer.id, action) ?? (isUuid(action.id) ? null : 'CONVERSATION_NOT_FOUND');
  if (fault !== null) return refused(groupRefusalOf(fault));
  const { store, signal, lanes, loaders } = parts;
  const wish = { key, fingerprint: fingerprintOf(`group.${action.type}`, ...raw), action };
  const { answer, retryAfterMs } = await submitCommand(lanes.groups, viewer, wish, { store, signal, pace: PACE });
  if (answer === null) return refused(groupRefusalOf('RATE_LIMITED', retryAfterMs));
  if (!answer.ok) return refused(groupRefusalOf(answer.code));
  return { conversation: await visibleConversation(answer.id, viewer.id, loaders), userErrors: [] };
};

/** A conversation that this user may read: any room, and what they are a member of. Null otherwise. */
export const visibleConversation = async (
  id: string,
  userId: string | null,
  loaders: Pick<Loaders, 'conversations' | 'members'>,
): Promise<Conversation | null> => {
  const conversation = await loaders.conversations.load(id);
  if (conversation === null || conversation.kind === 'ROOM') return conversation;
  return userId !== null && (await loaders.members.load({ conversationId: id, userId })) ? conversation : null;
};

/** The conversation of an id as the caller may see it; see visibleConversation. */
export const conversationFor = (
  id: string,
  { identity, loaders }: { readonly identity: Identity; readonly loaders: Pick<Loaders, 'conversations' | 'members'> },
): Promise<Conversation | null> => visibleConversation(id, identity.kind === 'user' ? identity.id : null, loaders);

/** A wish about one group: the viewer's, from an input that names it. */
export const changeOneGroup = async (
  input: { readonly groupId: string; readonly idempotencyKey: string },
  action: GroupAction,
  raw: readonly string[],
  context: GroupParts & Parameters<typeof requireViewer>[0],
): Promise<{ readonly group: Conversation | null; readonly userErrors: readonly GroupRefusal[] }> => {
  const wish = { key: input.idempotencyKey, action, raw: [input.groupId, ...raw] };
  const { conversation, userErrors } = await changeGroup(requireViewer(context), wish, context);
  return { group: conversation, userErrors };
};

const PACE = { name: 'groups', bucket: GROUP_BUCKET };

const refused = (refusal: GroupRefusal): GroupResult => ({ conversation: null, userErrors: [refusal] });
