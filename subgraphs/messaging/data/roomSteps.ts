import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId, shardOf } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import { isRoomStep, type RoomLoad, type RoomStep } from '../domain/ladder.ts';
import { decideStep, NEW_ROOM_STEP, type RoomStepState, type StepDecision, type StepWish } from '../domain/roomStep.ts';
import { stepChangedEvent } from '../events.ts';
import { lockConversations } from './conversations.ts';

interface StepRow {
  readonly roomId: string;
  readonly seq: bigint;
  readonly step: string;
  readonly pinned: boolean;
}

/** What holds in each of these rooms at a place in its log: `seq` null is now. Rooms that were never busy are absent. One statement. */
export const stepsAt = async (
  database: Queryable,
  places: readonly { readonly roomId: string; readonly seq: number | null }[],
): Promise<ReadonlyMap<string, RoomStepState>> => {
  const rows = await database.query<StepRow>({
    name: 'stepsAt',
    text: `/* stepsAt */
      SELECT asked.room_id AS "roomId", step.seq, step.step, step.pinned
        FROM unnest($1::int[], $2::text[], $3::bigint[]) AS asked (shard, room_id, seq)
       CROSS JOIN LATERAL (
             SELECT * FROM room_step
              WHERE room_step.shard = asked.shard AND room_step.room_id = asked.room_id AND room_step.seq <= asked.seq
              ORDER BY room_step.seq DESC LIMIT 1) AS step`,
    values: [
      plain(places.map(({ roomId }) => shardOf(roomId))),
      texts(places.map(({ roomId }) => roomId)),
      plain(places.map(({ seq }) => seq ?? Number.MAX_SAFE_INTEGER)),
    ],
  });
  return new Map(rows.map((row) => [row.roomId, toState(row)]));
};

/** The step at one place of one room's log. */
export const stepAt = async (database: Queryable, roomId: string, seq: number): Promise<RoomStep> =>
  (await stepsAt(database, [{ roomId, seq }])).get(roomId)?.step ?? NEW_ROOM_STEP.step;

/** Decides wishes about rooms' steps, in order, writes what they change and tells each room of it; what was decided, in the same order. Locks: conversations, then feeds. The rows are
 * written after their events, whose seqs they carry: nobody else writes rows of a conversation that is locked. */
export const changeSteps = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  wishes: readonly StepWish[],
): Promise<readonly (StepDecision & { readonly room: Conversation | undefined })[]> => {
  const ids = [...new Set(wishes.map(({ roomId }) => roomId))];
  const rooms = await lockConversations(tx, ids);
  const states = new Map(
    await stepsAt(
      tx,
      ids.map((roomId) => ({ roomId, seq: null })),
    ),
  );
  const changes: (StepWish & { readonly eventId: string; readonly state: RoomStepState })[] = [];
  const decided = wishes.map((wish) => {
    const room = rooms.get(wish.roomId);
    const decision = decideStep(room, states.get(wish.roomId) ?? NEW_ROOM_STEP, wish);
    if (decision.changed) {
      states.set(wish.roomId, decision.state);
      changes.push({ ...wish, eventId: newId(), state: decision.state });
    }
    return { ...decision, room };
  });
  if (changes.length === 0) return decided;
  const events = await feeds.append(
    tx,
    changes.map(({ roomId, eventId, state }) => stepChangedEvent(roomId, eventId, state)),
  );
  await insertSteps(
    tx,
    changes.map(({ roomId, state, by, load }, index) => {
      const event = events[index];
      if (event === undefined) throw new Error(`the step of room ${roomId} was appended without an event`);
      return { roomId, seq: event.seq, at: event.at, step: state.step, pinned: state.pinned, by, load };
    }),
  );
  return decided;
};

interface NewStep extends Pick<RoomStepState, 'step' | 'pinned'> {
  readonly roomId: string;
  readonly seq: number;
  readonly at: Date;
  readonly by: string | null;
  readonly load: RoomLoad | null;
}

const insertSteps = (tx: Transaction, steps: readonly NewStep[]): Promise<readonly object[]> =>
  tx.query({
    name: 'insertSteps',
    text: `/* insertSteps */
      INSERT INTO room_step (shard, room_id, seq, step, pinned, changed_by, messages_per_second, viewers, changed_at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[], $5::bool[], $6::text[], $7::int[], $8::int[], $9::timestamptz[])`,
    values: [
      steps.map(({ roomId }) => shardOf(roomId)),
      steps.map(({ roomId }) => roomId),
      steps.map(({ seq }) => seq),
      steps.map(({ step }) => step),
      steps.map(({ pinned }) => pinned),
      steps.map(({ by }) => by),
      steps.map(({ load }) => (load === null ? null : Math.round(load.messagesPerSecond))),
      steps.map(({ load }) => load?.viewers ?? null),
      steps.map(({ at }) => at),
    ],
  });

const toState = ({ roomId, seq, step, pinned }: StepRow): RoomStepState => {
  if (!isRoomStep(step)) throw new Error(`room ${roomId} is on an unknown step ${step}: this process is older than its database`);
  return { step, pinned, seq: Number(seq) };
};
