import type { Bus } from '#platform/bus/bus.ts';
import { openStateWatch, type StateWatch } from '#platform/bus/state-watch.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { TopUp } from '../domain/topUp.ts';
import { topUpChannel } from '../events.ts';
import type { Partitions } from './partitions.ts';
import { readTopUps } from './topUpRows.ts';

/** Follows top-up orders by id. */
export type TopUpWatch = StateWatch<TopUp>;

export const openTopUpWatch = (partitions: Partitions, bus: Bus, telemetry: Telemetry): TopUpWatch =>
  openStateWatch({
    name: 'top-ups',
    bus,
    telemetry,
    channelOf: topUpChannel,
    sourceOf: (topUpId) => partitions.ofId(topUpId).index,
    // Keys of one source come together: the first one's partition has them all.
    read: (topUpIds) => readTopUps(partitions.ofId(topUpIds[0] ?? '').database, topUpIds),
    versionOf: ({ version }) => BigInt(version),
  });
