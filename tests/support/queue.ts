import { randomUUID } from 'node:crypto';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import type { Person } from './moderation.ts';
import { askData, subscribeTo } from './runtime.ts';

export interface HeldShown {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly detail: string | null;
  readonly text: string;
  readonly settledBy: { readonly id: string } | null;
  readonly settledReason: string | null;
  readonly message: { readonly id: string; readonly heldAt: string | null; readonly messageNumber: number } | null;
}

export interface Refused {
  readonly code: string;
  readonly reason?: string | null;
  readonly message: string;
  readonly field: readonly string[] | null;
}

const HELD = 'id state reason detail text author { id } at expiresAt settledBy { id } settledReason message { id heldAt messageNumber }';
const CASE = 'id state user { id } message { id } reportCount settledReason settledBy { id } reports { reporter { id } reason comment }';
const ITEM = `__typename id state ... on HeldMessage { text } ... on ReportCase { reportCount }`;

/** What became of a text: posted under a number, held, or refused. */
export interface Sent {
  readonly number: number | null;
  readonly held: HeldShown | null;
  readonly codes: readonly string[];
}

export const send = async (
  on: RunningSubgraph,
  { as }: Pick<Person, 'as'>,
  conversationId: string,
  text: string,
  idempotencyKey: string = randomUUID(),
): Promise<Sent> => {
  const { sendMessage } = await askData<{
    sendMessage: { event: { message: { messageNumber: number } } | null; held: HeldShown | null; userErrors: readonly Refused[] };
  }>(on, {
    as,
    query: `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { event { message { messageNumber } } held { ${HELD} } userErrors { code message field } } }`,
    variables: { input: { conversationId, text, idempotencyKey } },
  });
  const { event, held, userErrors } = sendMessage;
  return { number: event?.message.messageNumber ?? null, held, codes: userErrors.map(({ code }) => code) };
};

/** A text that is surely held; its id. */
export const hold = async (on: RunningSubgraph, person: Person, conversationId: string, text: string): Promise<string> => {
  const { held, codes } = await send(on, person, conversationId, text);
  if (held === null) throw new Error(`"${text}" is not held: ${codes.join()}`);
  return held.id;
};

/** What came of a decision or of a report. */
export interface Decided {
  readonly codes: readonly string[];
  readonly errors: readonly Refused[];
  readonly held?: HeldShown | null;
  readonly reportCase?: Readonly<Record<string, unknown>> | null;
}

const decided = ({ userErrors, ...rest }: { readonly userErrors: readonly Refused[] }): Decided => ({
  ...rest,
  errors: userErrors,
  codes: userErrors.map(({ code }) => code),
});

export const review = async (
  on: RunningSubgraph,
  as: Identity,
  heldMessageId: string,
  decision: string,
  more: object = {},
): Promise<Decided> => {
  const query = `mutation ($input: ReviewHeldMessageInput!) { answer: reviewHeldMessage(input: $input) {
    held: heldMessage { ${HELD} } userErrors { code reason message field } } }`;
  const variables = { input: { heldMessageId, decision, idempotencyKey: randomUUID(), ...more } };
  return decided((await askData<{ answer: { userErrors: readonly Refused[] } }>(on, { as, query, variables })).answer);
};

export const resolve = async (
  on: RunningSubgraph,
  as: Identity,
  reportCaseId: string,
  decision: string,
  more: object = {},
): Promise<Decided> => {
  const query = `mutation ($input: ResolveReportInput!) { answer: resolveReport(input: $input) {
    reportCase { ${CASE} } userErrors { code reason message field } } }`;
  const variables = { input: { reportCaseId, decision, idempotencyKey: randomUUID(), ...more } };
  return decided((await askData<{ answer: { userErrors: readonly Refused[] } }>(on, { as, query, variables })).answer);
};

/** Reports a message (`messageId`) or a person (`conversationId`, `userId`); the codes of what was refused. */
export const report = async (on: RunningSubgraph, as: Identity, input: object): Promise<readonly string[]> => {
  const [mutation, type] = 'messageId' in input ? ['reportMessage', 'ReportMessageInput'] : ['reportUser', 'ReportUserInput'];
  const query = `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { userErrors { code message field } } }`;
  const variables = { input: { reason: 'SPAM', idempotencyKey: randomUUID(), ...input } };
  return decided((await askData<{ answer: { userErrors: readonly Refused[] } }>(on, { as, query, variables })).answer).codes;
};

/** A held message as somebody sees it; null where they don't. */
export const heldMessage = async (on: RunningSubgraph, as: Identity | undefined, id: string): Promise<HeldShown | null> =>
  (
    await askData<{ heldMessage: HeldShown | null }>(on, {
      ...(as === undefined ? {} : { as }),
      query: `query ($id: ID!) { heldMessage(id: $id) { ${HELD} } }`,
      variables: { id },
    })
  ).heldMessage;

export interface ItemShown {
  readonly __typename: string;
  readonly id: string;
  readonly state: string;
}

/** What waits in a conversation as somebody sees it, the oldest first; null where they don't. */
export const itemsIn = async (
  on: RunningSubgraph,
  as: Identity | undefined,
  conversationId: string,
): Promise<readonly ItemShown[] | null> => {
  const { conversation } = await askData<{ conversation: { moderationItems: { nodes: readonly ItemShown[] } | null } | null }>(on, {
    ...(as === undefined ? {} : { as }),
    query: `query ($id: ID!) { conversation(id: $id) { moderationItems(first: 100) { nodes { ${ITEM} } } } }`,
    variables: { id: conversationId },
  });
  return conversation?.moderationItems?.nodes ?? null;
};

/** A case of a conversation's queue, whole. */
export const casesIn = async (on: RunningSubgraph, as: Identity, conversationId: string) => {
  const { conversation } = await askData<{ conversation: { moderationItems: { nodes: readonly Readonly<Record<string, unknown>>[] } } }>(
    on,
    {
      as,
      query: `query ($id: ID!) { conversation(id: $id) { moderationItems(first: 100) { nodes { ... on ReportCase { ${CASE} } } } } }`,
      variables: { id: conversationId },
    },
  );
  return conversation.moderationItems.nodes.filter(({ id }) => id !== undefined);
};

export interface QueueEventShown {
  readonly __typename: string;
  readonly cursor: string;
  readonly seq: number;
  readonly state?: string;
  readonly reportCount?: number;
  readonly item?: ItemShown | null;
}

/** Follows a queue. */
export const followQueue = (on: RunningSubgraph, as: Identity, conversationId: string, after?: string) => {
  const events = subscribeTo<{ readonly moderationQueue: QueueEventShown }>(on, {
    as,
    query: `subscription ($conversationId: ID!, $after: Cursor) { moderationQueue(conversationId: $conversationId, after: $after) { __typename cursor seq
      ... on MessageHeldEvent { item { id state text } } ... on ReportedEvent { reportCount item { id state } }
      ... on ModerationSettledEvent { state by { id } item { ${ITEM} } } } }`,
    variables: { conversationId, ...(after === undefined ? {} : { after }) },
  });
  return {
    next: async (): Promise<QueueEventShown> => (await events.data()).moderationQueue,
    raw: () => events.next(),
    end: () => events.end(),
  };
};
