import type { Platform } from './platform.ts';

export const DEMO_STREAM = '01980000-0000-7000-8000-000000000001';

/** The room's log in messaging's database, in order. */
export const roomLog = (
  platform: Platform,
  roomId: string,
): Promise<{ seq: string; kind: string; id: string; payload: Record<string, unknown> }[]> =>
  platform.sql('messaging', 'SELECT seq, kind, id, payload FROM feed_event WHERE feed_id = $1 ORDER BY seq', [`conversation/${roomId}`]);

/** How often each order's gift was shown in the room. */
export const giftsShown = async (platform: Platform, roomId: string): Promise<ReadonlyMap<string, number>> =>
  countBy((await roomLog(platform, roomId)).filter(({ kind }) => kind === 'gift.shown').map(({ payload }) => String(payload['orderId'])));

/** How often each order's gift stands in trading's feeds. */
export const giftsSent = async (platform: Platform): Promise<ReadonlyMap<string, number>> => {
  const rows = await platform.sql<{ order_id: string }>(
    'trading',
    `SELECT payload->>'orderId' AS order_id FROM feed_event WHERE kind = 'gift.sent'`,
  );
  return countBy(rows.map((row) => row.order_id));
};

export const countBy = (keys: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};
