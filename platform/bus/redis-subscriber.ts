import { createClient, type RedisClientOptions } from 'redis';
import { type ConnectionWatch, connectionWatch } from '#platform/redis/connect.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';

/** What a subscriber reports. */
export interface SubscriberEvents {
  /** The connection was lost and is back: messages may have been missed. */
  readonly gap: () => void;
  /** The server does not serve that channel any more. */
  readonly lost: (channel: string) => void;
}

type Listener = (message: string) => void;

/** The one connection for subscriptions to one server. Connects in the background and subscribes everything again after it was lost. */
export class RedisSubscriber {
  readonly #client: ReturnType<typeof connectionOf>;
  readonly #watch: ConnectionWatch;
  #wasReady = false;

  constructor(options: RedisClientOptions, telemetry: Telemetry, events: SubscriberEvents) {
    this.#watch = connectionWatch(telemetry, 'subscriptions');
    this.#client = connectionOf(options);
    this.#client
      .on('error', this.#watch.lost)
      .on('ready', () => {
        this.#watch.back();
        if (this.#wasReady) events.gap();
        this.#wasReady = true;
      })
      .on('sharded-channel-moved', (channel: string) => events.lost(channel))
      // The server answered the repeated subscriptions after a reconnection with MOVED: none of them stands.
      .on('__MOVED', (all: { readonly SHARDED?: ReadonlyMap<string, unknown> }) => {
        for (const channel of all.SHARDED?.keys() ?? []) events.lost(channel);
      });
    this.#client.connect().catch(this.#watch.lost);
  }

  get ready(): boolean {
    return this.#client.isReady;
  }

  /** Resolves when the server has acknowledged; while the connection is down, that is when it is back. Rejects when the server refuses. */
  async subscribe(channel: string, listener: Listener): Promise<void> {
    await this.#client.sSubscribe(channel, listener);
  }

  unsubscribe(channel: string, listener: Listener): void {
    // Fails only when the connection is lost, and the subscription with it.
    this.#client.sUnsubscribe(channel, listener).catch(this.#watch.lost);
  }

  close(): void {
    this.#client.destroy();
  }
}

const connectionOf = (options: RedisClientOptions) => createClient(options);
