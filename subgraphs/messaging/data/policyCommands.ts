import { z } from 'zod';
import type { Transaction } from '#platform/database/database.ts';
import type { Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import { openPolicy, type Policy } from '../domain/policy.ts';
import { decidePolicy, PLATFORM_ID, type PolicyAction, type PolicyCode } from '../domain/policyChange.ts';
import { isPolicyCode } from '../domain/policyRefusal.ts';
import { chatModesChangedEvent } from '../events.ts';
import type { Command, CommandFamily } from './commandLane.ts';
import { appendToConversations } from './conversationLog.ts';
import { lockConversations } from './conversations.ts';
import { memberKeyOf } from './members.ts';
import { policySetEvent } from './moderationEvents.ts';
import { lockPlatformPolicy, policiesFor, savePolicies } from './policies.ts';
import { rolesOf } from './roles.ts';

export type PolicyAnswer = { readonly ok: true } | { readonly ok: false; readonly code: PolicyCode };

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.string().refine(isPolicyCode) }),
]);

/** What conversations decide about themselves: permissions, modes, filters. Locks: conversations, so that no message is judged by what does not hold any more; then policies; then
 * logs. */
export const policyCommands = (feeds: Pick<Feeds, 'append'>): CommandFamily<PolicyAction, PolicyAnswer> => ({
  name: 'policies',
  batchMax: BATCH_MAX,
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT' },
  parse: (stored) => answer.parse(stored),
  decide: (tx, commands) => decideAll(tx, feeds, commands),
});

/** Each may write a policy with all its filters. */
const BATCH_MAX = 200;

const decideAll = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  commands: readonly Command<PolicyAction>[],
): Promise<readonly PolicyAnswer[]> => {
  const ids = [...new Set(commands.map(({ action }) => action.conversationId))];
  const conversations = await lockConversations(tx, ids);
  const policies = new Map<string, Policy>(await policiesFor(tx, [...conversations.values()]));
  if (ids.includes(PLATFORM_ID)) policies.set(PLATFORM_ID, await lockPlatformPolicy(tx));
  const actors = commands.map(({ actorId: userId, action: { conversationId } }) => ({ conversationId, userId }));
  const roles = await rolesOf(tx, actors, conversations);
  const changed = new Map<string, Policy>();
  const [shown, noted]: [NewFeedEvent[], NewFeedEvent[]] = [[], []];
  const answers = commands.map(({ actorId, isOperator, action }): PolicyAnswer => {
    const { conversationId } = action;
    const conversation: Conversation | undefined = conversations.get(conversationId);
    const actor = { isOperator, role: roles.get(memberKeyOf({ conversationId, userId: actorId })) ?? ('GUEST' as const) };
    const before = policies.get(conversationId) ?? openPolicy(conversationId);
    const policy = decidePolicy(action, { conversation, policy: before, actor });
    if (typeof policy === 'string') return { ok: false, code: policy };
    policies.set(conversationId, policy);
    changed.set(conversationId, policy);
    noted.push(policySetEvent(newId(), action, { byId: actorId, before, policy }));
    if (action.type === 'modes') shown.push(chatModesChangedEvent(conversationId, newId(), { byId: actorId, modes: policy.modes }));
    return { ok: true };
  });
  if (changed.size > 0) await savePolicies(tx, [...changed.values()]);
  if (shown.length > 0) await appendToConversations(tx, feeds, shown, conversations);
  if (noted.length > 0) await feeds.append(tx, noted);
  return answers;
};
