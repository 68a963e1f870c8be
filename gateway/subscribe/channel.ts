import { FanfareError } from '#platform/errors.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import { CHANNEL_LINGER_MS, EVENTS_IN_FLIGHT_MAX, RING_PAYLOADS_MAX, UPSTREAM_LOST_MS_MAX, UPSTREAM_START_MS_MAX } from '../limits.ts';
import { AFTER_VARIABLE } from './compile.ts';
import { type Completed, completeItem, positionHead, type Run } from './complete.ts';
import { readPayload, type UpstreamItem } from './events.ts';
import { inOrder } from './inOrder.ts';
import { type Joining, refusalOf, startJoining } from './joining.ts';
import type { Outlet } from './outlet.ts';
import { createRing } from './ring.ts';
import type { Slots } from './slots.ts';
import { followUpstream } from './upstream.ts';

/** One upstream subscription and everybody who gets its payloads. */
export interface Channel {
  /** Adds a subscriber and returns how it leaves. `after`: the cursor after which it goes on, null for now. */
  join(outlet: Outlet, after: string | null): () => void;
  close(): void;
}

export interface ChannelOptions {
  readonly run: Run;
  readonly transport: SubgraphTransport;
  /** Where the upstream begins: null (now) when it is shared, the only subscriber's cursor when it is personal. */
  readonly startAfter: string | null;
  readonly slots: Slots;
  /** How many bytes its ring may hold now. */
  readonly ringBytesMax: () => number;
  readonly onRingBytes: (delta: number) => void;
  readonly onDelivered: (messages: number) => void;
  readonly onOverflow: () => void;
  /** It is over: nobody may join any more. */
  readonly onEnd: () => void;
}

interface Subscriber {
  readonly outlet: Outlet;
  readonly after: string | null;
  readonly left: AbortController;
  /** The next entry to send; null while it is not reading from the ring yet. */
  index: number | null;
  joining: Joining | null;
  /** Its socket is full: it goes on when that has drained. */
  blocked: boolean;
}

/** Opens the upstream at once and keeps it until the last subscriber has been gone for CHANNEL_LINGER_MS. A log's ring holds its newest payloads, from which
 * subscribers read at their own pace: one that falls off it is cut off with 1013, never served with a gap. A state's ring holds the newest value only:
 * slow subscribers skip what is outdated. */
