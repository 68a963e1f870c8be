import { FanfareError } from '#platform/errors.ts';
import { liveStreamsPage } from '../../data/streams.ts';
import { pageSizeFault } from '../../domain/check.ts';
import { decodePlace, encodePlace, type LiveStreamPlace } from '../../domain/liveStreamCursor.ts';
import type { Stream } from '../../domain/stream.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const liveStreams: QueryResolvers['liveStreams'] = async (_, { first, after }, { prisma }) => {
  const fault = pageSizeFault(first);
  if (fault !== null) throw new FanfareError('BAD_USER_INPUT', fault);
  const { streams, more } = await liveStreamsPage(prisma, { first, after: placeOf(after) });
  const edges = streams.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    nodes: streams,
    pageInfo: {
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: more,
      // Whoever brings a cursor has seen what comes before it.
      hasPreviousPage: (after ?? null) !== null,
    },
  };
};

const placeOf = (after: string | null | undefined): LiveStreamPlace | null => {
  if (after === null || after === undefined) return null;
  const place = decodePlace(after);
  if (place === null) throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of liveStreams. Use one as it came, or none.');
  return place;
};

const cursorOf = ({ id, startedAt, createdAt }: Stream): string => encodePlace({ id, startedAt: startedAt ?? createdAt });
