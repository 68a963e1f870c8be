import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { ROOM_EVENTS, type RoomEvent, resumingClient } from '../clients.ts';

/** A viewer with the stock client who stays through the whole storm. It keeps ids only: a long storm has many events. */
export interface StormWatcher {
  readonly name: string;
  readonly roomId: string;
  /** Ids of the events in order of arrival. */
  readonly ids: readonly string[];
  lastSeq(): number;
  /** What it should never have seen, in sentences: a hole, a repetition, a reset, a final error. */
  readonly faults: readonly string[];
  /** Events that came without a part of theirs, because a subgraph was away. */
  partial(): number;
  /** Resolves once its first position has arrived. */
  readonly ready: Promise<void>;
  /** Cuts the socket as a broken network would. */
  cut(): void;
  /** Reads nothing for so long. */
  stall(ms: number): Promise<void>;
  close(): Promise<void>;
}

export const aStormWatcher = (url: string, roomId: string, name: string): StormWatcher => {
  const ids: string[] = [];
  const faults: string[] = [];
  const ready = Promise.withResolvers<void>();
  const variables: { roomId: string; after: string | null } = { roomId, after: null };
  let lastSeq = 0;
  let partial = 0;
  const receive = (event: RoomEvent): void => {
    variables.after = event.cursor;
    if (event.__typename === 'PositionEvent') {
      ready.resolve();
      return;
    }
    if (event.__typename === 'ResetEvent') faults.push(`${name} was reset at ${event.seq}: ${event.reason}`);
    else {
      if (ids.length > 0 && event.seq !== lastSeq + 1) faults.push(`${name} got seq ${event.seq} after ${lastSeq}`);
      ids.push(event.id);
    }
    lastSeq = event.seq;
  };
  const connection = keepSubscribed<{ roomEvents: RoomEvent }>(
    url,
    null,
    { query: ROOM_EVENTS, variables },
    name,
    faults,
    (data, errors) => {
      if (errors !== undefined) partial += 1;
      if (data?.roomEvents) receive(data.roomEvents);
      else faults.push(`${name} got a payload without event after ${lastSeq}: ${JSON.stringify(errors)}`);
    },
  );
  return { name, roomId, ids, lastSeq: () => lastSeq, faults, partial: () => partial, ready: ready.promise, ...connection };
};

export interface WalletState {
  readonly coins: string;
  readonly diamonds: string;
  readonly version: number;
}

/** Somebody who watches the own wallet. */
export interface WalletWatcher {
  readonly user: string;
  last(): WalletState | null;
  readonly faults: readonly string[];
  cut(): void;
  close(): Promise<void>;
}

export const aWalletWatcher = (url: string, token: string, user: string): WalletWatcher => {
  const faults: string[] = [];
  let last: WalletState | null = null;
  const query = 'subscription { walletChanged { coins diamonds version } }';
  const name = `${user}'s wallet`;
  const connection = keepSubscribed<{ walletChanged: WalletState }>(url, token, { query }, name, faults, (data, errors) => {
    if (errors !== undefined) faults.push(`${name}: ${JSON.stringify(errors)}`);
    const state = data?.walletChanged;
    if (!state) return;
    if (last !== null && state.version < last.version) faults.push(`${name} went from version ${last.version} to ${state.version}`);
    last = state;
  });
  return { user, last: () => last, faults, ...connection };
};

/** How soon somebody who was told a final error, or the end, subscribes again. */
const RESUBSCRIBE_MS = 500;

/** Follows one operation for ever. The stock client resumes by itself where its socket dies; an error or an end that is final for it is a fault. */
export function keepSubscribed<Data extends Record<string, unknown>>(
  url: string | (() => Promise<string>),
  token: string | null,
  operation: { readonly query: string; readonly variables?: Record<string, unknown> },
  name: string,
  faults: string[],
  receive: (data: Data | null | undefined, errors: readonly unknown[] | undefined) => void,
): Pick<StormWatcher, 'cut' | 'stall' | 'close'> {
  let socket: WebSocket | null = null;
  let closed = false;
  let stop = (): void => undefined;
  const client = resumingClient(url, token, (connected) => {
    socket = connected;
  });
  const subscribe = (): void => {
    const end = (fault: string): void => {
      if (closed) return;
      faults.push(`${name} ${fault}`);
      setTimeout(() => {
        if (!closed) subscribe();
      }, RESUBSCRIBE_MS);
    };
    stop = client.subscribe<Data>(operation, {
      next: ({ data, errors }) => receive(data, errors),
      error: (error) => end(`got a final error: ${error instanceof Error ? error.message : JSON.stringify(error)}`),
      complete: () => end('was told that it is over'),
    });
  };
  subscribe();
  return {
    cut: () => socket?.terminate(),
    stall: async (ms) => {
      const stalled = socket;
      if (stalled === null || stalled.isPaused) return;
      stalled.pause();
      await pause(ms);
      if (stalled.isPaused) stalled.resume();
    },
    close: async () => {
      closed = true;
      stop();
      await client.dispose();
    },
  };
}
