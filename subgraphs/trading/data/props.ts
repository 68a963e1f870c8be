import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type ClaimLane, openClaimLane } from './dailyProps.ts';
import { type ExpiryLane, openExpiryLane, openExpirySweep } from './expiredProps.ts';
import { lanePerPartition } from './partitionLanes.ts';
import type { Partitions } from './partitions.ts';
import type { WalletHints } from './walletHints.ts';

export interface PropsOptions {
  readonly partitions: Partitions;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

/** What fills backpacks and empties them again without a gift being sent. */
export interface Props {
  readonly claims: ClaimLane;
  close(): Promise<void>;
}

export const openProps = ({ partitions, telemetry, walletHints }: PropsOptions): Props => {
  const claims: ClaimLane = lanePerPartition(
    partitions,
    ({ ownerId }) => ownerId,
    ({ database }) => openClaimLane({ database, telemetry, walletHints }),
  );
  const expiries: ExpiryLane = lanePerPartition(
    partitions,
    (ownerId) => ownerId,
    ({ database }) => openExpiryLane({ database, telemetry, walletHints }),
  );
  const sweeps = partitions.all.map(({ database }) => openExpirySweep({ database, lane: expiries, telemetry }));
  return {
    claims,
    close: async () => {
      await Promise.all([claims.close(), ...sweeps.map((sweep) => sweep.close())]);
      await expiries.close();
    },
  };
};
