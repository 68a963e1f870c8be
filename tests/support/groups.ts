import { randomUUID } from 'node:crypto';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { inboxFeedOf } from '../../subgraphs/messaging/events.ts';
import { askData, aUser } from './runtime.ts';

export interface Person {
  readonly id: string;
  readonly as: Identity;
}

/** A new person each time, who may write. */
export const aPerson = (): Person => {
  const id = `person-${randomUUID()}`;
  return { id, as: aUser(id, 'chat:write') };
};

export interface GroupAnswerShown {
  readonly group: {
    readonly id: string;
    readonly title: string;
    readonly isPublic: boolean;
    readonly memberCount: number;
    readonly owner: { readonly id: string };
  } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly field: readonly string[] | null }[];
}

const INPUTS: Readonly<Record<string, string>> = {
  createGroup: 'CreateGroupInput',
  addMembers: 'GroupMembersInput',
  removeMembers: 'GroupMembersInput',
  joinGroup: 'JoinGroupInput',
  renameGroup: 'RenameGroupInput',
  setGroupVisibility: 'SetGroupVisibilityInput',
  transferGroup: 'TransferGroupInput',
};

/** One mutation about a group; a new idempotencyKey unless `input` has one. */
export const changeGroup = async (on: RunningSubgraph, as: Identity, mutation: string, input: object): Promise<GroupAnswerShown> => {
  const query = `mutation ($input: ${INPUTS[mutation] ?? 'GroupInput'}!) { answer: ${mutation}(input: $input) {
    group { id title isPublic memberCount owner { id } } userErrors { code message field } } }`;
  const variables = { input: { idempotencyKey: randomUUID(), ...input } };
  return (await askData<{ answer: GroupAnswerShown }>(on, { as, query, variables })).answer;
};

export const codesOf = ({ userErrors }: Pick<GroupAnswerShown, 'userErrors'>): readonly string[] => userErrors.map(({ code }) => code);

/** A group that was made without a refusal; its id. */
export const aGroup = async (
  on: RunningSubgraph,
  owner: Person,
  { members = [], isPublic = false }: { readonly members?: readonly Person[]; readonly isPublic?: boolean } = {},
): Promise<string> => {
  const made = await changeGroup(on, owner.as, 'createGroup', { title: 'Fans', isPublic, userIds: members.map(({ id }) => id) });
  if (made.group === null) throw new Error(`the group was refused: ${codesOf(made).join()}`);
  return made.group.id;
};

/** The direct conversation of two people; its id. */
export const aDirect = async (on: RunningSubgraph, one: Person, other: Person): Promise<string> => {
  const query = 'mutation ($input: OpenDirectInput!) { openDirect(input: $input) { conversation { id } userErrors { code } } }';
  const variables = { input: { userId: other.id, idempotencyKey: randomUUID() } };
  const { openDirect } = await askData<{ openDirect: { conversation: { id: string } | null } }>(on, { as: one.as, query, variables });
  if (openDirect.conversation === null) throw new Error('the direct conversation was refused');
  return openDirect.conversation.id;
};

export interface SentShown {
  readonly event: { readonly message: { readonly messageNumber: number } } | null;
  readonly userErrors: GroupAnswerShown['userErrors'];
}

/** What became of a text, whole. */
export const send = async (on: RunningSubgraph, { as }: Person, conversationId: string, text: string): Promise<SentShown> => {
  const query = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
    event { message { messageNumber } } userErrors { code message field } } }`;
  const variables = { input: { conversationId, text, idempotencyKey: randomUUID() } };
  return (await askData<{ sendMessage: SentShown }>(on, { as, query, variables })).sendMessage;
};

/** The messageNumber of a text that was posted, or the code of its refusal. */
export const say = async (on: RunningSubgraph, person: Person, conversationId: string, text: string): Promise<number | string> => {
  const { event, userErrors } = await send(on, person, conversationId, text);
  return event?.message.messageNumber ?? userErrors[0]?.code ?? 'nothing';
};

/** The newest 100 events of somebody's inbox, in their order. */
export const inboxOf = async ({ feeds }: Pick<RunningSubgraph, 'feeds'>, { id }: Pick<Person, 'id'>) =>
  (await feeds.page({ feed: inboxFeedOf(id), limit: 100, direction: 'backward' })).events;
