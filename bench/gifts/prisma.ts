import type { Database } from '#platform/database/database.ts';
import { prismaAdapter } from '#platform/database/prisma.ts';
import { newId, newIdInShard, shardIndexOf, shardOf } from '#platform/ids.ts';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';
import { type Prisma, PrismaClient } from '../../subgraphs/trading/generated/prisma/client.ts';

/** As many as this machine keeps busy; more only wait for the locks, and for Prisma's patience with them. */
const CALLERS = 16;
const TRANSACTION_WAIT_MS_MAX = 10_000;

/** The peer that most applications begin with: one interactive transaction of Prisma Client per gift, wallets locked in order, everything else by its own methods. It checks less than
 * the lane and credits the receiver at once. Answers with gifts per second. */
export const measurePrisma = async (database: Database, nextGift: () => GiftCommand, seconds: number): Promise<number> => {
  const prisma = new PrismaClient({ adapter: prismaAdapter(database) });
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  let sent = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < endMs) if (await sendOne(prisma, nextGift())) sent += 1;
  };
  try {
    await Promise.all(Array.from({ length: CALLERS }, caller));
    return sent / ((performance.now() - startMs) / 1_000);
  } finally {
    await prisma.$disconnect();
  }
};

const sendOne = (prisma: PrismaClient, command: GiftCommand): Promise<boolean> =>
  prisma.$transaction(
    async (tx) => {
      const stream = await tx.stream.findUnique({ where: { shard_id: { shard: shardOf(command.streamId), id: command.streamId } } });
      const gift = await tx.gift.findUnique({ where: { shard_id: { shard: shardOf(command.giftId), id: command.giftId } } });
      if (stream === null || gift === null || stream.status !== 'LIVE') return false;
      // Prisma has no locking read of its own: an update that changes nothing takes the lock.
      const [sender, receiver] = await lockBoth(tx, command.senderId, stream.streamerId);
      const key = { shard: shardOf(command.senderId), actorId: command.senderId, key: command.idempotencyKey };
      if ((await tx.answer.findUnique({ where: { shard_actorId_key: key } })) !== null) return false;
      const coins = gift.priceCoins * BigInt(command.quantity);
      if (sender.coins < coins) return false;
      await write(tx, command, { sender, receiver, coins, key });
      return true;
    },
    { maxWait: TRANSACTION_WAIT_MS_MAX, timeout: TRANSACTION_WAIT_MS_MAX },
  );

interface Wallet {
  readonly ownerId: string;
  readonly coins: bigint;
  readonly version: bigint;
}

const lockBoth = async (tx: Prisma.TransactionClient, senderId: string, receiverId: string): Promise<readonly [Wallet, Wallet]> => {
  const lock = (ownerId: string): Promise<Wallet> =>
    tx.wallet.update({ where: { shard_ownerId: { shard: shardOf(ownerId), ownerId } }, data: { coins: { increment: 0 } } });
  if (senderId < receiverId) {
    const sender = await lock(senderId);
    return [sender, await lock(receiverId)];
  }
  const receiver = await lock(receiverId);
  return [await lock(senderId), receiver];
};

interface Move {
  readonly sender: Wallet;
  readonly receiver: Wallet;
  readonly coins: bigint;
  readonly key: { readonly shard: number; readonly actorId: string; readonly key: string };
}

const write = async (tx: Prisma.TransactionClient, command: GiftCommand, { sender, receiver, coins, key }: Move): Promise<void> => {
  const { shard } = key;
  const orderId = newIdInShard(shardIndexOf(command.senderId));
  const at = new Date();
  const legs = [
    { wallet: sender, amount: -coins },
    { wallet: receiver, amount: coins },
  ];
  for (const { wallet, amount } of legs) {
    const place = { shard: shardOf(wallet.ownerId), ownerId: wallet.ownerId };
    await tx.wallet.update({ where: { shard_ownerId: place }, data: { coins: { increment: amount }, version: { increment: 1 } } });
  }
  await tx.ledgerEntry.createMany({
    data: legs.map(({ wallet, amount }) => ({
      shard: shardOf(wallet.ownerId),
      accountKind: 'WALLET' as const,
      accountId: wallet.ownerId,
      seq: wallet.version + 1n,
      currency: 'COINS' as const,
      amount,
      balanceAfter: wallet.coins + amount,
      coinsAfter: wallet.coins + amount,
      bonusCoinsAfter: 0n,
      diamondsAfter: 0n,
      batchId: orderId,
      causeId: orderId,
      at,
    })),
  });
  const { giftId, streamId, quantity } = command;
  const order = { giftId, streamId, quantity, senderId: sender.ownerId, receiverId: receiver.ownerId, createdAt: at };
  const price = { priceVersion: 1, priceCoins: coins / BigInt(quantity), coins, diamonds: coins };
  await tx.giftOrder.create({ data: { shard, id: orderId, ...order, ...price } });
  await tx.answer.create({ data: { ...key, fingerprint: '', refusal: null, resultId: orderId, at } });
  const feed = { shard, id: `gifts/${sender.ownerId}` };
  const { headSeq } = await tx.feed.upsert({
    where: { shard_id: feed },
    create: { ...feed, headSeq: 1, headAt: at },
    update: { headSeq: { increment: 1 }, headAt: at },
  });
  const event = { shard, feedId: feed.id, seq: headSeq, id: newId(), at, kind: 'gift.sent', v: 1 };
  await tx.feedEvent.create({ data: { ...event, payload: { ...order, createdAt: at.toISOString(), orderId, coins: coins.toString() } } });
};
