import { ledgerFaults } from '../ledger.ts';
import { eventually, type Platform } from '../platform.ts';
import { countBy, giftsSent, roomLog } from '../room-truth.ts';
import { type Journal, repeat } from './journal.ts';
import type { StormWatcher, WalletWatcher } from './watchers.ts';

/** How long the platform may take until everything has arrived everywhere, once it is left alone. */
const SETTLE_MS_MAX = 60_000;
/** Old keys that are sent again at the end at most, and how many at once. */
const REPEATS_MAX = 3_000;
const REPEATS_AT_ONCE = 20;
/** Faults of one kind that are shown; a broken platform has thousands. */
const SHOWN_MAX = 5;

export interface Witnesses {
  readonly journal: Journal;
  readonly rooms: readonly string[];
  readonly watchers: readonly StormWatcher[];
  readonly wallets: readonly WalletWatcher[];
}

type RoomLogs = ReadonlyMap<string, Awaited<ReturnType<typeof roomLog>>>;

/** Everything that was told, held against the databases. Call it when nobody acts any more and every part is ready. Empty when all is well. */
export const faultsAfterStorm = async (platform: Platform, witnesses: Witnesses): Promise<readonly string[]> => {
  const { journal, watchers, wallets } = witnesses;
  const late = await untilSettled(platform, witnesses);
  await repeatOldKeys(journal);
  const logs = await readLogs(platform, witnesses);
  return [
    ...late,
    ...few(journal.faults),
    ...few(watchers.flatMap(({ faults }) => faults)),
    ...few(wallets.flatMap(({ faults }) => faults)),
    ...few(await giftFaults(platform, journal, logs)),
    ...few(chatFaults(journal, logs)),
    ...few(watchers.flatMap((watcher) => watcherFaults(watcher, logs))),
    ...few(await walletFaults(platform, journal, wallets)),
    ...few(await streamFaults(platform, journal)),
    ...(await ledgerFaults((text) => platform.sql('trading', text))),
  ];
};

/** The first of many faults of one kind. */
export function few(faults: readonly string[]): readonly string[] {
  return faults.length <= SHOWN_MAX ? faults : [...faults.slice(0, SHOWN_MAX), `… and ${faults.length - SHOWN_MAX} more of this kind`];
}

/** Waits until every gift is credited and shown, and every watcher has seen the last event of its room. */
async function untilSettled(platform: Platform, { journal, watchers, wallets }: Witnesses): Promise<readonly string[]> {
  const waits: Readonly<Record<string, () => Promise<boolean>>> = {
    'every gift is credited': async () => {
      const [row] = await platform.sql<{ open: string }>(
        'trading',
        'SELECT count(*) AS open FROM gift_order WHERE NOT EXISTS (SELECT FROM gift_credit WHERE gift_credit.order_id = gift_order.id)',
      );
      return row?.open === '0';
    },
    'every gift is shown': async () => {
      const [row] = await platform.sql<{ shown: string }>(
        'messaging',
        `SELECT count(*) AS shown FROM feed_event WHERE kind = 'gift.shown'`,
      );
      return Number(row?.shown) >= journal.gifts.length;
    },
    'every stream has reached messaging and trading': async () => (await streamFaults(platform, journal)).length === 0,
    'every watcher has seen the last event': async () => {
      const heads = await headsOf(platform);
      return watchers.every(({ roomId, lastSeq }) => lastSeq() === heads.get(roomId));
    },
    'every wallet has reached its watcher': async () => (await staleWallets(platform, wallets)).length === 0,
  };
  const late: string[] = [];
  for (const [what, check] of Object.entries(waits)) {
    await eventually(what, check, SETTLE_MS_MAX).catch((error: unknown) => late.push(String(error)));
  }
  return late;
}

async function headsOf(platform: Platform): Promise<ReadonlyMap<string, number>> {
  const rows = await platform.sql<{ room: string; head: string }>(
    'messaging',
    `SELECT substr(feed_id, 14) AS room, max(seq) AS head FROM feed_event WHERE feed_id LIKE 'conversation/%' GROUP BY feed_id`,
  );
  return new Map(rows.map(({ room, head }) => [room, Number(head)]));
}

/** Newest and oldest alike: every n-th of all that was told. */
async function repeatOldKeys(journal: Journal): Promise<void> {
  const step = Math.max(1, Math.ceil(journal.told.length / REPEATS_MAX));
  const chosen = journal.told.filter((_, index) => index % step === 0);
  const repeatNext = async (): Promise<void> => {
    for (let told = chosen.pop(); told !== undefined; told = chosen.pop()) {
      await repeat(journal, told).catch((error: unknown) => journal.faults.push(`an old key was not answered: ${String(error)}`));
    }
  };
  await Promise.all(Array.from({ length: REPEATS_AT_ONCE }, repeatNext));
}

async function readLogs(platform: Platform, { rooms, journal }: Witnesses): Promise<RoomLogs> {
  const ids = new Set([...rooms, ...journal.streams.keys()]);
  return new Map(await Promise.all([...ids].map(async (id) => [id, await roomLog(platform, id)] as const)));
}

