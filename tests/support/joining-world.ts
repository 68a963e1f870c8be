import { GraphQLError } from 'graphql';
import { vi } from 'vitest';
import type { FanfareError } from '#platform/errors.ts';
import type { Completed } from '../../gateway/subscribe/complete.ts';
import type { Place, UpstreamItem } from '../../gateway/subscribe/events.ts';
import { createJoining } from '../../gateway/subscribe/joining.ts';
import type { Outlet } from '../../gateway/subscribe/outlet.ts';
import { createRing, type Ring } from '../../gateway/subscribe/ring.ts';
import { createSlots } from '../../gateway/subscribe/slots.ts';

interface Sent {
  readonly type: 'position' | 'event' | 'reset';
  readonly cursor: string;
}

export interface SimulatedJoiner {
  readonly after: string;
  readonly received: readonly Sent[];
  readonly state: 'joining' | 'live' | 'over' | 'left' | 'overflowed';
  readonly failure: FanfareError | null;
  block(): void;
  unblock(): void;
  leave(): void;
  /** What it was sent that it should not have been, and the other way round. */
  faults(): readonly string[];
}

export interface JoiningWorldOptions {
  readonly chance?: () => number;
  readonly ringPayloads?: number;
  /** Events that there were before the channel opened: its ring begins behind them. */
  readonly history?: number;
  readonly slots?: number;
  /** Events that a filter hides from ring and upstreams. */
  readonly hidden?: (seq: number) => boolean;
  /** Places that upstreams of joiners have and the ring's own has not: it told of what was left out there and later in one go. */
  readonly passedOver?: (seq: number) => boolean;
  /** Whether completing an event takes a while: by chance, up to 4 ms. */
  readonly slow?: boolean;
}

