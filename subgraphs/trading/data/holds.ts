import { plain } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardAt, shardIndexOfId } from '#platform/ids.ts';
import type { HoldStatus } from '../domain/giftOrder.ts';

/** What has become of gifts that could be taken back, by order id. The senders' partition. One statement. */
export const readHoldStatuses = async (db: Queryable, orderIds: readonly string[]): Promise<ReadonlyMap<string, HoldStatus>> => {
  const rows = await db.query<{ readonly order_id: string; readonly status: HoldStatus }>({
    name: 'readHoldStatuses',
    text: READ_HOLD_STATUSES,
    values: [plain(orderIds.map((id) => shardAt(shardIndexOfId(id)))), plain(orderIds)],
  });
  return new Map(rows.map((row) => [row.order_id, row.status]));
};

const READ_HOLD_STATUSES = `/* readHoldStatuses */
  SELECT h.order_id, h.status
  FROM unnest($1::int[], $2::uuid[]) AS k (shard, order_id)
  JOIN gift_hold h ON h.shard = k.shard AND h.order_id = k.order_id`;
