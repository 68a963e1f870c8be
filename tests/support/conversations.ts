import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { askData, aUser } from './runtime.ts';

/** A new person each time, who may write. */
export const aPerson = (): { readonly id: string; readonly as: Identity } => {
  const id = `person-${randomUUID()}`;
  return { id, as: aUser(id, 'chat:write') };
};

/** A group of its owner and these people; its id. */
export const aGroupOf = async (on: RunningSubgraph, owner: Identity, userIds: readonly string[]): Promise<string> => {
  const { createGroup } = await askData<{ createGroup: { group: { id: string } } }>(on, {
    as: owner,
    query: 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } userErrors { code } } }',
    variables: { input: { title: 'Fans', userIds, idempotencyKey: randomUUID() } },
  });
  return createGroup.group.id;
};

/** The direct conversation of two people; its id. */
export const aDirectWith = async (on: RunningSubgraph, as: Identity, userId: string): Promise<string> => {
  const { openDirect } = await askData<{ openDirect: { conversation: { id: string } } }>(on, {
    as,
    query: 'mutation ($input: OpenDirectInput!) { openDirect(input: $input) { conversation { id } userErrors { code } } }',
    variables: { input: { userId, idempotencyKey: randomUUID() } },
  });
  return openDirect.conversation.id;
};

/** What came of sending: the message's id, or the code of the refusal. */
export const send = async (
  on: RunningSubgraph,
  as: Identity,
  input: object,
): Promise<{ readonly id: string | null; readonly code: string | null }> => {
  const { sendMessage } = await askData<{
    sendMessage: { event: { message: { id: string } } | null; userErrors: readonly { code: string }[] };
  }>(on, {
    as,
    query: 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { event { message { id } } userErrors { code } } }',
    variables: { input: { text: 'hello', idempotencyKey: randomUUID(), ...input } },
  });
  return { id: sendMessage.event?.message.id ?? null, code: sendMessage.userErrors[0]?.code ?? null };
};

/** A message that is surely sent; its id. */
export const say = async (on: RunningSubgraph, as: Identity, conversationId: string, text: string): Promise<string> => {
  const { id, code } = await send(on, as, { conversationId, text });
  expect(code).toBeNull();
  return id ?? '';
};
