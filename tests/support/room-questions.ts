import { randomUUID } from 'node:crypto';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { aLiveRoom, type MessagingWorld, untilInRoom } from './messaging.ts';
import { askData, aUser, subscribeTo } from './runtime.ts';

/** A room event as the questions below ask for it. */
export interface RoomEvent {
  readonly __typename: string;
  readonly id: string;
  readonly cursor: string;
  readonly seq: number;
  /** Of a gift. */
  readonly orderId?: string;
}

const CHAT = '... on ChatEvent { message { id text author { id handle displayName avatarUrl } } }';
const EVENT = `__typename id cursor seq at ${CHAT}
  ... on GiftEvent { sender { id handle } quantity coins combo { id count } orderId gift { id } }
  ... on NoticeEvent { code text }
  ... on ResetEvent { reason }`;

/** Follows a room, anonymously unless told otherwise. */
export const follow = (on: RunningSubgraph, roomId: string, variables: object = {}, as: Identity = ANONYMOUS) =>
  subscribeTo(on, {
    as,
    query: `subscription ($roomId: ID!, $after: Cursor, $kinds: [RoomEventKind!]) { roomEvents(roomId: $roomId, after: $after, kinds: $kinds) { ${EVENT} } }`,
    variables: { roomId, ...variables },
  });

/** The event in a payload of `follow`. */
export const eventOf = ({ data, errors }: { readonly data?: unknown; readonly errors?: unknown }): RoomEvent => {
  if (errors !== undefined) throw new Error(`the subscription answered with errors: ${JSON.stringify(errors)}`);
  return (data as { readonly roomEvents: RoomEvent }).roomEvents;
};

/** Posts a text, by a new author unless told otherwise: the rate limit of one message is not that of the next. */
export const post = async (
  on: RunningSubgraph,
  roomId: string,
  text: string,
  as: Identity = aUser(`viewer-${randomUUID()}`, 'chat:write'),
): Promise<RoomEvent> => {
  const { postMessage } = await askData<{ postMessage: { event: RoomEvent } }>(on, {
    as,
    query: `mutation ($input: PostMessageInput!) { postMessage(input: $input) { event { __typename id cursor seq at ${CHAT} } } }`,
    variables: { input: { roomId, text, idempotencyKey: randomUUID() } },
  });
  return postMessage.event;
};

/** A page of a room's log as EVENTS asks for it. */
export interface Connection {
  readonly edges: readonly { readonly cursor: string; readonly node: RoomEvent }[];
  readonly nodes: readonly RoomEvent[];
  readonly pageInfo: {
    readonly startCursor: string | null;
    readonly endCursor: string | null;
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
  };
}

export const EVENTS = `query ($roomId: ID!, $first: Int, $after: Cursor, $last: Int, $before: Cursor, $kinds: [RoomEventKind!]) {
  room(id: $roomId) { events(first: $first, after: $after, last: $last, before: $before, kinds: $kinds) {
    edges { cursor node { seq } } nodes { ${EVENT} } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
  } } }`;

/** A page of a room's log, for the anonymous viewer. */
export const page = async (on: RunningSubgraph, roomId: string, variables: object = {}): Promise<Connection> =>
  (await askData<{ room: { events: Connection } }>(on, { query: EVENTS, variables: { roomId, ...variables } })).room.events;

export const seqsOf = ({ nodes }: Connection): readonly number[] => nodes.map(({ seq }) => seq);

/** A room whose log holds ROOM_OPENED (1), three messages (2, 3, 5) and a gift (4). */
export const aRoomWithAPast = async (world: MessagingWorld) => {
  const room = await aLiveRoom(world);
  await post(world.messaging, room.roomId, 'two');
  await post(world.messaging, room.roomId, 'three');
  const [gift] = await world.sendGifts([{ streamId: room.roomId, senderId: 'alice', quantity: 3 }]);
  await untilInRoom(world.messaging.feeds, room.roomId, ({ kind }) => kind === 'gift.shown');
  await post(world.messaging, room.roomId, 'five');
  return { ...room, gift };
};
