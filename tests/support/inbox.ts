import { randomUUID } from 'node:crypto';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { conversationFeedOf } from '../../subgraphs/messaging/events.ts';
import { askData, aUser, type Subscription, subscribeTo } from './runtime.ts';

export interface Person {
  readonly id: string;
  readonly as: Identity;
}

/** A new person each time, who may write. */
export const aPerson = (): Person => {
  const id = `person-${randomUUID()}`;
  return { id, as: aUser(id, 'chat:write') };
};

type On = Pick<RunningSubgraph, 'name' | 'transport'>;

/** One of the mutations about groups; the id of the group, or the code of the refusal. */
export const changeGroup = async (on: On, { as }: Person, mutation: string, input: object): Promise<string> => {
  const inputs: Readonly<Record<string, string>> = {
    createGroup: 'CreateGroupInput',
    addMembers: 'GroupMembersInput',
    removeMembers: 'GroupMembersInput',
  };
  const { answer } = await askData<{ answer: { group: { id: string } | null; userErrors: readonly { code: string }[] } }>(on, {
    as,
    query: `mutation ($input: ${inputs[mutation] ?? 'GroupInput'}!) { answer: ${mutation}(input: $input) { group { id } userErrors { code } } }`,
    variables: { input: { idempotencyKey: randomUUID(), ...input } },
  });
  return answer.userErrors[0]?.code ?? answer.group?.id ?? '';
};

export const aGroup = (on: On, owner: Person, ...members: readonly Person[]): Promise<string> =>
  changeGroup(on, owner, 'createGroup', { title: 'Fans', userIds: members.map(({ id }) => id) });

export const aDirect = async (on: On, one: Person, other: Person): Promise<string> =>
  (
    await askData<{ openDirect: { conversation: { id: string } } }>(on, {
      as: one.as,
      query: 'mutation ($input: OpenDirectInput!) { openDirect(input: $input) { conversation { id } } }',
      variables: { input: { userId: other.id, idempotencyKey: randomUUID() } },
    })
  ).openDirect.conversation.id;

/** Says something; the id of the event, or the code of the refusal. */
export const say = async (on: On, { as }: Person, conversationId: string, text: string): Promise<string> => {
  const { sendMessage } = await askData<{ sendMessage: { event: { id: string } | null; userErrors: readonly { code: string }[] } }>(on, {
    as,
    query: 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { event { id } userErrors { code } } }',
    variables: { input: { conversationId, text, idempotencyKey: randomUUID() } },
  });
  return sendMessage.event?.id ?? sendMessage.userErrors[0]?.code ?? '';
};

/** An event of an inbox as the questions below ask for it. */
export interface InboxEvent {
  readonly __typename: string;
  readonly id: string;
  readonly cursor: string;
  readonly conversationId?: string;
  readonly conversation?: { readonly id: string } | null;
  readonly event?: { readonly id: string; readonly seq: number; readonly message?: { readonly text: string } };
  readonly readNumber?: number;
  readonly user?: { readonly id: string };
  readonly isBlocked?: boolean;
  readonly version?: number;
  readonly reason?: string;
}

const EVENT = `__typename id cursor at
  ... on InboxConversationEvent { conversationId conversation { id } event { __typename id seq ... on ChatEvent { message { text author { id } } } } }
  ... on InboxJoinedEvent { conversationId conversation { id } }
  ... on InboxLeftEvent { conversationId }
  ... on InboxReadEvent { conversationId conversation { id } readNumber }
  ... on InboxBlocksEvent { user { id } isBlocked version }
  ... on InboxResetEvent { reason }`;

export type InboxSubscription = Subscription<{ readonly inbox: InboxEvent }>;

export const followInbox = (on: On, { as }: Person, after: string | null = null): InboxSubscription =>
  subscribeTo(on, { as, query: `subscription ($after: Cursor) { inbox(after: $after) { ${EVENT} } }`, variables: { after } });

/** The next `count` events of an inbox. */
export const takeInbox = async (subscription: InboxSubscription, count: number): Promise<readonly InboxEvent[]> => {
  const events: InboxEvent[] = [];
  while (events.length < count) events.push((await subscription.data()).inbox);
  return events;
};

export interface InboxPage {
  readonly nodes: readonly InboxEvent[];
  readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
}

export const INBOX_PAGE = `query ($first: Int!, $after: Cursor) { me { inbox(first: $first, after: $after) {
  nodes { ${EVENT} } pageInfo { endCursor hasNextPage hasPreviousPage } } } }`;

export const inboxPage = async (on: On, { as }: Person, after: string | null = null, first = 100): Promise<InboxPage> =>
  (await askData<{ me: { inbox: InboxPage } }>(on, { as, query: INBOX_PAGE, variables: { after, first } })).me.inbox;

/** All pages from there on. */
export const restOfInbox = async (on: On, person: Person, after: string | null = null, first = 100): Promise<readonly InboxEvent[]> => {
  const events: InboxEvent[] = [];
  for (let cursor = after; ; ) {
    const { nodes, pageInfo } = await inboxPage(on, person, cursor, first);
    events.push(...nodes);
    if (!pageInfo.hasNextPage) return events;
    if (cursor === pageInfo.endCursor) throw new Error('the inbox does not go on');
    cursor = pageInfo.endCursor;
  }
};

/** What of a group's log belongs into somebody's inbox, as the log itself says: ids of its events. */
export const partOf = async (feeds: Pick<Feeds, 'page'>, groupId: string, userId: string): Promise<readonly string[]> => {
  const { events } = await feeds.page({ feed: conversationFeedOf(groupId), limit: 1_000, direction: 'forward' });
  let isMember = false;
  return events.flatMap((event) => {
    const was = isMember;
    if (names(event, 'joined', userId)) isMember = true;
    if (names(event, 'left', userId)) isMember = false;
    return was ? [event.id] : [];
  });
};

const names = ({ payload }: FeedEvent, list: 'joined' | 'left', userId: string): boolean => {
  const people = payload[list];
  return Array.isArray(people) && people.includes(userId);
};
