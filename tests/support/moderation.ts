import { randomUUID } from 'node:crypto';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { askData, aUser } from './runtime.ts';

/** Somebody new each time, who may write. */
export interface Person {
  readonly id: string;
  readonly as: Identity;
}

export const aPerson = (name = 'person'): Person => {
  const id = `${name}-${randomUUID()}`;
  return { id, as: aUser(id, 'chat:write') };
};

/** What came of a mutation: the codes of what was refused, and all else that was asked for. */
export interface Answered {
  readonly codes: readonly string[];
  readonly [field: string]: unknown;
}

/** What each mutation's input is called, and what is asked of its payload. */
const MUTATIONS = {
  sanctionUser: ['SanctionUserInput', 'sanction { conversationId user { id } type by { id } reason expiresAt }'],
  liftSanction: ['LiftSanctionInput', 'sanction { type user { id } }'],
  setRole: ['SetRoleInput', 'role'],
  setPermission: ['SetPermissionInput', 'conversation { permissionRules { permission least } }'],
  setChatModes: ['SetChatModesInput', 'conversation { chatModes { slowSeconds links } }'],
  addFilter: ['AddFilterInput', 'conversation { filters { id text } }'],
  removeFilter: ['RemoveFilterInput', 'conversation { filters { id text } }'],
} as const;

/** One of a moderator's mutations, with a new key where the input has none. */
export const moderate = async (on: RunningSubgraph, as: Identity, mutation: keyof typeof MUTATIONS, input: object): Promise<Answered> => {
  const [type, fields] = MUTATIONS[mutation];
  const query = `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { ${fields} userErrors { code message field } } }`;
  const variables = { input: { idempotencyKey: randomUUID(), ...input } };
  const { answer } = await askData<{ answer: { userErrors: readonly { code: string }[] } }>(on, { as, query, variables });
  return { ...answer, codes: answer.userErrors.map(({ code }) => code) };
};

/** Says something; answers with the message's number, or with the code of the refusal. */
export const say = async (
  on: RunningSubgraph,
  { as }: Person,
  conversationId: string,
  text: string,
  idempotencyKey: string = randomUUID(),
): Promise<number | string> => {
  const { sendMessage } = await askData<{
    sendMessage: { event: { message: { messageNumber: number } } | null; userErrors: readonly { code: string }[] };
  }>(on, {
    as,
    query:
      'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { event { message { messageNumber } } userErrors { code } } }',
    variables: { input: { conversationId, text, idempotencyKey } },
  });
  return sendMessage.event?.message.messageNumber ?? sendMessage.userErrors[0]?.code ?? 'nothing';
};

/** A group of these people, the first of whom owns it. */
export const aGroupOf = async (on: RunningSubgraph, owner: Person, ...members: readonly Person[]): Promise<string> => {
  const { createGroup } = await askData<{ createGroup: { group: { id: string } } }>(on, {
    as: owner.as,
    query: 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } } }',
    variables: { input: { title: 'Fans', userIds: members.map(({ id }) => id), idempotencyKey: randomUUID() } },
  });
  return createGroup.group.id;
};

/** What somebody is and may do in a conversation; null where they do not see it. */
export const standing = async (
  on: RunningSubgraph,
  as: Identity | undefined,
  id: string,
): Promise<{ readonly role: string; readonly permissions: readonly string[] } | null> =>
  (
    await askData<{ conversation: { role: string; permissions: readonly string[] } | null }>(on, {
      ...(as === undefined ? {} : { as }),
      query: 'query ($id: ID!) { conversation(id: $id) { role permissions } }',
      variables: { id },
    })
  ).conversation;

/** Kinds and payloads of a feed that has at most 1,000 events. */
export const logOf = async (on: RunningSubgraph, feed: string): Promise<readonly (object & { readonly kind: string })[]> =>
  (await on.feeds.page({ feed, limit: 1_000, direction: 'forward' })).events.map(({ kind, payload }) => ({ ...payload, kind }));
