import type { Queryable } from '#platform/database/database.ts';
import type { Connection } from '#platform/subgraph/connection.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Loaders } from './loaders.ts';
import { type Membership, readMemberships } from './memberLists.ts';
import { type PlaceArguments, pageByPlace } from './pageByPlace.ts';

/** One page of a group's members, in the order in which they joined. Throws FanfareError BAD_USER_INPUT for arguments that make no page. */
export const pageOfMembers = (
  conversationId: string,
  page: PlaceArguments,
  loaders: Pick<Loaders, 'memberPages'>,
): Promise<Connection<Membership>> =>
  pageByPlace(
    page,
    (request) => loaders.memberPages.load({ ...request, conversationId }),
    ({ joinedAt, userId }) => ({ at: joinedAt, id: userId }),
  );

/** One page of the conversations that a user is in, which they came to last first. Throws FanfareError BAD_USER_INPUT for arguments that make no page. */
export const pageOfConversations = async (
  userId: string,
  { kind, ...page }: PlaceArguments & { readonly kind?: 'GROUP' | 'DIRECT' | null | undefined },
  { database, loaders }: { readonly database: Queryable; readonly loaders: Pick<Loaders, 'conversations'> },
): Promise<Connection<Conversation>> => {
  const { edges, pageInfo } = await pageByPlace(
    page,
    (request) => readMemberships(database, userId, { ...request, kind: kind ?? null }),
    ({ joinedAt, conversationId }) => ({ at: joinedAt, id: conversationId }),
  );
  const shown = await Promise.all(
    edges.map(async ({ cursor, node }) => {
      const conversation = await loaders.conversations.load(node.conversationId);
      return conversation === null ? [] : [{ cursor, node: conversation }];
    }),
  );
  return { edges: shown.flat(), nodes: shown.flat().map(({ node }) => node), pageInfo };
};