/** Every acknowledged gift is ordered, sent, shown and credited once; and there is no other: all were sent until they were answered. */
async function giftFaults(platform: Platform, { gifts }: Journal, logs: RoomLogs): Promise<readonly string[]> {
  const orders = await platform.sql<{ id: string; told: string; credits: string }>(
    'trading',
    `SELECT id, sender_id || ' ' || stream_id || ' ' || coins AS told,
       (SELECT count(*) FROM gift_credit WHERE gift_credit.order_id = gift_order.id) AS credits FROM gift_order`,
  );
  const byId = new Map(orders.map((order) => [order.id, order]));
  const sent = await giftsSent(platform);
  const shown = countBy(
    [...logs].flatMap(([roomId, log]) =>
      log.filter(({ kind }) => kind === 'gift.shown').map(({ payload }) => `${roomId} ${String(payload['orderId'])}`),
    ),
  );
  const acknowledged = new Set(gifts.map(({ orderId }) => orderId));
  return [
    ...(acknowledged.size === gifts.length ? [] : [`${gifts.length} keys led to ${acknowledged.size} orders`]),
    ...orders.flatMap(({ id }) => (acknowledged.has(id) ? [] : [`order ${id} was never acknowledged`])),
    ...gifts.flatMap(({ orderId, senderId, streamId, coins }) => {
      const order = byId.get(orderId);
      const counts = [sent.get(orderId) ?? 0, shown.get(`${streamId} ${orderId}`) ?? 0, Number(order?.credits ?? 0)];
      const isRight = order?.told === `${senderId} ${streamId} ${coins}` && counts.every((count) => count === 1);
      return isRight
        ? []
        : [`order ${orderId} (${senderId} ${streamId} ${coins}) is ${order?.told}: sent, shown, credited ${counts.join(', ')} times`];
    }),
  ];
}

/** Every acknowledged message stands in its room at its place, and there is no other. */
function chatFaults({ chats }: Journal, logs: RoomLogs): readonly string[] {
  const posted = [...logs].flatMap(([roomId, log]) =>
    log.filter(({ kind }) => kind === 'chat.posted').map(({ seq }) => `${roomId}:${seq}`),
  );
  const acknowledged = new Set(chats.map(({ roomId, seq }) => `${roomId}:${seq}`));
  const present = new Set(posted);
  return [
    ...(acknowledged.size === chats.length ? [] : [`${chats.length} messages were acknowledged with ${acknowledged.size} places`]),
    ...chats.flatMap(({ eventId, roomId, seq }) =>
      present.has(`${roomId}:${seq}`) && eventId === `${roomId}:${seq}` ? [] : [`message ${eventId} is not at ${roomId}:${seq}`],
    ),
    ...posted.flatMap((place) => (acknowledged.has(place) ? [] : [`the message at ${place} was never acknowledged`])),
  ];
}

/** What a watcher saw is the room's log from its first event on. */
function watcherFaults({ name, roomId, ids, lastSeq }: StormWatcher, logs: RoomLogs): readonly string[] {
  const log = logs.get(roomId) ?? [];
  const first = lastSeq() - ids.length + 1;
  const expected = log.filter(({ seq }) => Number(seq) >= first).map(({ id }) => id);
  const different = expected.findIndex((id, index) => ids[index] !== id);
  if (different < 0 && ids.length === expected.length) return [];
  return [`${name} saw ${ids.length} events from ${first} on where the log has ${expected.length}; the first that differs is ${different}`];
}

interface WalletRow {
  readonly owner_id: string;
  readonly coins: string;
  readonly diamonds: string;
  readonly version: string;
}

const WALLETS = 'SELECT owner_id, coins, diamonds, version FROM wallet';

async function staleWallets(platform: Platform, watchers: readonly WalletWatcher[]): Promise<readonly string[]> {
  const rows = new Map((await platform.sql<WalletRow>('trading', WALLETS)).map((row) => [row.owner_id, row]));
  return watchers.flatMap(({ user, last }) => {
    const [row, seen] = [rows.get(user), last()];
    const same = row?.version === String(seen?.version) && row.coins === seen?.coins && row.diamonds === seen.diamonds;
    return same ? [] : [`${user}'s wallet is ${JSON.stringify(row)}, and its watcher saw ${JSON.stringify(seen)} last`];
  });
}

/** A wallet holds what was bought less what was given, as its owner was told; and its watcher knows. */
async function walletFaults(platform: Platform, journal: Journal, watchers: readonly WalletWatcher[]): Promise<readonly string[]> {
  const expected = new Map(journal.boughtCoins);
  for (const { senderId, coins } of journal.gifts) expected.set(senderId, (expected.get(senderId) ?? 0n) - coins);
  const coins = new Map((await platform.sql<WalletRow>('trading', WALLETS)).map((row) => [row.owner_id, BigInt(row.coins)]));
  return [
    ...[...expected].flatMap(([user, balance]) =>
      coins.get(user) === balance ? [] : [`${user} has ${coins.get(user)} coins and was told ${balance}`],
    ),
    ...(await staleWallets(platform, watchers)),
  ];
}

/** A stream is where its streamer left it, in streaming and in the projections of the others. */
async function streamFaults(platform: Platform, { streams }: Journal): Promise<readonly string[]> {
  const statuses = async (subgraph: string, table: string): Promise<ReadonlyMap<string, string>> =>
    new Map(
      (await platform.sql<{ id: string; status: string }>(subgraph, `SELECT id, status FROM ${table}`)).map(({ id, status }) => [
        id,
        status,
      ]),
    );
  const [own, traded, rooms] = await Promise.all([
    statuses('streaming', 'stream'),
    statuses('trading', 'stream'),
    statuses('messaging', 'conversation'),
  ]);
  const roomStatus = { SCHEDULED: undefined, LIVE: 'OPEN', ENDED: 'CLOSED' } as const;
  return [...streams].flatMap(([id, status]) => {
    const [inOwn, inTrading, inMessaging] = [own.get(id), traded.get(id), rooms.get(id)];
    return inOwn === status && inTrading === status && inMessaging === roomStatus[status]
      ? []
      : [`stream ${id} was left ${status}: streaming says ${inOwn}, trading ${inTrading}, messaging ${inMessaging}`];
  });
}
