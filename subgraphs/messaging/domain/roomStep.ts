import type { Conversation } from './conversation.ts';
import type { RoomLoad, RoomStep } from './ladder.ts';

/** What holds in a room. `pinned`: an operator holds it there, whatever the load. `seq`: of the event that said so, 0 where none did, null while it is not written yet. */
export interface RoomStepState {
  readonly step: RoomStep;
  readonly pinned: boolean;
  readonly seq: number | null;
}

/** Where a room begins. */
export const NEW_ROOM_STEP: RoomStepState = { step: 'FULL', pinned: false, seq: 0 };

/** What is to become of a room's step. `step`: null releases it, and it stays where it is until the load moves it. `by`: the operator; null: the load. `sinceSeq`: the
 * change that the load's wish knows as the last one. */
export interface StepWish {
  readonly roomId: string;
  readonly step: RoomStep | null;
  readonly by: string | null;
  readonly load: RoomLoad | null;
  readonly sinceSeq: number | null;
}

export interface StepDecision {
  readonly changed: boolean;
  readonly state: RoomStepState;
}

/** Decides one wish. Operators are obeyed; the load is only while nobody has pinned the room, and while what it knows is what holds: of two processes that measure the same
 * load one moves the room. Pure: the caller keeps the state for the next wish about this room. */
export const decideStep = (
  room: Pick<Conversation, 'kind'> | undefined,
  state: RoomStepState,
  { step, by, sinceSeq }: StepWish,
): StepDecision => {
  if (room?.kind !== 'ROOM') return { changed: false, state };
  const pinned = by === null ? state.pinned : step !== null;
  const next = { step: step ?? state.step, pinned, seq: null };
  const ignored = by === null && (state.pinned || sinceSeq !== state.seq);
  return ignored || (next.step === state.step && next.pinned === state.pinned) ? { changed: false, state } : { changed: true, state: next };
};
