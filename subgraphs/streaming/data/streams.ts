import { shardOf } from '#platform/ids.ts';
import type { LiveStreamPlace } from '../domain/liveStreamCursor.ts';
import type { Stream } from '../domain/stream.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { toStream } from './streamLaneSql.ts';

/** The streams of these ids, by id; unknown ids are absent. One statement. */
export const streamsByIds = async (prisma: PrismaClient, ids: readonly string[]): Promise<ReadonlyMap<string, Stream>> => {
  const rows = await prisma.stream.findMany({ where: { shard: { in: [...new Set(ids.map(shardOf))] }, id: { in: [...ids] } } });
  return new Map(rows.map((row) => [row.id, toStream(row)]));
};

/** One page of the streams that are live, the one that started last first; `more`: there are others after it. One statement. */
export const liveStreamsPage = async (
  prisma: PrismaClient,
  { first, after }: { readonly first: number; readonly after: LiveStreamPlace | null },
): Promise<{ readonly streams: readonly Stream[]; readonly more: boolean }> => {
  const rows = await prisma.stream.findMany({
    where: { status: 'LIVE', ...(after === null ? {} : behind(after)) },
    orderBy: [{ startedAt: 'desc' }, { id: 'asc' }],
    take: first + 1,
  });
  return { streams: rows.slice(0, first).map(toStream), more: rows.length > first };
};

const behind = ({ startedAt, id }: LiveStreamPlace) => ({ OR: [{ startedAt: { lt: startedAt } }, { startedAt, id: { gt: id } }] });
