import { GLUED_BYTES_MAX, RING_PAYLOADS_MAX, RING_SHARE_UNOFFERED_MAX } from '../limits.ts';
import { type Batch, createBatch } from './frames.ts';
import type { Outlet } from './outlet.ts';
import { Passes } from './passes.ts';
import type { Ring } from './ring.ts';

export interface ReadersOptions {
  readonly ring: Ring;
  /** How many bytes the ring may hold now. */
  readonly ringBytesMax: () => number;
  /** Whether who is late gets the newest payload only (states), instead of falling off the ring (logs). */
  readonly skips: boolean;
  readonly onDelivered: (messages: number) => void;
}

/** Somebody who reads from the ring. */
export interface Reader {
  readonly outlet: Outlet;
  /** It has read so slowly that the ring has lost what comes next for it. It is no reader any more. */
  readonly onFallenOff: () => void;
  /** The next entry to send. */
  index: number;
  /** Its socket is full: it goes on when that has drained. */
  blocked: boolean;
}

/** All who read from a channel's ring, each at its own pace: the ring is their queue, so nothing is kept per reader but a place in it. Readers that are at the
 * same place get the same frames. */
export class Readers {
  readonly #options: ReadersOptions;
  readonly #readers = new Set<Reader>();
  readonly #passes: Passes<Reader>;
  /** What was sent last. */
  #glued: Glued | null = null;
  /** What the ring has got since the last pass began: not everybody was offered it yet. */
  #unoffered = { payloads: 0, bytes: 0 };
  #delivered = 0;

  constructor(options: ReadersOptions) {
    this.#options = options;
    this.#passes = new Passes({
      members: this.#readers,
      visit: (reader) => this.#pump(reader),
      onBegin: () => {
        this.#unoffered = { payloads: 0, bytes: 0 };
      },
      onEnd: () => this.#report(),
    });
  }

  /** Begins to read at an index; what is there already is sent at once. */
  add(reader: Pick<Reader, 'outlet' | 'onFallenOff' | 'index'>): Reader {
    const added: Reader = { ...reader, blocked: false };
    this.#readers.add(added);
    this.flush(added);
    return added;
  }

  remove(reader: Reader): void {
    this.#readers.delete(reader);
  }

  /** Sends what its socket takes, without waiting for the next pass. False when some of it is left. */
  flush(reader: Reader): boolean {
    this.#pump(reader);
    this.#report();
    return !this.#readers.has(reader) || reader.index >= this.#options.ring.next;
  }

  /** The ring has got something new. Resolves (if there is anything to wait for) when there is room for more. */
  pushed(bytes: number): Promise<void> | undefined {
    this.#unoffered.payloads += 1;
    this.#unoffered.bytes += bytes;
    this.#passes.wake();
    return this.#isPressing() ? this.#relieve() : undefined;
  }

  stop(): void {
    this.#passes.stop();
    this.#glued = null;
  }

  #isPressing(): boolean {
    if (this.#options.skips) return false;
    const { payloads, bytes } = this.#unoffered;
    return payloads > RING_PAYLOADS_MAX * RING_SHARE_UNOFFERED_MAX || bytes > this.#options.ringBytesMax() * RING_SHARE_UNOFFERED_MAX;
  }

  async #relieve(): Promise<void> {
    // One pass may be under way already: it doesn't count, for some have been visited before the newest came.
    for (let passes = 0; passes < 2 && this.#isPressing(); passes += 1) await this.#passes.hurry();
  }

  #pump(reader: Reader): void {
    const { ring, skips } = this.#options;
    while (reader.index < ring.next) {
      if (reader.index < ring.first && !skips) {
        this.#readers.delete(reader);
        reader.onFallenOff();
        return;
      }
      if (!reader.outlet.writable) {
        this.#pumpLater(reader);
        return;
      }
      const { next, batch } = this.#gluedFrom(Math.max(reader.index, ring.first));
      // First, because a socket that this closes is flushed once more.
      reader.index = next;
      reader.outlet.send(batch);
      this.#delivered += batch.count;
    }
  }

  #pumpLater(reader: Reader): void {
    if (reader.blocked) return;
    reader.blocked = true;
    reader.outlet.onWritable(() => {
      reader.blocked = false;
      if (this.#readers.has(reader)) this.flush(reader);
    });
  }

  #gluedFrom(from: number): Glued {
    const { ring } = this.#options;
    if (this.#glued?.from !== from || this.#glued.ringNext !== ring.next) this.#glued = glue(ring, from);
    return this.#glued;
  }

  // Nothing is kept of what was sent: a channel that is quiet holds its ring alone.
  #report(): void {
    this.#glued = null;
    this.#options.onDelivered(this.#delivered);
    this.#delivered = 0;
  }
}

/** The entries of a ring from one index up to another, laid out for sending. */
interface Glued {
  readonly from: number;
  readonly next: number;
  /** Up to where the ring went: past it there is more to glue. */
  readonly ringNext: number;
  readonly batch: Batch;
}

const glue = (ring: Ring, from: number): Glued => {
  const heads: Buffer[] = [];
  let bytes = 0;
  let next = from;
  for (let entry = ring.get(next); entry !== undefined && bytes < GLUED_BYTES_MAX; entry = ring.get(next)) {
    heads.push(entry.head);
    bytes += entry.head.length;
    next += 1;
  }
  return { from, next, ringNext: ring.next, batch: createBatch(heads) };
};
