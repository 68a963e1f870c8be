import type { Database } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { createLane } from '#platform/lane/lane.ts';
import type { Store } from '#platform/store/store.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { StepDecision, StepWish } from '../domain/roomStep.ts';
import { type CommandLane, openCommandLane } from './commandLane.ts';
import { type Ladder, openLadder } from './ladder.ts';
import { changeSteps } from './roomSteps.ts';
import { type PinAction, type PinAnswer, pinCommands } from './stepCommands.ts';

export interface LiveRoomsParts {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly store: Store;
  readonly telemetry: Telemetry;
}

/** What keeps rooms of any size alive. */
export interface LiveRooms {
  readonly pins: CommandLane<PinAction, PinAnswer>;
  readonly ladder: Ladder;
  close(): Promise<void>;
}

export const openLiveRooms = ({ database, feeds, store, telemetry }: LiveRoomsParts): LiveRooms => {
  const pins = openCommandLane({ database, telemetry }, pinCommands(feeds));
  const steps = createLane<StepWish, StepDecision>({
    name: 'room-steps',
    database,
    telemetry,
    actorOf: ({ roomId }) => roomId,
    run: (tx, wishes) => changeSteps(tx, feeds, wishes),
  });
  const ladder = openLadder({ store, telemetry, lane: steps, viewersOf: () => 0 });
  return {
    pins,
    ladder,
    close: async () => {
      ladder.close();
      await Promise.all([pins.close(), steps.close()]);
    },
  };
};
