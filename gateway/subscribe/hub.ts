import { FanfareError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import type { Execution } from '../execute/executor.ts';
import type { Variables } from '../execute/variables.ts';
import { CHANNELS_MAX, REPLAYS_MAX, REPLAYS_WAITING_MAX, RING_BYTES_MAX, RINGS_BYTES_MAX } from '../limits.ts';
import { Channel } from './channel.ts';
import type { CompiledSubscription } from './compile.ts';
import type { Outlet } from './outlet.ts';
import { createSlots } from './slots.ts';

/** Brings subscribers to channels. Who asks for the same @broadcast field with the same document and variables shares one. */
export interface Hub {
  /** Joins (or opens) the channel of a subscription; returns how to leave it. Throws FanfareError BUSY, SHUTTING_DOWN. */
  join(request: JoinRequest, outlet: Outlet): () => void;
  /** Ends all channels without a word: their sockets are told. */
  close(): void;
}

export interface JoinRequest {
  readonly subscription: CompiledSubscription;
  /** Coerced; may still hold the client's own `after` variable. */
  readonly variables: Variables;
  readonly after: string | null;
  readonly identity: Identity;
  readonly requestId: string;
}

export interface HubOptions {
  readonly execution: Execution;
  readonly transports: ReadonlyMap<string, SubgraphTransport>;
  /** How long a subscription that has not begun waits for its subgraph, in milliseconds. */
  readonly startMsMax: number;
}

/** A broadcast runs as its audience, so what it shows cannot depend on a user. */
const EVERYONE: Identity = { kind: 'audience', audience: 'everyone' };

export const createHub = ({ execution, transports, startMsMax }: HubOptions): Hub => {
  const { telemetry } = execution;
  const channelsOpen = telemetry.gauge('fanfare_gateway_channels', 'Upstream subscriptions that are open.');
  const delivered = telemetry.counter('fanfare_delivered_total', 'Events written to subscribers.');
  const overflows = telemetry.counter('fanfare_gateway_overflows_total', 'Subscribers closed with 1013 because they read too slowly.');
  const channels = new Map<string, Channel>();
  const slots = createSlots(REPLAYS_MAX, REPLAYS_WAITING_MAX);
  let ringBytes = 0;
  let personal = 0;
  let closed = false;

  // While there is room each ring may grow to its own limit; past that each keeps its fair share.
  const ringBytesMax = (): number => (ringBytes < RINGS_BYTES_MAX ? RING_BYTES_MAX : RINGS_BYTES_MAX / Math.max(1, channels.size));

  const open = (key: string, { subscription, identity, requestId, after }: JoinRequest, variables: Variables): Channel => {
    if (channels.size >= CHANNELS_MAX)
      throw new FanfareError('BUSY', 'Too many different subscriptions are open.', { retryAfterMs: 1_000 });
    const transport = transports.get(subscription.primary.serviceName);
    if (transport === undefined)
      throw new FanfareError('SUBGRAPH_UNAVAILABLE', `The ${subscription.primary.serviceName} part is not configured.`);
    const channel = new Channel({
      run: { execution, subscription, variables, requestId, identity: subscription.broadcast ? EVERYONE : identity },
      transport,
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
        if (channels.get(key) === channel) channels.delete(key);
        channelsOpen.set(channels.size);
      },
    });
    channels.set(key, channel);
    channelsOpen.set(channels.size);
    return channel;
  };

  return {
    join: (request, outlet) => {
      if (closed) throw new FanfareError('SHUTTING_DOWN', 'This process is going down. Connect again.', { retryAfterMs: 1_000 });
      const variables = sharedVariables(request);
      const key = request.subscription.broadcast
        ? shareKey(execution.generation.id, request.subscription, variables)
        : `personal ${++personal}`;
      const channel = channels.get(key) ?? open(key, request, variables);
      return channel.join(outlet, request.after);
    },
    close: () => {
      closed = true;
      for (const channel of [...channels.values()]) channel.close();
    },
  };
};

/** The variables that the compiled operation still has: the client's own `after` is no part of what is shared. In order of their names. */
const sharedVariables = ({ subscription, variables }: JoinRequest): Variables => {
  const names = (subscription.operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  const known = names.filter((name) => Object.hasOwn(variables, name)).sort();
  return Object.fromEntries(known.map((name) => [name, variables[name]]));
};

const shareKey = (generation: string, subscription: CompiledSubscription, variables: Variables): string =>
  `${generation}\n${subscription.text}\n${JSON.stringify(variables)}`;
