/** Hints between processes: fast, best effort, never truth. Two twins behind this interface (memory, Redis) and one contract suite.
 * A lost message costs latency only: followers compare heads once a second. Hints carry events, so over Redis each is sealed with a key that Redis does not have:
 * who can write there can withhold, repeat and delay hints, and cannot make one up. */
export interface Bus {
  /** Publishes and does not wait. Never throws; a failed publish is counted and forgotten. `message` ≤ BUS_MESSAGE_BYTES_MAX. */
  publish(channel: string, message: string): void;
  /** False when surely nobody listens to that channel: a publisher then need not build the message. Absent: nobody can know. */
  wanted?(channel: string): boolean;
  /** Resolves when the subscription is acknowledged: everything published after that arrives (unless it is lost). */
  subscribe(channel: string, onMessage: (message: string) => void): Promise<Unsubscribe>;
  /** Called after messages may have been missed (reconnect): followers then compare heads at once. */
  onGap(listener: () => void): Unsubscribe;
  /** Whether hints flow now; for readiness and metrics. */
  readonly connected: boolean;
  close(): Promise<void>;
}

export type Unsubscribe = () => void;

/** A longer hint is sent as its head only; the follower then reads the log. */
export const BUS_MESSAGE_BYTES_MAX = 64 * 1024;
