import { type DocumentNode, parse } from 'graphql';

/** The two subgraphs that every gateway is measured over: messages from one, their authors from the other. */
export const SUBGRAPHS = ['messaging', 'trading'] as const;
export type Subgraph = (typeof SUBGRAPHS)[number];

/** How many messages, and so how many authors, one request asks for. */
export const SIZES = [10, 100] as const;
export type Size = (typeof SIZES)[number];

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const SDL: Readonly<Record<Subgraph, string>> = {
  messaging: `type Query { messages(roomId: ID!, first: Int!): [Message!]! }
    type Message { id: ID! text: String! sentAt: String! author: User }
    type User @key(fields: "id", resolvable: false) { id: ID! }`,
  trading: 'type User @key(fields: "id") { id: ID! name: String! level: Int! }',
};

/** The schema of one subgraph, as it would be given to composition. */
export const documentOf = (subgraph: Subgraph): DocumentNode => parse(`${LINK} ${SDL[subgraph]}`);

/** What every gateway is asked. */
export const OPERATION_NAME = 'Messages';
export const QUERY = `query ${OPERATION_NAME}($roomId: ID!, $first: Int!) { messages(roomId: $roomId, first: $first) { id text sentAt author { id name level } } }`;

/** Requests under way at the same time ask for different rooms: what a gateway makes of equal ones is not what is measured. All names are equally long, so answers are, too. */
export const ROOMS: readonly string[] = Array.from({ length: 64 }, (_, index) => `r${10 + index}`);

/** The body of one request. */
export const bodyOf = (size: Size, roomId: string): string =>
  JSON.stringify({ query: QUERY, operationName: OPERATION_NAME, variables: { roomId, first: size } });

/** A message as its subgraph sends it. */
export interface Message {
  readonly id: string;
  readonly text: string;
  readonly sentAt: string;
  readonly author: { readonly __typename: 'User'; readonly id: string };
}

export const messagesOf = (roomId: string, first: number): Message[] =>
  Array.from({ length: first }, (_, index) => ({
    id: `${roomId}:${index}`,
    text: `message ${index}: hello from the room, and a little more`,
    sentAt: '2026-01-01T00:00:00.000Z',
    author: { __typename: 'User', id: `user-${roomId}-${index}` },
  }));

/** An author's own fields. Each message has another author: nothing is saved by asking for one of them once. */
export interface User {
  readonly __typename: 'User';
  readonly id: string;
  readonly name: string;
  readonly level: number;
}

export const userOf = (id: string): User => ({ __typename: 'User', id, name: `name of ${id}`, level: id.length });

/** What every gateway must answer. */
export const answerOf = (size: Size, roomId: string): unknown => ({
  data: {
    messages: messagesOf(roomId, size).map(({ author, ...message }) => {
      const { id, name, level } = userOf(author.id);
      return { ...message, author: { id, name, level } };
    }),
  },
});
