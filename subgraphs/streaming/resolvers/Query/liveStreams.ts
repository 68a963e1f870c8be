import { FanfareError } from '#platform/errors.ts';
import { checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { liveStreamsPage } from '../../data/streams.ts';
import { PAGE_SIZE_MAX } from '../../domain/limits.ts';
import { decodePlace, encodePlace, type LiveStreamPlace } from '../../domain/liveStreamCursor.ts';
import type { Stream } from '../../domain/stream.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const liveStreams: QueryResolvers['liveStreams'] = async (_, { first, after }, { prisma }) => {
  checkPageSize(first, PAGE_SIZE_MAX);
  const { streams, more } = await liveStreamsPage(prisma, { first, after: placeOf(after) });
  // Whoever brings a cursor has seen what comes before it.
  return connectionOf(streams, cursorOf, { hasNextPage: more, hasPreviousPage: (after ?? null) !== null });
};

const placeOf = (after: string | null | undefined): LiveStreamPlace | null => {
  if (after === null || after === undefined) return null;
  const place = decodePlace(after);
  if (place === null) throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of liveStreams. Use one as it came, or none.');
  return place;
};

const cursorOf = ({ id, startedAt, createdAt }: Stream): string => encodePlace({ id, startedAt: startedAt ?? createdAt });
