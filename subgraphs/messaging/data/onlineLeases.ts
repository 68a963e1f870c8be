import type { Queryable } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import type { Store } from '#platform/store/store.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { ONLINE_GRACE_MS, ONLINE_LEASE_MS, ONLINE_LEASES_MAX, ONLINE_RENEW_MS, SEEN_WRITE_MS } from '../domain/presence.ts';
import { onlineSetOf, PRESENCE_LOOKS_MAX } from './presence.ts';
import { saveSeen } from './presenceRows.ts';

/** So often a process looks which of its people's leases are due. */
const TICK_MS = 1_000;
/** Leases that are sent to the store together. */
const RENEWALS_MAX = 500;

/** Who is online through this process. */
export interface OnlineLeases {
  /** Somebody is online from now on, through one more of their devices; answers with how to end that. */
  hold(userId: string): () => void;
  /** Writes down when everybody was seen. Leases are left to run out: whoever comes back to another process was never away. */
  close(): Promise<void>;
}

/** See the limits of the same meaning in domain/presence.ts. */
export interface LeaseTimes {
  readonly leaseMs: number;
  readonly renewMs: number;
  readonly graceMs: number;
  readonly seenMs: number;
  readonly tickMs: number;
}

const TIMES: LeaseTimes = {
  leaseMs: ONLINE_LEASE_MS,
  renewMs: ONLINE_RENEW_MS,
  graceMs: ONLINE_GRACE_MS,
  seenMs: SEEN_WRITE_MS,
  tickMs: TICK_MS,
};

export interface LeaseParts {
  readonly database: Queryable;
  readonly store: Pick<Store, 'presence'>;
  readonly telemetry: Telemetry;
}

export const openOnlineLeases = (parts: LeaseParts, times: LeaseTimes = TIMES): OnlineLeases => new ProcessLeases(parts, times);

/** One person's time here. All devices of a person that are connected to one process have one lease together. Kept for SEEN_WRITE_MS after it, so that somebody who comes and goes is not
 * written down each time. Times: epoch milliseconds. */
interface Held {
  devices: number;
  heldMs: number;
  renewedMs: number;
  leftMs: number;
  /** Whether the lease was ended, after the last device had been gone for a while. */
  ended: boolean;
  /** Whether what has to be known for ever is written. */
  written: boolean;
  writtenMs: number;
}

class ProcessLeases implements OnlineLeases {
  readonly #parts: LeaseParts;
  readonly #times: LeaseTimes;
  /** Names this process among those that hold leases of the same person. */
  readonly #holder = newId();
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | null = null;
  #ticking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: LeaseParts, times: LeaseTimes) {
    this.#parts = parts;
    this.#times = times;
    this.#schedule();
  }

  hold(userId: string): () => void {
    const nowMs = Date.now();
    const held = this.#held.get(userId) ?? {
      devices: 0,
      heldMs: nowMs,
      renewedMs: 0,
      leftMs: 0,
      ended: true,
      written: true,
      writtenMs: 0,
    };
    this.#held.set(userId, held);
    held.devices += 1;
    held.written = false;
    if (held.ended) {
      held.heldMs = nowMs;
      held.ended = false;
      void this.#renew([userId]);
    }
    let holding = true;
    return () => {
      if (!holding) return;
      holding = false;
      held.devices -= 1;
      if (held.devices === 0) held.leftMs = Date.now();
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#ticking;
    // A database that is away must not keep the rest of the process from closing: it knows of each of them until SEEN_WRITE_MS ago at most.
    await this.#write(Date.now(), () => true).catch((error: unknown) =>
      this.#parts.telemetry.log.warn({ err: error }, 'who was seen last could not be written before the end'),
    );
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#ticking = this.#tick()
        .catch((error: unknown) => this.#parts.telemetry.log.warn({ err: error }, 'who was seen could not be written; it is tried again'))
        .finally(() => {
          if (!this.#closed) this.#schedule();
        });
    }, this.#times.tickMs);
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    const { renewMs, graceMs, seenMs } = this.#times;
    const nowMs = Date.now();
    const isOver = ({ devices, leftMs }: Held): boolean => devices === 0 && leftMs + graceMs <= nowMs;
    await this.#renew(this.#those(({ devices, renewedMs }) => devices > 0 && renewedMs + renewMs <= nowMs));
    try {
      // Before their leases end: who is seen to be offline was last seen then.
      await this.#write(nowMs, (held) => {
        if (held.writtenMs + seenMs > nowMs) return false;
        return held.devices > 0 ? held.heldMs + seenMs <= nowMs : isOver(held);
      });
    } finally {
      await this.#end(this.#those((held) => !held.ended && isOver(held)));
      for (const [userId, held] of this.#held)
        if (held.devices === 0 && held.ended && held.written && held.writtenMs + seenMs <= nowMs) this.#held.delete(userId);
    }
  }

  #those(isOne: (held: Held) => boolean): readonly string[] {
    return [...this.#held].flatMap(([userId, held]) => (isOne(held) ? [userId] : []));
  }

  async #renew(userIds: readonly string[]): Promise<void> {
    const { leaseMs: ttlMs } = this.#times;
    await this.#update(userIds, { renew: [this.#holder], end: [], ttlMs, membersMax: ONLINE_LEASES_MAX }, (held) => {
      held.renewedMs = Date.now();
    });
  }

  async #end(userIds: readonly string[]): Promise<void> {
    const { leaseMs: ttlMs } = this.#times;
    await this.#update(userIds, { renew: [], end: [this.#holder], ttlMs, membersMax: ONLINE_LEASES_MAX }, (held) => {
      // Somebody may have come back meanwhile: then the lease is to be had anew.
      if (held.devices === 0) held.ended = true;
      else held.renewedMs = 0;
    });
  }

  /** The store never rejects; what it does not answer is tried again at the next tick. */
  async #update(userIds: readonly string[], change: Parameters<Store['presence']['update']>[1], done: (held: Held) => void): Promise<void> {
    for (let from = 0; from < userIds.length; from += RENEWALS_MAX) {
      const some = userIds.slice(from, from + RENEWALS_MAX);
      const answers = await Promise.all(some.map((userId) => this.#parts.store.presence.update(onlineSetOf(userId), change)));
      for (const [index, userId] of some.entries()) {
        const held = this.#held.get(userId);
        if (held !== undefined && answers[index] !== null) done(held);
      }
      if (answers.includes(null)) return;
    }
  }

  /** Writes when those were seen of whom it is due. */
  async #write(nowMs: number, isDue: (held: Held) => boolean): Promise<void> {
    const due = [...this.#held].filter(([, held]) => !held.written && isDue(held));
    for (let from = 0; from < due.length; from += PRESENCE_LOOKS_MAX) {
      const some = due.slice(from, from + PRESENCE_LOOKS_MAX);
      await saveSeen(
        this.#parts.database,
        some.map(([userId, { devices, leftMs }]) => ({ userId, at: new Date(devices > 0 ? nowMs : leftMs) })),
      );
      for (const [, held] of some) {
        held.writtenMs = nowMs;
        held.written = held.devices === 0;
      }
    }
  }
}
