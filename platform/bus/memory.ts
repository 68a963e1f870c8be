import { BUS_MESSAGE_BYTES_MAX, type Bus, type Unsubscribe } from './bus.ts';

/** The bus of one process: hints travel from publisher to subscriber on the next turn of the event loop, in order. The embedded default. */
export const createMemoryBus = (): Bus => new MemoryBus();

class MemoryBus implements Bus {
  readonly connected = true;
  readonly #listeners = new Map<string, Set<(message: string) => void>>();
  #outgoing: { readonly channel: string; readonly message: string }[] = [];

  wanted(channel: string): boolean {
    return this.#listeners.has(channel);
  }

  publish(channel: string, message: string): void {
    if (!this.#listeners.has(channel) || Buffer.byteLength(message) > BUS_MESSAGE_BYTES_MAX) return;
    this.#outgoing.push({ channel, message });
    if (this.#outgoing.length === 1) setImmediate(() => this.#deliver());
  }

  subscribe(channel: string, onMessage: (message: string) => void): Promise<Unsubscribe> {
    // A function of its own per subscription: the same listener may subscribe twice.
    const listener = (message: string): void => onMessage(message);
    const listeners = this.#listeners.get(channel) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(channel, listeners);
    return Promise.resolve(() => {
      if (listeners.delete(listener) && listeners.size === 0) this.#listeners.delete(channel);
    });
  }

  /** Nothing is ever missed inside one process. */
  onGap(_listener: () => void): Unsubscribe {
    return () => undefined;
  }

  close(): Promise<void> {
    this.#listeners.clear();
    this.#outgoing = [];
    return Promise.resolve();
  }

  #deliver(): void {
    const messages = this.#outgoing;
    this.#outgoing = [];
    for (const { channel, message } of messages) {
      for (const listener of this.#listeners.get(channel) ?? []) listener(message);
    }
  }
}
