import type { Feeds } from '#platform/feed/feed.ts';
import type { Stream } from '../domain/stream.ts';
import { streamFeedOf, streamVersionOf } from '../events.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { streamsByIds } from './streams.ts';

/** What following needs: the row, the feed, and when to stop. */
interface FollowParts {
  readonly prisma: PrismaClient;
  readonly feeds: Pick<Feeds, 'follow'>;
  readonly signal: AbortSignal;
}

/** The stream as it is now, then again whenever it has changed. The feed only says when to look: the row is read after each hint, so changes that come
 * faster than they are consumed arrive as one. Versions ascend. */
export async function* followStream(
  streamId: string,
  { prisma, feeds, signal }: FollowParts,
): AsyncGenerator<{ readonly streamChanged: Stream }, void> {
  let shown = 0;
  for await (const item of feeds.follow(streamFeedOf(streamId), { signal })) {
    // The position comes first and a reset may come later: both mean that the row may have changed unseen.
    if (item.type === 'event' && streamVersionOf(item.event.payload) <= shown) continue;
    const stream = (await streamsByIds(prisma, [streamId])).get(streamId);
    if (stream === undefined || stream.version <= shown) continue;
    shown = stream.version;
    yield { streamChanged: stream };
  }
}
