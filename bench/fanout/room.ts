/** A process: the messaging subgraph served over HTTP and graphql-ws as in production, whose rooms’ events come from a clock instead of a database. */
import { EventEmitter, on } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Kind } from 'graphql';
import { loadConfig } from '#platform/config/config.ts';
import type { FeedSource, Feeds } from '#platform/feed/feed.ts';
import { openRuntime } from '#platform/subgraph/runtime.ts';
import { readSubgraphSdl } from '#platform/subgraph/schema.ts';
import { serveSubgraph } from '#platform/subgraph/server.ts';
import { startSubgraph } from '#platform/subgraph/start.ts';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import { serveCommands } from '../support/child.ts';
import { emitSteadily, type Rate, ROOM_ID, type RoomEvent, roomEvent } from './events.ts';

export type RoomCommands = {
  /** Its URL. `identityKeys`: as the gateway has them. */
  readonly open: (identityKeys: string) => Promise<string>;
  /** How many events it was, after the last. */
  readonly emit: (rate: Rate) => Promise<number>;
  /** One event in another room, with a text of this length. */
  readonly append: (event: { readonly roomId: string; readonly textLength: number }) => void;
};

const rooms = new Map<string, RoomEvent[]>();
const changes = new EventEmitter();

const logOf = (roomId: string): RoomEvent[] => {
  const log = rooms.get(roomId) ?? [];
  rooms.set(roomId, log);
  return log;
};

const append = (roomId: string, dueAtMs: number, textLength?: number): void => {
  const log = logOf(roomId);
  log.push(roomEvent('ChatEvent', log.length + 1, dueAtMs, textLength));
  changes.emit('change');
};

/** As a log: a position first, then every event after it. */
async function* follow(
  _: unknown,
  { roomId, after }: { readonly roomId: string; readonly after?: string | null },
  { signal }: SubgraphRequestContext,
): AsyncGenerator<RoomEvent> {
  const log = logOf(roomId);
  const ticks = on(changes, 'change', { signal });
  let next = after ? Number(after.split(':')[1]) : log.length;
  yield roomEvent('PositionEvent', next, Date.now());
  while (!signal.aborted) {
    for (let event = log[next]; event !== undefined; event = log[next]) {
      next += 1;
      yield event;
    }
    await ticks.next();
  }
}

const none = async (): Promise<never> => {
  throw new Error('this room has no database');
};

/** Everybody may follow every room. */
const admissions = (_: unknown, { checks }: { readonly checks: readonly unknown[] }): readonly object[] =>
  checks.map(() => ({ refusal: null }));

/** Nobody is ever banned: no feed has anything to say, however long is waited for it. */
const pull: FeedSource['pull'] = async ({ waitMs = 0 }, signal) => {
  await wait(waitMs, undefined, { signal });
  return { feeds: [] };
};

/** Resolvers for all that is not asked for: the schema wants them. */
const refusals = <Refusal>(root: 'Query' | 'Mutation' | 'Subscription', refusal: Refusal): Readonly<Record<string, Refusal>> =>
  Object.fromEntries(
    readSubgraphSdl('messaging').definitions.flatMap((type) =>
      type.kind === Kind.OBJECT_TYPE_DEFINITION && type.name.value === root
        ? (type.fields ?? []).map(({ name }) => [name.value, refusal] as const)
        : [],
    ),
  );

const commands: RoomCommands = {
  open: async (identityKeys) => {
    const runtime = await openRuntime(loadConfig({ LOG_LEVEL: 'warn', METRICS_REPORT_SECONDS: '0', IDENTITY_KEYS: identityKeys }), {
      process: 'messaging',
    });
    const running = await startSubgraph(
      {
        name: 'messaging',
        resolvers: {
          Query: { ...refusals('Query', none), admissions },
          Mutation: refusals('Mutation', none),
          Subscription: {
            ...refusals('Subscription', { subscribe: none }),
            roomEvents: { subscribe: follow, resolve: (event: RoomEvent) => event },
          },
        },
        createContext: (request) => ({ ...request }),
        feeds: { append: none, follow: none, page: none, pages: none, head: none, pull, close: async () => undefined } as unknown as Feeds,
        dependsOn: [],
        checkReady: async () => undefined,
        close: async () => undefined,
      },
      runtime,
    );
    return (await serveSubgraph(running, runtime, { host: '127.0.0.1', port: 0 })).url;
  },
  append: ({ roomId, textLength }) => append(roomId, Date.now(), textLength),
  emit: (rate) => emitSteadily(rate, (dueAtMs) => append(ROOM_ID, dueAtMs)),
};

serveCommands(commands);
