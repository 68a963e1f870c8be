import { setImmediate as untilNextTurn } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import { FanfareError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import type { Execution } from '../execute/executor.ts';
import { coerceVariables, type Variables } from '../execute/variables.ts';
import { CHANNELS_MAX, REPLAYS_MAX, REPLAYS_WAITING_MAX, RING_BYTES_MAX, RINGS_BYTES_MAX } from '../limits.ts';
import { Channel, type Joiner, type Subject } from './channel.ts';
import type { CompiledSubscription } from './compile.ts';
import type { Run } from './complete.ts';
import type { Outlet } from './outlet.ts';
import { createSlots } from './slots.ts';

/** Brings subscribers to channels. Who asks for the same @broadcast field with the same document and variables shares one. */
export interface Hub {
  /** Joins (or opens) the channel of a subscription; returns how to leave it. Throws FanfareError BUSY, SHUTTING_DOWN. */
  join(request: JoinRequest, outlet: Outlet): () => void;
  /** Ends the operations of all who match with this error; their sockets stay open. (Codes that are retryable close them with 1013.) Returns how many. */
  end(match: (subject: Subject) => boolean, error: FanfareError): number;
  /** Opens the upstreams anew of what matches, each after its last place: their subgraph has something else to say about it from now on. Returns how many. */
  renew(match: (subject: Subject) => boolean): number;
  /** Forgets what was sent so far of what matches: whoever joins with an older cursor has it replayed by the subgraph. */
  forget(match: (subject: Subject) => boolean): void;
  /** Who follows what now. */
  subjects(): readonly Subject[];
  /** Moves what is open to another generation: events from now on are completed by its plans, and later joiners of that generation share its channels. What
   * no longer fits the schema ends with SCHEMA_CHANGED; what is served in another way (shared or personal, log or state) is closed with 1013, so that its
   * client subscribes anew. Resolves when all have moved; never rejects. Call it before new operations use `execution`, or both generations of a hot
   * channel are open until the older one's subscribers have left. */
  swap(execution: Execution, recompile: Recompile): Promise<void>;
  /** Ends all channels without a word: their sockets are told. */
  close(): void;
}

export interface JoinRequest extends Joiner {
  /** The one that the subscription was compiled for. */
  readonly execution: Execution;
  readonly subscription: CompiledSubscription;
  /** Coerced; may still hold the client's own `after` variable. */
  readonly variables: Variables;
  readonly requestId: string;
}

/** The same subscription in another generation, or why it doesn't fit there. */
export type Recompile = (subscription: CompiledSubscription) => Promise<CompiledSubscription | GraphQLError>;

export interface HubOptions {
  readonly execution: Execution;
  readonly transports: ReadonlyMap<string, SubgraphTransport>;
  /** How long a subscription that has not begun waits for its subgraph, in milliseconds. */
  readonly startMsMax: number;
}

/** A broadcast runs as its audience, so what it shows cannot depend on a user. */
const EVERYONE: Identity = { kind: 'audience', audience: 'everyone' };

export const createHub = ({ execution: first, transports, startMsMax }: HubOptions): Hub => {
  const { telemetry } = first;
  const channelsOpen = telemetry.gauge('fanfare_gateway_channels', 'Upstream subscriptions that are open.');
  const delivered = telemetry.counter('fanfare_delivered_total', 'Events written to subscribers.');
  const overflows = telemetry.counter('fanfare_gateway_overflows_total', 'Subscribers closed with 1013 because they read too slowly.');
  const channels = new Map<string, Channel>();
  const keys = new Map<Channel, string>();
  /** Where the channels of the generation before are found now: operations that began in it still join them. */
  const moved = new Map<string, string>();
  const slots = createSlots(REPLAYS_MAX, REPLAYS_WAITING_MAX);
  let newest: { readonly execution: Execution; readonly recompile: Recompile } = { execution: first, recompile: async (known) => known };
  let ringBytes = 0;
  let personal = 0;
  let closed = false;

  // While there is room each ring may grow to its own limit; past that each keeps its fair share.
  const ringBytesMax = (): number => (ringBytes < RINGS_BYTES_MAX ? RING_BYTES_MAX : RINGS_BYTES_MAX / Math.max(1, channels.size));

  const open = (
    key: string,
    { execution, subscription, identity, requestId, after, ...request }: JoinRequest,
    variables: Variables,
  ): Channel => {
    if (channels.size >= CHANNELS_MAX)
      throw new FanfareError('BUSY', 'Too many different subscriptions are open.', { retryAfterMs: 1_000 });
    const { serviceName } = subscription.primary;
    if (!transports.has(serviceName)) throw new FanfareError('SUBGRAPH_UNAVAILABLE', `The ${serviceName} part is not configured.`);
    const run: Run = { execution, subscription, variables, requestId, identity: subscription.broadcast ? EVERYONE : identity };
    const channel = new Channel(run, {
      transportTo: (subgraph) => transports.get(subgraph),
      arguments: request.arguments,
      startAfter: subscription.broadcast ? null : after,
      slots,
      startMsMax,
      ringBytesMax,
      onRingBytes: (delta) => {
        ringBytes += delta;
      },
      onDelivered: (messages) => {
        if (messages > 0) delivered.inc({}, messages);
      },
      onOverflow: () => overflows.inc(),
      onEnd: () => {
        channels.delete(keys.get(channel) ?? key);
        keys.delete(channel);
        channelsOpen.set(channels.size);
      },
    });
    channels.set(key, channel);
    keys.set(channel, key);
    channelsOpen.set(channels.size);
    return channel;
  };

  /** Under its new key it is found by joiners of its new generation, unless one of those has opened a channel there already. */
  const rekey = (channel: Channel, to: string): void => {
    const from = keys.get(channel);
    if (from === undefined || channels.has(to)) return;
    channels.delete(from);
    channels.set(to, channel);
    keys.set(channel, to);
    moved.set(from, to);
  };

  const move = async (channel: Channel): Promise<void> => {
    const target = newest;
    if (channel.run.execution === target.execution) return;
    const run = await runIn(target.execution, channel.run, target.recompile).catch((error: unknown) => {
      telemetry.log.error({ err: error, field: channel.run.subscription.field }, 'a subscription could not be moved to the new schema');
      return subscribeAnew();
    });
    // A later swap moves this channel, too.
    if (target !== newest || !keys.has(channel)) return;
    if (run instanceof FanfareError) {
      channel.fail(run);
      return;
    }
    channel.adopt(run);
    if (run.subscription.broadcast) rekey(channel, shareKey(run));
  };

  return {
    join: (request, outlet) => {
      if (closed) throw new FanfareError('SHUTTING_DOWN', 'This process is going down. Connect again.', { retryAfterMs: 1_000 });
      const variables = sharedVariables(request.subscription, request.variables);
      const own = request.subscription.broadcast ? shareKey({ ...request, variables }) : `personal ${++personal}`;
      const key = channels.has(own) ? own : (moved.get(own) ?? own);
      const known = channels.get(key);
      const channel = known ?? open(key, request, variables);
      // Not the request as a whole: it holds a generation that others want to throw away.
      const leave = channel.join(outlet, { after: request.after, identity: request.identity, arguments: request.arguments });
      // It began in a generation that was replaced meanwhile.
      if (known === undefined) void move(channel);
      return leave;
    },
    end: (match, error) => {
      let ended = 0;
      for (const channel of [...channels.values()]) ended += channel.end(match, error);
      return ended;
    },
    renew: (match) => {
      const concerned = [...channels.values()].filter((channel) => channel.follows(match));
      for (const channel of concerned) channel.renew();
      return concerned.length;
    },
    forget: (match) => {
      for (const channel of channels.values()) channel.forget(match);
    },
    subjects: () => [...channels.values()].flatMap((channel) => channel.subjects()),
    swap: async (execution, recompile) => {
      moved.clear();
      newest = { execution, recompile: oncePerSubscription(recompile) };
      // In portions, so that events and requests get their turns in between.
      const all = [...channels.values()];
      for (let from = 0; from < all.length; from += CHANNELS_MOVED_AT_ONCE) {
        await Promise.all(all.slice(from, from + CHANNELS_MOVED_AT_ONCE).map(move));
        await untilNextTurn();
      }
    },
    close: () => {
      closed = true;
      for (const channel of [...channels.values()]) channel.close();
    },
  };
};

/** The variables that the compiled operation still has: the client's own `after` is no part of what is shared. In order of their names. */
const sharedVariables = ({ operation }: CompiledSubscription, variables: Variables): Variables => {
  const names = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  const known = names.filter((name) => Object.hasOwn(variables, name)).sort();
  return Object.fromEntries(known.map((name) => [name, variables[name]]));
};

/** Moving one takes some tens of microseconds. */
const CHANNELS_MOVED_AT_ONCE = 100;

const shareKey = ({ execution, subscription, variables }: Pick<Run, 'execution' | 'subscription' | 'variables'>): string =>
  `${execution.generation.id}\n${subscription.text}\n${JSON.stringify(variables)}`;

/** A run as it goes on in another generation, or with what it ends. */
const runIn = async (execution: Execution, run: Run, recompile: Recompile): Promise<Run | FanfareError> => {
  const subscription = await recompile(run.subscription);
  if (subscription instanceof GraphQLError) return schemaChanged(subscription.message);
  if (subscription.kind !== run.subscription.kind || subscription.broadcast !== run.subscription.broadcast) return subscribeAnew();
  const coerced = coerceVariables(execution.generation.schema, subscription.operation, run.variables);
  if (!coerced.ok) return schemaChanged(coerced.errors.map(({ message }) => message).join(' '));
  return { ...run, execution, subscription, variables: sharedVariables(subscription, coerced.values) };
};

const schemaChanged = (reason: string): FanfareError =>
  new FanfareError('SCHEMA_CHANGED', `The schema has changed, and this subscription no longer fits it: ${reason}`);

// Retryable, so that its socket is closed with 1013 and the client comes back with its cursor.
const subscribeAnew = (): FanfareError =>
  new FanfareError('SUBGRAPH_UNAVAILABLE', 'The schema has changed how this is served. Subscribe again.', { retryAfterMs: 0 });

const oncePerSubscription = (recompile: Recompile): Recompile => {
  const known = new WeakMap<CompiledSubscription, ReturnType<Recompile>>();
  return (subscription) => {
    const found = known.get(subscription) ?? recompile(subscription);
    known.set(subscription, found);
    return found;
  };
};
