import { FanfareError } from '#platform/errors.ts';
import type { IdentityKeys } from '#platform/identity/identity.ts';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import { aSubgraph, type TestSubgraph } from './gateway.ts';
import { aRoomLog, type LogEvent, type RoomLog } from './room-log.ts';

/** A small graph with all that the gateway must cope with: entities across two subgraphs, a broadcast log, a personal log, states, scopes, faults. */
export interface TestGraph {
  readonly messaging: TestSubgraph;
  readonly trading: TestSubgraph;
  readonly all: readonly TestSubgraph[];
  readonly log: RoomLog;
  /** Sets the value of the broadcast state. */
  setTitle(title: string): void;
  /** How long trading takes for the name of one gift. */
  readonly delaysMs: Map<string, number>;
}

const MESSAGING = `
type Query { me: User @personal room(id: ID!): Room rooms: [Room!]! fault(how: String!): String echo(text: String = "x", count: Int): String long(bytes: Int!): String }
type Mutation { post(text: String!): Boolean! @requiresScopes(scopes: [["chat:write"]]) touch: Boolean! }
type Subscription {
  roomEvents(roomId: ID!, after: Cursor, kinds: [String!]): RoomEvent! @broadcast
  titleChanged: Title! @broadcast
  inbox(after: Cursor): RoomEvent! @requiresScopes(scopes: [["wallet:read"]])
  refused: Title! @broadcast
}
type Title { text: String! version: SafeInt! }
type User @key(fields: "id") { id: ID! name: String! }
type Room @key(fields: "id") { id: ID! canPost: Boolean @personal gift: Gift self: Room }
type Gift @key(fields: "id", resolvable: false) { id: ID! }
interface RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! }
type ChatEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! text: String! room: Room }
type GiftEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! gift: Gift }
type PositionEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! }
type ResetEvent implements RoomEvent { id: ID! cursor: Cursor! seq: SafeInt! at: String! reason: String! }
`;

const TRADING = `
type Query { gifts: [Gift!]! }
type Gift @key(fields: "id") { id: ID! name: String! }
type User @key(fields: "id") { id: ID! wallet: Int @requiresScopes(scopes: [["wallet:read"]]) @personal }
`;

type Arguments = Readonly<Record<string, string>> & { readonly kinds?: readonly string[]; readonly after?: string | null };

export const aGraph = (keys: IdentityKeys): TestGraph => {
  const log = aRoomLog();
  const delaysMs = new Map<string, number>();
  const title = { text: 'first', version: 1, waiting: new Set<() => void>() };

  const follow = (_: unknown, { after, kinds }: Arguments, { signal }: SubgraphRequestContext) => log.follow(after ?? null, signal, kinds);
  async function* followTitle(_: unknown, __: unknown, { signal }: SubgraphRequestContext): AsyncGenerator<object, void> {
    for (let sent = 0; !signal.aborted; ) {
      if (sent === title.version) {
        await new Promise<void>((resolve) => {
          title.waiting.add(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      } else {
        sent = title.version;
        yield { text: title.text, version: title.version };
      }
    }
  }
  const same = { resolve: (event: unknown) => event };
  const rooms = [
    { id: 'r1', canPost: true, gift: { id: 'rose' } },
    { id: 'r2', canPost: true, gift: null },
    { id: 'r3', canPost: true, gift: { id: 'rocket' } },
  ];
  const messaging = aSubgraph(
    'messaging',
    MESSAGING,
    {
      Query: {
        me: (_: unknown, __: unknown, { identity }: SubgraphRequestContext) =>
          identity.kind === 'user' && identity.id !== null ? { id: identity.id, name: `name of ${identity.id}` } : null,
        room: (_: unknown, { id }: Arguments) => rooms.find((room) => room.id === id) ?? null,
        rooms: () => rooms,
        fault: (_: unknown, { how }: Arguments) => {
          if (how === 'busy') throw new FanfareError('BUSY', 'The queue is full.', { retryAfterMs: 50 });
          throw new Error('the password of the database is swordfish');
        },
        echo: (_: unknown, { text }: Arguments) => text,
        long: (_: unknown, { bytes }: { readonly bytes: number }) => 'x'.repeat(bytes),
      },
      Mutation: { post: (_: unknown, { text }: Arguments) => log.append({ text: text ?? '' }).seq > 0, touch: () => true },
      Subscription: {
        roomEvents: { subscribe: follow, ...same },
        inbox: { subscribe: follow, ...same },
        titleChanged: { subscribe: followTitle, ...same },
        refused: {
          subscribe: () => {
            throw new FanfareError('FORBIDDEN', 'Not today.');
          },
          ...same,
        },
      },
      ChatEvent: { room: () => rooms[0] },
      GiftEvent: { gift: ({ giftId }: LogEvent) => ({ id: giftId }) },
      User: { __resolveReference: ({ id }: Arguments) => ({ id, name: `name of ${id ?? ''}` }) },
      Room: { self: (room: unknown) => room, __resolveReference: ({ id }: Arguments) => rooms.find((room) => room.id === id) ?? null },
    },
    keys,
  );
  const giftOf = async (id: string) => {
    const delayMs = delaysMs.get(id) ?? 0;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (id === 'broken') throw new Error('the password of the database is swordfish');
    if (id === 'withdrawn') throw new FanfareError('FORBIDDEN', 'This gift is withdrawn.');
    return { id, name: `name of ${id}` };
  };
  const trading = aSubgraph(
    'trading',
    TRADING,
    {
      Query: { gifts: () => [{ id: 'rose', name: 'name of rose' }] },
      Gift: { __resolveReference: ({ id }: Arguments) => giftOf(id ?? '') },
      User: {
        wallet: ({ id }: Arguments, _: unknown, { identity }: SubgraphRequestContext) =>
          identity.kind === 'user' && identity.id === id ? 100 : null,
      },
    },
    keys,
  );
  return {
    messaging,
    trading,
    all: [messaging, trading],
    log,
    delaysMs,
    setTitle: (text) => {
      title.text = text;
      title.version += 1;
      const waiting = [...title.waiting];
      title.waiting.clear();
      for (const wake of waiting) wake();
    },
  };
};
