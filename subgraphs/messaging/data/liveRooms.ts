import type { Database } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { createLane } from '#platform/lane/lane.ts';
import type { Store } from '#platform/store/store.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { StepDecision, StepWish } from '../domain/roomStep.ts';
import { type CommandLane, openCommandLane } from './commandLane.ts';
import { type Ladder, openLadder } from './ladder.ts';
import type { ModuleEvents } from './moduleEvents.ts';
import { changeSteps } from './roomSteps.ts';
import { type PinAction, type PinAnswer, pinCommands } from './stepCommands.ts';
import { openViewers, type Viewers } from './viewers.ts';

export interface LiveRoomsParts {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly modules: Pick<ModuleEvents, 'joined' | 'left'>;
}

/** What keeps rooms of any size alive. */
export interface LiveRooms {
  readonly pins: CommandLane<PinAction, PinAnswer>;
  readonly ladder: Ladder;
  readonly viewers: Viewers;
  close(): Promise<void>;
}

export const openLiveRooms = ({ database, feeds, store, telemetry, modules }: LiveRoomsParts): LiveRooms => {
  const pins = openCommandLane({ database, telemetry }, pinCommands(feeds));
  const steps = createLane<StepWish, StepDecision>({
    name: 'room-steps',
    database,
    telemetry,
    actorOf: ({ roomId }) => roomId,
    run: (tx, wishes) => changeSteps(tx, feeds, wishes),
  });
  const viewers = openViewers({ database, store, telemetry, modules });
  const ladder = openLadder({ store, telemetry, lane: steps, viewersOf: viewers.lastCount });
  return {
    pins,
    ladder,
    viewers,
    close: async () => {
      ladder.close();
      await Promise.all([pins.close(), steps.close(), viewers.close()]);
    },
  };
};
