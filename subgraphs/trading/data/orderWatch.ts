import type { Bus } from '#platform/bus/bus.ts';
import { openStateWatch, type StateWatch } from '#platform/bus/state-watch.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type GiftOrder, type OrderStanding, standingRank } from '../domain/giftOrder.ts';
import { orderChannel } from '../events.ts';
import { readGiftOrders } from './giftOrders.ts';
import { readHolds } from './holds.ts';
import type { Partitions } from './partitions.ts';
import { readReturns, readSettlements } from './settlements.ts';

/** An order with what has become of it. */
export interface OrderState extends GiftOrder {
  readonly standing: OrderStanding;
  /** Whether its refund has arrived at its sender. */
  readonly isReturned: boolean;
}

/** Follows orders by id. */
export type OrderWatch = StateWatch<OrderState>;

export const openOrderWatch = (partitions: Partitions, bus: Bus, telemetry: Telemetry): OrderWatch =>
  openStateWatch({
    name: 'orders',
    bus,
    telemetry,
    channelOf: orderChannel,
    sourceOf: (orderId) => partitions.ofId(orderId).index,
    read: (orderIds) => readOrderStates(partitions, orderIds),
    versionOf: ({ standing, isReturned }) => BigInt(standingRank(standing, isReturned)),
  });

/** Orders of one partition's senders with what has become of them, by id. Those whose receivers' partition is away are absent. Three statements in the senders' partition
 * at most, and one in each partition that has receivers of theirs. */
const readOrderStates = async (partitions: Partitions, orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderState>> => {
  const { database } = partitions.ofId(orderIds[0] ?? '');
  const orders = [...(await readGiftOrders(database, orderIds)).values()];
  const cancellable = orders.filter(({ cancellableUntil }) => cancellableUntil !== null).map(({ id }) => id);
  const [holds, settlements] = await Promise.all([
    readHolds(database, cancellable),
    partitions.gather(
      orders,
      ({ receiverId }) => partitions.of(receiverId),
      async (partition, ofPartition) => {
        const found = await readSettlements(partition.database, ofPartition);
        return ofPartition.map(({ id }) => found.get(id) ?? null);
      },
    ),
  ]);
  const standings = orders.flatMap((order, index): { readonly order: GiftOrder; readonly standing: OrderStanding }[] => {
    const settlement = settlements[index] ?? null;
    return settlement instanceof Error ? [] : [{ order, standing: { hold: holds.get(order.id)?.status ?? null, settlement } }];
  });
  const refunded = standings.filter(({ standing }) => (standing.settlement?.refund ?? null) !== null).map(({ order }) => order);
  const returns = refunded.length === 0 ? new Map<string, Date>() : await readReturns(database, refunded);
  return new Map(standings.map(({ order, standing }) => [order.id, { ...order, standing, isReturned: returns.has(order.id) }]));
};
