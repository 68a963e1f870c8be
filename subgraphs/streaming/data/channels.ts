import { displayNameOf, handleOf, longHandleOf } from '#platform/handle.ts';
import { shardOf } from '#platform/ids.ts';
import { channelIdOf } from '../domain/channelId.ts';
import type { Channel } from '../domain/stream.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** The channels of these ids, by id; unknown ids are absent. One statement. */
export const channelsByIds = async (prisma: PrismaClient, ids: readonly string[]): Promise<ReadonlyMap<string, Channel>> => {
  const rows = await prisma.channel.findMany({ where: { shard: { in: [...new Set(ids.map(shardOf))] }, id: { in: [...ids] } } });
  return new Map(rows.map((row) => [row.id, row]));
};

/** The channel with this handle, or null. */
export const channelByHandle = async (prisma: PrismaClient, handle: string): Promise<Channel | null> => {
  const owned = await prisma.channelHandle.findUnique({ where: { shard_handle: { shard: shardOf(handle), handle } } });
  if (owned === null) return null;
  return prisma.channel.findUnique({ where: { shard_id: { shard: shardOf(owned.channelId), id: owned.channelId } } });
};

/** The user's channel, made on first use. Safe to run twice at once and to be cut off between its statements: the id follows from the owner, the handle is
 * taken first, and whoever finds the handle taken by another channel takes one that is theirs alone. */
export const ensureChannel = async (prisma: PrismaClient, ownerId: string, at: Date): Promise<Channel> => {
  const id = channelIdOf(ownerId);
  const shard = shardOf(id);
  const handle = await takeHandle(prisma, id, [handleOf(ownerId), longHandleOf(ownerId)]);
  const row = { shard, id, handle, title: displayNameOf(ownerId), ownerId, liveStreamId: null, createdAt: at };
  await prisma.channel.createMany({ data: [row], skipDuplicates: true });
  return prisma.channel.findUniqueOrThrow({ where: { shard_id: { shard, id } } });
};

const takeHandle = async (prisma: PrismaClient, channelId: string, [handle, ...others]: readonly string[]): Promise<string> => {
  if (handle === undefined) throw new Error(`every handle of the channel ${channelId} is taken by another channel`);
  const shard = shardOf(handle);
  await prisma.channelHandle.createMany({ data: [{ shard, handle, channelId }], skipDuplicates: true });
  const owned = await prisma.channelHandle.findUniqueOrThrow({ where: { shard_handle: { shard, handle } } });
  return owned.channelId === channelId ? handle : takeHandle(prisma, channelId, others);
};
