import type { IdentityKey } from '#platform/config/parsers.ts';
import { connectRedis, type RedisCommands } from '#platform/redis/connect.ts';
import { slotOf } from '#platform/redis/slot.ts';
import type { CounterLike, Telemetry } from '#platform/telemetry/telemetry.ts';
import { BUS_MESSAGE_BYTES_MAX, type Bus, type Unsubscribe } from './bus.ts';
import { RedisSubscriber } from './redis-subscriber.ts';
import { createSeal, type Seal } from './seal.ts';

/** A slot may have moved to another node: so often each channel is looked at. Costs no command while nothing has moved. */
const PLACEMENT_CHECK_INTERVAL_MS = 1_000;

/** The bus over Redis' sharded channels: one connection for publishing, and one for subscriptions per server (cluster: per master). Connects in the background.
 * Messages are sealed with the first of the keys: what somebody else writes into Redis reaches nobody. */
export const createRedisBus = async (urls: readonly string[], keys: readonly IdentityKey[], telemetry: Telemetry): Promise<Bus> =>
  new RedisBus(await connectRedis(urls, telemetry, 'bus'), createSeal(keys), telemetry);

/** One channel of this process: subscribed once in Redis, whatever the number of listeners here. */
interface Channel {
  readonly name: string;
  readonly slot: number;
  readonly listeners: Set<(message: string) => void>;
  readonly dispatch: (message: string) => void;
  /** The node on which it is subscribed; null while there is none. */
  node: string | null;
  acknowledged: PromiseWithResolvers<void>;
}

class RedisBus implements Bus {
  readonly #commands: RedisCommands;
  readonly #seal: Seal;
  readonly #telemetry: Telemetry;
  readonly #failures: CounterLike;
  readonly #refused: CounterLike;
  readonly #channels = new Map<string, Channel>();
  readonly #subscribers = new Map<string, RedisSubscriber>();
  readonly #gapListeners = new Set<() => void>();
  readonly #placing: NodeJS.Timeout;

  constructor(commands: RedisCommands, seal: Seal, telemetry: Telemetry) {
    this.#commands = commands;
    this.#seal = seal;
    this.#telemetry = telemetry;
    this.#failures = telemetry.counter('fanfare_bus_publish_failures_total', 'Hints that could not be published, and were forgotten.');
    this.#refused = telemetry.counter('fanfare_bus_refused_total', 'Messages that none of our processes had sealed, and were dropped.');
    this.#placing = setInterval(() => this.#placeAll(), PLACEMENT_CHECK_INTERVAL_MS);
    this.#placing.unref();
  }

  get connected(): boolean {
    return this.#commands.ready && [...this.#subscribers.values()].every((subscriber) => subscriber.ready);
  }

  publish(channel: string, message: string): void {
    if (Buffer.byteLength(message) > BUS_MESSAGE_BYTES_MAX) {
      this.#failures.inc();
      return;
    }
    this.#commands.send(channel, ['SPUBLISH', channel, this.#seal.close(channel, message)]).catch(() => this.#failures.inc());
  }

  async subscribe(name: string, onMessage: (message: string) => void): Promise<Unsubscribe> {
    // A function of its own per subscription: the same listener may subscribe twice.
    const listener = (message: string): void => onMessage(message);
    const channel = this.#channels.get(name) ?? this.#addChannel(name);
    channel.listeners.add(listener);
    await channel.acknowledged.promise;
    return () => {
      if (channel.listeners.delete(listener) && channel.listeners.size === 0) this.#removeChannel(channel);
    };
  }

  onGap(listener: () => void): Unsubscribe {
    const own = (): void => listener();
    this.#gapListeners.add(own);
    return () => this.#gapListeners.delete(own);
  }

  async close(): Promise<void> {
    clearInterval(this.#placing);
    this.#channels.clear();
    for (const subscriber of this.#subscribers.values()) subscriber.close();
    // Whoever unsubscribes after this finds nothing to do.
    this.#subscribers.clear();
    this.#commands.close();
  }

  #addChannel(name: string): Channel {
    const listeners = new Set<(message: string) => void>();
    const dispatch = (sealed: string): void => {
      const message = this.#seal.open(name, sealed);
      if (message === null) this.#refused.inc();
      else for (const listener of listeners) listener(message);
    };
    const channel: Channel = { name, slot: slotOf(name), listeners, dispatch, node: null, acknowledged: Promise.withResolvers() };
    this.#channels.set(name, channel);
    this.#place(channel);
    return channel;
  }

  #removeChannel(channel: Channel): void {
    if (this.#channels.get(channel.name) === channel) this.#channels.delete(channel.name);
    if (channel.node !== null) this.#subscribers.get(channel.node)?.unsubscribe(channel.name, channel.dispatch);
    channel.node = null;
  }

  #placeAll(): void {
    for (const channel of this.#channels.values()) this.#place(channel);
    this.#dropIdleSubscribers();
  }

  /** Subscribes a channel on the node that serves its slot now, when it isn't already. While no node is known the next placement check tries again. */
  #place(channel: Channel): void {
    const node = this.#commands.nodeOf(channel.slot);
    if (node === null || node === channel.node) return;
    if (channel.node !== null) this.#subscribers.get(channel.node)?.unsubscribe(channel.name, channel.dispatch);
    const moved = channel.node !== null;
    channel.node = node;
    this.#subscriberOf(node)
      .subscribe(channel.name, channel.dispatch)
      .then(() => {
        channel.acknowledged.resolve();
        if (moved) this.#raiseGap();
      })
      .catch((error: unknown) => {
        this.#telemetry.log.warn(
          { err: error, channel: channel.name, node },
          'a channel could not be subscribed; the next placement check tries again',
        );
        if (channel.node === node) channel.node = null;
      });
  }

  #subscriberOf(node: string): RedisSubscriber {
    const known = this.#subscribers.get(node);
    if (known !== undefined) return known;
    const subscriber = new RedisSubscriber(this.#commands.optionsOf(node), this.#telemetry, {
      gap: () => this.#raiseGap(),
      lost: (name) => this.#onLostChannel(name),
    });
    this.#subscribers.set(node, subscriber);
    return subscriber;
  }

  /** Redis took a channel away: its slot has moved. A command on the channel's slot makes the cluster client learn where to. */
  #onLostChannel(name: string): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    channel.node = null;
    const settled = (): void => {
      if (this.#channels.get(name) === channel) this.#place(channel);
      this.#raiseGap();
    };
    this.#commands.send(name, ['EXISTS', name]).then(settled, settled);
  }

  #dropIdleSubscribers(): void {
    const inUse = new Set([...this.#channels.values()].map(({ node }) => node));
    for (const [node, subscriber] of this.#subscribers) {
      if (inUse.has(node) || this.#subscribers.size === 1) continue;
      subscriber.close();
      this.#subscribers.delete(node);
    }
  }

  #raiseGap(): void {
    for (const listener of this.#gapListeners) listener();
  }
}