/** A log with opaque cursors, a channel's ring that follows it when told, and upstreams that read it: under fake timers, so nothing here takes time. */
export const aJoiningWorld = ({
  chance = Math.random,
  ringPayloads = 2_000,
  history = 0,
  slots = 32,
  hidden = () => false,
  passedOver = () => false,
  slow = false,
}: JoiningWorldOptions) => {
  const upstreams = { open: 0, ever: 0, most: 0, events: 0 };
  const changes = new Set<() => void>();
  const joiners: (SimulatedJoiner & { pump(): void })[] = [];
  /** All logs there were; the last one is the log now. */
  const logs: string[][] = [['0:start', ...Array.from({ length: history }, (_, at) => `0:${at + 1}`)]];
  const log = (): string[] => logs.at(-1) ?? [];
  const isHidden = (cursor: string): boolean => hidden(Number(cursor.split(':')[1]));
  const change = (): void => {
    const listening = [...changes];
    changes.clear();
    for (const listener of listening) listener();
  };

  async function* open(after: string, signal: AbortSignal): AsyncGenerator<UpstreamItem> {
    upstreams.open += 1;
    upstreams.ever += 1;
    upstreams.most = Math.max(upstreams.most, upstreams.open);
    try {
      if (after === 'nonsense') {
        yield { type: 'refused', code: 'BAD_USER_INPUT', payload: { errors: [new GraphQLError('that is no cursor')] } };
        return;
      }
      yield { type: 'position', place: placeOf(after) };
      let epoch = logs.findIndex((each) => each.includes(after));
      let at = logs[epoch]?.indexOf(after) ?? 0;
      while (!signal.aborted) {
        if (epoch !== logs.length - 1) {
          [epoch, at] = [logs.length - 1, log().length - 1];
          yield { type: 'reset', place: placeOf(log()[at] ?? ''), payload: {} };
        } else if (at < log().length - 1) {
          at += 1;
          const cursor = log()[at] ?? '';
          if (isHidden(cursor)) continue;
          upstreams.events += 1;
          yield eventAt(cursor);
        } else {
          await new Promise<void>((resolve) => {
            changes.add(resolve);
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        }
      }
    } finally {
      upstreams.open -= 1;
    }
  }

  const ring = createRing(
    ringPayloads,
    () => 1_000_000,
    () => undefined,
  );
  ring.restart(placeOf(logs[0]?.at(-1) ?? ''));
  const joining = createJoining(
    {
      ring,
      slots: createSlots(slots, 1_000),
      open,
      complete: async (item) => {
        if (slow) await new Promise((resolve) => setTimeout(resolve, chance() * 4));
        return completed(item);
      },
      position: ({ cursor }) => Buffer.from(`position ${cursor}`),
    },
    chance,
  );
  /** What the channel's own upstream has for the ring, in order. */
  const coming: { readonly type: 'event' | 'reset'; readonly cursor: string }[] = [];
  /** The ring gets up to `most` items of that. */
  const reach = (most = Number.POSITIVE_INFINITY): void => {
    for (const { type, cursor } of coming.splice(0, most)) {
      const place = placeOf(cursor);
      ring.push({ head: Buffer.from(`${type} ${cursor}`), place });
      if (type === 'reset') {
        ring.restart(place);
        joining.restarted(place);
      }
      joining.pushed(place);
      for (const joiner of joiners) joiner.pump();
    }
  };
  const append = (count = 1): void => {
    for (let at = 0; at < count; at += 1) {
      const cursor = `${logs.length - 1}:${log().length}`;
      log().push(cursor);
      if (!isHidden(cursor) && !passedOver(log().length - 1)) coming.push({ type: 'event', cursor });
    }
    change();
  };
  const world = {
    ring,
    upstreams,
    joiners: joiners as readonly SimulatedJoiner[],
    append,
    reach,
    /** Another log takes the place of this one. */
    restore: () => {
      const cursor = `${logs.length}:start`;
      logs.push([cursor]);
      coming.push({ type: 'reset', cursor });
      change();
    },
    /** Just after that event of the log now. */
    cursorAt: (seq: number): string => log()[seq] ?? '',
    join: (after: string): SimulatedJoiner => {
      const joiner = aJoiner(after, ring, joining, (at) => isHidden(at), logs);
      joiners.push(joiner);
      return joiner;
    },
    /** Lets everything happen that can happen in this time. */
    settle: async (ms = 5_000): Promise<void> => {
      await vi.advanceTimersByTimeAsync(ms);
    },
    /** One step of a random plan. */
    act: async (kind: string, at: number): Promise<void> => {
      const joiner = joiners[at % Math.max(1, joiners.length)];
      const all = logs.flat();
      if (kind === 'join') world.join(all[at % all.length] ?? '');
      else if (kind === 'append') append(1 + (at % 9));
      else if (kind === 'reach') reach();
      else if (kind === 'reach one') reach(1);
      else if (kind === 'restore' && at % 3 === 0) world.restore();
      else if (kind === 'leave') joiner?.leave();
      else if (kind === 'block') joiner?.block();
      else if (kind === 'unblock') joiner?.unblock();
      else if (kind === 'wait') await world.settle(at * 10);
      else await world.settle(1 + (at % 3));
    },
  };
  return world;
};

const placeOf = (cursor: string): Place => ({ cursor, id: cursor, seq: 0, at: '' });
const eventAt = (cursor: string): UpstreamItem => ({ type: 'event', place: placeOf(cursor), version: null, payload: {} });
const completed = (item: UpstreamItem): Completed => {
  if (item.type === 'position' || item.type === 'refused') return { item };
  return { item, entry: { head: Buffer.from(`${item.type} ${item.place?.cursor ?? ''}`), place: item.place } };
};

const aJoiner = (
  after: string,
  ring: Ring,
  joining: ReturnType<typeof createJoining>,
  isHidden: (cursor: string) => boolean,
  logs: readonly (readonly string[])[],
): SimulatedJoiner & { pump(): void } => {
  const received: Sent[] = [];
  const waiting = new Set<() => void>();
  let state: SimulatedJoiner['state'] = 'joining';
  let failure: FanfareError | null = null;
  let blocked = false;
  let index = 0;
  const next = (head: Buffer): void => {
    if (state === 'left') throw new Error('somebody who has left was sent something');
    const [type, cursor] = String(head).split(' ') as [Sent['type'], string];
    received.push({ type, cursor });
  };
  const outlet: Outlet = {
    next,
    send: (batch) => {
      for (const text of messagesIn(batch.fill(Buffer.from('|')))) next(Buffer.from(text));
    },
    onClosing: () => () => undefined,
    get writable() {
      return !blocked;
    },
    onWritable: (listener) => void waiting.add(listener),
    fail: (error) => {
      failure = error;
    },
    complete: () => undefined,
    overflow: () => undefined,
  };
  // As a channel does it.
  const pump = (): void => {
    while (state === 'live' && !blocked && index < ring.next) {
      const entry = ring.get(index);
      if (entry === undefined) {
        state = 'overflowed';
        return;
      }
      outlet.next(entry.head);
      index += 1;
    }
  };
  const joiner = {
    after,
    received,
    get state() {
      return state;
    },
    get failure() {
      return failure;
    },
    block: () => {
      blocked = true;
    },
    unblock: () => {
      if (!blocked) return;
      blocked = false;
      const listeners = [...waiting];
      waiting.clear();
      for (const listener of listeners) listener();
      pump();
    },
    leave: () => {
      state = state === 'joining' || state === 'live' ? 'left' : state;
      leave();
    },
    pump,
    faults: () => faultsOf(after, received, isHidden, logs, state === 'live' ? null : received.length),
  };
  const leave = joining.add(outlet, after, (at) => {
    if (state !== 'joining') return;
    state = at === null ? 'over' : 'live';
    index = at ?? 0;
    pump();
  });
  return joiner;
};

/** The messages in frames whose ends are `|`: their headers are two bytes. */
const messagesIn = (frames: Buffer): readonly string[] => {
  const messages: string[] = [];
  for (let at = 0; at < frames.length; at += 2 + (frames[at + 1] ?? 0))
    messages.push(frames.toString('utf8', at + 2, at + 1 + (frames[at + 1] ?? 0)));
  return messages;
};

/** Holds what somebody was sent against the logs. `most`: how much of it must be there; null for all. */
const faultsOf = (
  after: string,
  received: readonly Sent[],
  isHidden: (cursor: string) => boolean,
  logs: readonly (readonly string[])[],
  most: number | null,
): readonly string[] => {
  const faults: string[] = [];
  const [first, ...rest] = received;
  if (first === undefined) return most === null ? [`${after} got nothing`] : [];
  if (first.type !== 'position' || first.cursor !== after) faults.push(`${after} began with ${first.type} ${first.cursor}`);
  let epoch = logs.findIndex((log) => log.includes(after));
  let at = logs[epoch]?.indexOf(after) ?? 0;
  const next = (): string | undefined => {
    const log = logs[epoch] ?? [];
    do at += 1;
    while (at < log.length && isHidden(log[at] ?? ''));
    return log[at];
  };
  for (const { type, cursor } of rest) {
    if (type === 'event') {
      const expected = next();
      if (cursor !== expected) return [...faults, `${after} got event ${cursor} instead of ${expected}`];
    } else if (type === 'reset') {
      const to = logs.findIndex((log) => log.includes(cursor));
      if (to <= epoch) return [...faults, `${after} was reset from log ${epoch} to ${to}`];
      [epoch, at] = [to, logs[to]?.indexOf(cursor) ?? 0];
    } else return [...faults, `${after} got a second position`];
  }
  const missed = most === null ? next() : undefined;
  return missed === undefined && (most !== null || epoch === logs.length - 1)
    ? faults
    : [...faults, `${after} did not get ${missed ?? 'the reset'}`];
};
