import { fingerprintOf } from '#platform/idempotency.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import type { Conversation } from '../domain/conversation.ts';
import { MODERATION_BUCKET } from '../domain/limits.ts';
import { PLATFORM_ID, type PolicyAction, type PolicyFault, policyInputFault } from '../domain/policyChange.ts';
import { type PolicyRefusal, policyRefusalOf } from '../domain/policyRefusal.ts';
import type { CommandLane } from './commandLane.ts';
import { visibleConversation } from './groups.ts';
import type { Loaders } from './loaders.ts';
import type { PolicyAnswer } from './policyCommands.ts';
import { type SubmitParts, submitCommand } from './submitCommand.ts';

export interface PolicyParts extends SubmitParts {
  readonly lanes: { readonly policies: CommandLane<PolicyAction, PolicyAnswer> };
  readonly loaders: Pick<Loaders, 'conversations' | 'members'>;
}

/** What came of it: the conversation as the caller may see it, null for all conversations. */
export interface PolicyPayload {
  readonly conversation: Conversation | null;
  readonly userErrors: readonly PolicyRefusal[];
}

/** Submits what somebody wants a conversation to decide about itself. `raw`: the input as it came, for the fingerprint. */
export const changePolicy = async (
  { key, action, raw }: { readonly key: string; readonly action: PolicyAction; readonly raw: readonly string[] },
  context: PolicyParts & Parameters<typeof requireViewer>[0],
): Promise<PolicyPayload> => {
  const viewer = requireViewer(context);
  const { conversationId } = action;
  const isPlace = conversationId === PLATFORM_ID || isUuid(conversationId);
  const fault: PolicyFault | null = policyInputFault(action) ?? (isPlace ? null : { code: 'ROOM_NOT_FOUND', detail: null });
  if (fault !== null) return refused(policyRefusalOf(fault));
  const wish = { key, fingerprint: fingerprintOf(`policy.${action.type}`, conversationId, ...raw), action };
  const { store, signal, lanes, loaders } = context;
  const { answer, retryAfterMs } = await submitCommand(lanes.policies, viewer, wish, { store, signal, pace: PACE });
  if (answer === null) return refused(policyRefusalOf({ code: 'RATE_LIMITED', detail: null }, retryAfterMs));
  if (!answer.ok) return refused(policyRefusalOf({ code: answer.code, detail: null }));
  return { conversation: await visibleConversation(conversationId, viewer.id, loaders), userErrors: [] };
};

const PACE = { name: 'moderation', bucket: MODERATION_BUCKET };

const refused = (refusal: PolicyRefusal): PolicyPayload => ({ conversation: null, userErrors: [refusal] });
