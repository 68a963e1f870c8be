import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import { FanfareError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import type { Variables } from '../execute/variables.ts';
import {
  CHANNEL_LINGER_MS,
  ENDING_MS_MAX,
  EVENTS_IN_FLIGHT_MAX,
  REPLAY_WINDOW_MS,
  RING_PAYLOADS_MAX,
  UPSTREAM_LOST_MS_MAX,
} from '../limits.ts';
import type { CompiledSubscription } from './compile.ts';
import { type Completed, completeItem, positionHead, type Run } from './complete.ts';
import { readPayload, type UpstreamItem } from './events.ts';
import { inOrder } from './inOrder.ts';
import { createJoining, type Joining } from './joining.ts';
import type { Outlet } from './outlet.ts';
import { type Reader, Readers } from './readers.ts';
import { refusalOf } from './replay.ts';
import { asksTheSame, callOptions, requestOf } from './request.ts';
import { createRing, type Entry, type Ring } from './ring.ts';
import type { Slots } from './slots.ts';
import { followUpstream } from './upstream.ts';

export interface ChannelOptions {
  /** Undefined for a subgraph that this process knows no way to. */
  readonly transportTo: (subgraph: string) => SubgraphTransport | undefined;
  /** The root field's, of whoever opened it: but for `after` everybody has the same. */
  readonly arguments: Variables;
  /** Where the upstream begins: null (now) when it is shared, the only subscriber's cursor when it is personal. */
  readonly startAfter: string | null;
  readonly slots: Slots;
  readonly startMsMax: number;
  /** How many bytes its ring may hold now. */
  readonly ringBytesMax: () => number;
  readonly onRingBytes: (delta: number) => void;
  readonly onDelivered: (messages: number) => void;
  readonly onOverflow: () => void;
  /** It is over: nobody may join any more. */
  readonly onEnd: () => void;
}

/** Who follows what. */
export interface Subject {
  readonly identity: Identity;
  readonly subscription: CompiledSubscription;
  /** The root field's arguments, coerced. */
  readonly arguments: Variables;
}

/** What a subscriber brings along. `after`: the cursor after which it goes on, null for now. */
export type Joiner = Pick<Subject, 'identity' | 'arguments'> & { readonly after: string | null };

interface Subscriber {
  readonly outlet: Outlet;
  readonly joiner: Joiner;
  readonly after: string | null;
  /** Null while it is not reading from the ring yet. */
  reader: Reader | null;
  /** While it is on its way to the ring: takes it out of there. */
  leaveJoining: (() => void) | null;
  /** Takes back that it wants to hear of the end of its socket. */
  deafen: () => void;
}

/** One upstream subscription and everybody who gets its payloads. It opens the upstream at once and keeps it until the last subscriber has been gone for
 * CHANNEL_LINGER_MS. A log's ring holds its newest payloads, from which subscribers read at their own pace: one that falls off it is cut off with 1013, never
 * served with a gap. A state's ring holds the newest value only: slow subscribers skip what is outdated. */
export class Channel {
  readonly #options: ChannelOptions;
  #run: Run;
  /** The upstreams that are open, each by the run that has asked for it: another one may ask for other fields. */
  readonly #asking = new Set<{ run: Run }>();
  readonly #askedBy = new WeakMap<UpstreamItem, Run>();
  /** Ends what is open at the subgraph, so that it is opened anew by the newest run. */
  #renewal = new AbortController();
  readonly #isState: boolean;
  readonly #ring: Ring;
  readonly #subscribers = new Set<Subscriber>();
  readonly #joining: Joining;
  readonly #readers: Readers;
  readonly #stop = new AbortController();
  /** Whether it knows where it is: the upstream's position, or a state's first value, has come. */
  #begun = false;
  #linger: NodeJS.Timeout | undefined;

  constructor(run: Run, options: ChannelOptions) {
    this.#options = options;
    this.#run = run;
    this.#isState = run.subscription.kind === 'state';
    this.#ring = createRing(this.#isState ? 1 : RING_PAYLOADS_MAX, options.ringBytesMax, options.onRingBytes);
    const { ringBytesMax, onDelivered } = options;
    this.#readers = new Readers({ ring: this.#ring, ringBytesMax, skips: this.#isState, onDelivered });
    this.#joining = createJoining({
      ring: this.#ring,
      slots: options.slots,
      open: (after, signal) => this.#upstream(after, signal),
      complete: (item) => this.#complete(item),
      position: (place) => positionHead(this.#run, place),
    });
    void this.#follow();
  }

  get run(): Run {
    return this.#run;
  }

  /** Adds a subscriber and returns how it leaves. */
  join(outlet: Outlet, joiner: Joiner): () => void {
    clearTimeout(this.#linger);
    // A personal channel has begun after its only subscriber's cursor itself.
    const own = this.#run.subscription.broadcast ? joiner.after : null;
    const deafen = outlet.onClosing(() => this.#flush(subscriber));
    const subscriber: Subscriber = { outlet, joiner, after: own, reader: null, leaveJoining: null, deafen };
    this.#subscribers.add(subscriber);
    if (this.#begun) this.#place(subscriber);
    return () => this.#remove(subscriber);
  }

  /** Goes on by another run of the same subscription: its plan completes events from now on, and an upstream that it would ask otherwise is opened anew after
   * its last place. The ring, its subscribers and their cursors stay. */
  adopt(run: Run): void {
    const sameUpstream = asksTheSame(this.#run, run);
    this.#run = run;
    // Also so that nothing holds the generation that is left.
    for (const asking of this.#asking) if (asksTheSame(asking.run, run)) asking.run = run;
    if (!sameUpstream) this.renew();
  }

  /** Opens its upstream anew, after the last place: the subgraph has something else to say about it from now on, that it ends for example. */
  renew(): void {
    if (this.#stop.signal.aborted) return;
    const renewal = this.#renewal;
    this.#renewal = new AbortController();
    renewal.abort();
  }

  /** Ends the operations of those that match with this error. Returns how many they were. */
  end(match: (subject: Subject) => boolean, error: FanfareError): number {
    const { subscription } = this.#run;
    const matching = [...this.#subscribers].filter(({ joiner }) => match({ ...joiner, subscription }));
    for (const subscriber of matching) {
      subscriber.outlet.fail(error);
      this.#remove(subscriber);
    }
    return matching.length;
  }

  /** Whether what it follows matches: it is the same for all of its subscribers. */
  follows(match: (subject: Subject) => boolean): boolean {
    const { subscription } = this.#run;
    const [first] = this.#subscribers;
    return first !== undefined && match({ ...first.joiner, subscription });
  }

  /** Forgets what it has sent, if it is of what matches: nobody joins by a cursor of before, and whoever is reading already has been sent it or is about to be. */
  forget(match: (subject: Subject) => boolean): void {
    const { identity, subscription } = this.#run;
    const { newest } = this.#ring;
    if (!this.#isState && newest !== null && match({ identity, subscription, arguments: this.#options.arguments }))
      this.#ring.restart(newest);
  }

  subjects(): readonly Subject[] {
    const { subscription } = this.#run;
    return [...this.#subscribers].map(({ joiner }) => ({ ...joiner, subscription }));
  }

  /** Ends with this error for everybody. */
  fail(error: FanfareError): void {
    this.#endAll((subscriber) => {
      this.#flush(subscriber);
      subscriber.outlet.fail(error);
    });
  }

  /** Ends the upstream. Subscribers are not told: whoever closes it does that. */
  close(): void {
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#linger);
    this.#stop.abort();
    this.#joining.close();
    this.#readers.stop();
    this.#options.onRingBytes(-this.#ring.bytes);
    this.#options.onEnd();
  }

  async #follow(): Promise<void> {
    const { telemetry } = this.#run.execution;
    try {
      const source = this.#upstream(this.#options.startAfter, this.#stop.signal);
      await inOrder(
        source,
        EVENTS_IN_FLIGHT_MAX,
        (item) => this.#complete(item),
        (completed) => this.#deliver(completed),
      );
      await this.#untilJoined();
      this.#endAll((subscriber) => {
        // Who has not got everything yet comes back for the rest.
        if (this.#flush(subscriber)) subscriber.outlet.complete();
        else subscriber.outlet.overflow();
      });
    } catch (error) {
      const known =
        error instanceof FanfareError ? error : new FanfareError('INTERNAL_SERVER_ERROR', 'The subscription has failed.', { cause: error });
      if (known !== error) telemetry.log.error({ err: error, requestId: this.#run.requestId }, 'a channel failed');
      this.fail(known);
    }
  }

  /** Waits for those who are on their way to the ring: the log has ended, and they have a right to the last of it. Who takes longer comes back for the rest. */
  async #untilJoined(): Promise<void> {
    const giveUpMs = performance.now() + ENDING_MS_MAX;
    const isOnTheWay = ({ reader, leaveJoining }: Subscriber): boolean => reader === null && leaveJoining !== null;
    while (performance.now() < giveUpMs && !this.#stop.signal.aborted && [...this.#subscribers].some(isOnTheWay))
      await wait(REPLAY_WINDOW_MS);
  }

  async *#upstream(after: string | null, signal: AbortSignal): AsyncGenerator<UpstreamItem> {
    const asking = { run: this.#run };
    this.#asking.add(asking);
    try {
      yield* followUpstream({
        open: (from, until) => {
          asking.run = this.#run;
          return this.#open(asking.run, from, until);
        },
        read: (payload) => {
          const item = readPayload(asking.run.subscription, payload);
          this.#askedBy.set(item, asking.run);
          return item;
        },
        after,
        signal,
        renewal: () => this.#renewal.signal,
        startMsMax: this.#options.startMsMax,
        lostMsMax: UPSTREAM_LOST_MS_MAX,
        onLost: (error) => {
          const { execution, subscription, requestId } = asking.run;
          execution.telemetry.log.warn({ err: error, requestId, field: subscription.field }, 'an upstream was lost');
        },
      });
    } finally {
      this.#asking.delete(asking);
    }
  }

  #open(run: Run, after: string | null, signal: AbortSignal): AsyncIterable<ExecutionResult> {
    const { serviceName } = run.subscription.primary;
    const transport = this.#options.transportTo(serviceName);
    if (transport === undefined) throw new FanfareError('SUBGRAPH_UNAVAILABLE', `The ${serviceName} part is not configured.`);
    return transport.subscribe(requestOf(run, after), { ...callOptions(run, transport.name), signal });
  }

  #complete(item: UpstreamItem): Promise<Completed> {
    const asked = this.#askedBy.get(item) ?? this.#run;
    // A suspended loop may hold its last item for long: the run must not be held with it.
    this.#askedBy.delete(item);
    return completeItem(asked !== this.#run && asksTheSame(asked, this.#run) ? this.#run : asked, item);
  }

  // While it waits, the upstream is not read further.
  #deliver(completed: Completed): Promise<void> | undefined {
    if (this.#stop.signal.aborted) return undefined;
    if ('entry' in completed) return this.#append(completed.entry, completed.item);
    const { item } = completed;
    if (item.type === 'refused') this.fail(refusalOf(item));
    else {
      this.#ring.restart(item.place);
      this.#begin();
    }
    return undefined;
  }

  #append(entry: Entry, item: UpstreamItem): Promise<void> | undefined {
    this.#ring.push(entry);
    if (item.type === 'reset') this.#ring.restart(item.place);
    this.#begin();
    if (item.type === 'reset') this.#joining.restarted(item.place);
    if (entry.place !== null) this.#joining.pushed(entry.place);
    return this.#readers.pushed(entry.head.length);
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    for (const subscriber of [...this.#subscribers]) this.#place(subscriber);
  }

  // Finds out where a subscriber reads on, once the channel knows where it is itself.
  #place(subscriber: Subscriber): void {
    const ring = this.#ring;
    if (this.#isState) {
      this.#goLive(subscriber, ring.first);
      return;
    }
    if (subscriber.after === null) {
      if (ring.newest !== null) subscriber.outlet.next(positionHead(this.#run, ring.newest));
      this.#goLive(subscriber, ring.next);
      return;
    }
    subscriber.leaveJoining = this.#joining.add(subscriber.outlet, subscriber.after, (index) => {
      if (!this.#subscribers.has(subscriber)) return;
      if (index === null) this.#remove(subscriber);
      else this.#goLive(subscriber, index);
    });
  }

  #goLive(subscriber: Subscriber, index: number): void {
    const { outlet } = subscriber;
    const onFallenOff = (): void => {
      this.#options.onOverflow();
      this.#remove(subscriber);
      outlet.overflow();
    };
    subscriber.leaveJoining = null;
    subscriber.reader = this.#readers.add({ outlet, index, onFallenOff });
  }

  // Sends what waits for the next pass. False when it has not got all there is.
  #flush({ reader, leaveJoining }: Subscriber): boolean {
    return reader === null ? leaveJoining === null : this.#readers.flush(reader);
  }

  #remove(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber)) return;
    subscriber.leaveJoining?.();
    subscriber.deafen();
    if (subscriber.reader !== null) this.#readers.remove(subscriber.reader);
    if (this.#subscribers.size > 0 || this.#stop.signal.aborted) return;
    if (this.#run.subscription.broadcast) this.#linger = setTimeout(() => this.close(), CHANNEL_LINGER_MS);
    else this.close();
  }

  #endAll(tell: (subscriber: Subscriber) => void): void {
    this.close();
    for (const subscriber of [...this.#subscribers]) {
      tell(subscriber);
      this.#remove(subscriber);
    }
  }
}