export const openChannel = (options: ChannelOptions): Channel => {
  const { run } = options;
  const isState = run.subscription.kind === 'state';
  const ring = createRing(isState ? 1 : RING_PAYLOADS_MAX, options.ringBytesMax, options.onRingBytes);
  const subscribers = new Set<Subscriber>();
  const stop = new AbortController();
  let begun = false;
  let linger: NodeJS.Timeout | undefined;

  const upstream = (after: string | null, signal: AbortSignal): AsyncIterable<UpstreamItem> =>
    followUpstream({
      open: (from, until) =>
        options.transport.subscribe(requestOf(run, from), { ...callOptions(run, options.transport.name), signal: until }),
      read: (payload) => readPayload(run.subscription, payload),
      after,
      signal,
      startMsMax: UPSTREAM_START_MS_MAX,
      lostMsMax: UPSTREAM_LOST_MS_MAX,
      onLost: (error) =>
        run.execution.telemetry.log.warn({ err: error, requestId: run.requestId, field: run.subscription.field }, 'an upstream was lost'),
    });

  const remove = (subscriber: Subscriber): void => {
    if (!subscribers.delete(subscriber)) return;
    subscriber.left.abort();
    if (subscribers.size > 0 || stop.signal.aborted) return;
    if (!run.subscription.broadcast) close();
    else linger = setTimeout(close, CHANNEL_LINGER_MS);
  };
  const close = (): void => {
    if (stop.signal.aborted) return;
    clearTimeout(linger);
    stop.abort();
    options.onRingBytes(-ring.bytes);
    options.onEnd();
  };
  const endAll = (tell: (outlet: Outlet) => void): void => {
    close();
    for (const subscriber of [...subscribers]) {
      tell(subscriber.outlet);
      remove(subscriber);
    }
  };

  // Sends what the socket takes. Returns how many messages that were.
  const pump = (subscriber: Subscriber): number => {
    let sent = 0;
    while (subscriber.index !== null && subscriber.index < ring.next) {
      if (subscriber.index < ring.first) {
        if (!isState) {
          options.onOverflow();
          subscriber.outlet.overflow();
          remove(subscriber);
          return sent;
        }
        subscriber.index = ring.first;
      }
      if (!subscriber.outlet.writable) {
        pumpLater(subscriber);
        return sent;
      }
      const entry = ring.get(subscriber.index);
      if (entry === undefined) return sent;
      subscriber.index += 1;
      subscriber.outlet.next(entry.head);
      sent += 1;
    }
    return sent;
  };
  const pumpLater = (subscriber: Subscriber): void => {
    if (subscriber.blocked) return;
    subscriber.blocked = true;
    subscriber.outlet.onWritable(() => {
      subscriber.blocked = false;
      if (subscribers.has(subscriber)) options.onDelivered(pump(subscriber));
    });
  };
  const goLive = (subscriber: Subscriber, index: number): void => {
    subscriber.index = index;
    subscriber.joining = null;
    options.onDelivered(pump(subscriber));
  };

  // Called once the channel knows where it is.
  const place = (subscriber: Subscriber): void => {
    if (isState) {
      goLive(subscriber, ring.first);
      return;
    }
    const found = subscriber.after === null ? { index: ring.next, place: ring.newest } : ring.after(subscriber.after);
    if (found?.place) {
      subscriber.outlet.next(positionHead(run, found.place));
      goLive(subscriber, found.index);
      return;
    }
    const { outlet, after, left } = subscriber;
    subscriber.joining = startJoining({
      ring,
      outlet,
      slots: options.slots,
      signal: left.signal,
      replay: (signal) => upstream(after, signal),
      complete: (item) => completeItem(run, item),
      position: (at) => positionHead(run, at),
    });
    void subscriber.joining.met.then((index) => {
      if (!subscribers.has(subscriber)) return;
      if (index === null) remove(subscriber);
      else goLive(subscriber, index);
    });
  };

  const begin = (): void => {
    begun = true;
    for (const subscriber of [...subscribers]) place(subscriber);
  };
  const deliver = (completed: Completed): void => {
    if (stop.signal.aborted) return;
    if (!('entry' in completed)) {
      const { item } = completed;
      if (item.type === 'refused') {
        endAll((outlet) => outlet.fail(refusalOf(item)));
        return;
      }
      ring.restart(item.place);
      if (!begun) begin();
      return;
    }
    const { item, entry } = completed;
    ring.push(entry);
    if (item.type === 'reset') ring.restart(item.place);
    if (!begun) begin();
    let sent = 0;
    for (const subscriber of [...subscribers]) {
      if (entry.place !== null) subscriber.joining?.pushed(entry.place);
      sent += pump(subscriber);
    }
    options.onDelivered(sent);
  };

  inOrder(upstream(options.startAfter, stop.signal), EVENTS_IN_FLIGHT_MAX, (item) => completeItem(run, item), deliver).then(
    () => endAll((outlet) => outlet.complete()),
    (error: unknown) => {
      const known =
        error instanceof FanfareError ? error : new FanfareError('INTERNAL_SERVER_ERROR', 'The subscription has failed.', { cause: error });
      if (known !== error) run.execution.telemetry.log.error({ err: error, requestId: run.requestId }, 'a channel failed');
      endAll((outlet) => outlet.fail(known));
    },
  );

  return {
    join: (outlet, after) => {
      clearTimeout(linger);
      // A personal channel has begun after its only subscriber's cursor itself.
      const own = run.subscription.broadcast ? after : null;
      const subscriber: Subscriber = { outlet, after: own, left: new AbortController(), index: null, joining: null, blocked: false };
      subscribers.add(subscriber);
      if (begun) place(subscriber);
      return () => remove(subscriber);
    },
    close,
  };
};

const requestOf = ({ subscription, variables }: Run, after: string | null) => {
  const { operation, operationName, operationDocumentNode, variableUsages } = subscription.primary;
  const all: Readonly<Record<string, unknown>> = { ...variables, [AFTER_VARIABLE]: after };
  const used = (variableUsages ?? []).filter((name) => all[name] !== undefined).map((name) => [name, all[name]]);
  return {
    query: operation,
    variables: Object.fromEntries(used) as Record<string, unknown>,
    ...(operationName === undefined ? {} : { operationName }),
    ...(operationDocumentNode === undefined ? {} : { document: operationDocumentNode }),
  };
};

const callOptions = ({ execution, identity, requestId }: Run, subgraph: string) => ({
  identity: execution.identityKeys.sign(identity, subgraph),
  requestId,
});
