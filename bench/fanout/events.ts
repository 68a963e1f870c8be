/** The room that everybody watches, and its events: what the gateway and its peer are measured with. */

export const ROOM_ID = '01980000-0000-7000-8000-000000000001';

export const WATCH = `subscription Watch($roomId: ID!, $after: Cursor) {
  roomEvents(roomId: $roomId, after: $after) { __typename id seq cursor ... on ChatEvent { message { text } } }
}`;

/** The same in a room that may be so busy that chat is left out. `count` is what a SkippedEvent ends with: counters of frames look for it there. */
export const WATCH_BUSY = `subscription Watch($roomId: ID!, $after: Cursor) {
  roomEvents(roomId: $roomId, after: $after) {
    __typename id seq cursor ... on ChatEvent { message { text } } ... on SkippedEvent { fromSeq count }
  }
}`;

/** Makes a message of about 300 bytes on the wire, with everything around it. */
const TEXT_LENGTH = 60;

/** A ChatEvent (or the PositionEvent with which a log begins) as resolvers return it. The text begins with when it was due, in milliseconds since 1970. */
export const roomEvent = (
  typename: 'ChatEvent' | 'GiftEvent' | 'PositionEvent',
  seq: number,
  dueAtMs: number,
  textLength = TEXT_LENGTH,
) => ({
  __typename: typename,
  id: `01980000-0000-7000-9000-${String(seq).padStart(12, '0')}`,
  seq,
  cursor: `bench:${seq}`,
  at: new Date(dueAtMs),
  message: { text: `${dueAtMs.toFixed(2)} `.padEnd(textLength, 'hello ') },
});

export type RoomEvent = ReturnType<typeof roomEvent>;

/** That so many messages were left out. */
export interface SkippedRoomEvent {
  readonly __typename: 'SkippedEvent';
  readonly seq: number;
  readonly fromSeq: number;
  readonly count: number;
}

export const nowMs = (): number => performance.timeOrigin + performance.now();

export interface Rate {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Calls `emit` at a steady rate: an open loop, whose calls are due at fixed times, however late the process is. Resolves with their number when the time is over. */
export const emitSteadily = async ({ perSecond, seconds }: Rate, emit: (dueAtMs: number) => void): Promise<number> => {
  const total = Math.max(1, Math.round(perSecond * seconds));
  const beganAtMs = nowMs();
  for (let sent = 0; ; ) {
    const dueAtMs = beganAtMs + (sent * 1_000) / perSecond;
    const waitMs = dueAtMs - nowMs();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    else if (sent === total) return total;
    else {
      emit(dueAtMs);
      sent += 1;
    }
  }
};
