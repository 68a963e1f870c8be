import type { Bus } from '#platform/bus/bus.ts';
import { createStateHints } from '#platform/bus/state-watch.ts';
import type { Store } from '#platform/store/store.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { leaderboardChannel } from '../events.ts';
import { type ConsentCommand, type ConsentLane, openConsentLane } from './boardConsents.ts';
import { type BoardFollower, startBoardFollower } from './boardFollower.ts';
import { type BoardReader, createBoardReader } from './boardReader.ts';
import { type BoardWatch, createBoardHints, openBoardWatch } from './boardWatch.ts';
import { lanePerPartition } from './partitionLanes.ts';
import type { Partitions } from './partitions.ts';

/** All that leaderboards are made of. */
export interface Leaderboards {
  readonly reader: BoardReader;
  readonly watch: BoardWatch;
  readonly consents: ConsentLane;
  readonly follower: BoardFollower;
  close(): Promise<void>;
}

export interface LeaderboardsOptions {
  readonly partitions: Partitions;
  readonly bus: Bus;
  readonly store: Pick<Store, 'boards'>;
  readonly telemetry: Telemetry;
}

/** Opens the leaderboards and starts to keep them. */
export const openLeaderboards = ({ partitions, bus, store, telemetry }: LeaderboardsOptions): Leaderboards => {
  const { boards } = store;
  const reader = createBoardReader(boards, partitions);
  const watch = openBoardWatch(reader, bus, telemetry);
  const hints = createBoardHints(createStateHints(bus, leaderboardChannel));
  const consents = lanePerPartition(
    partitions,
    ({ userId }: ConsentCommand) => userId,
    ({ database }) => openConsentLane({ database, telemetry }),
  );
  const follower = startBoardFollower({ boards, partitions, telemetry, hints });
  return {
    reader,
    watch,
    consents,
    follower,
    close: async () => {
      await consents.close();
      await follower.close();
      hints.close();
      await watch.close();
    },
  };
};
