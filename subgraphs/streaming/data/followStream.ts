import type { Feeds } from '#platform/feed/feed.ts';
import { stoppable } from '#platform/feed/stoppable.ts';
import type { Stream } from '../domain/stream.ts';
import { streamFeedOf, streamVersionOf } from '../events.ts';

/** The stream as it is now, then again whenever it has changed. The feed only says when to look: the row is read after each hint, so changes that come
 * faster than they are consumed arrive as one. Versions ascend. */
export const followStream = (
  feeds: Pick<Feeds, 'follow'>,
  streamId: string,
  load: () => Promise<Stream | null>,
): AsyncIterableIterator<{ readonly streamChanged: Stream }> =>
  stoppable(async function* (signal) {
    let shown = 0;
    for await (const item of feeds.follow(streamFeedOf(streamId), { signal })) {
      // The position comes first and a reset may come later: both mean that the row may have changed unseen.
      if (item.type === 'event' && streamVersionOf(item.event.payload) <= shown) continue;
      const stream = await load();
      if (stream === null || stream.version <= shown) continue;
      shown = stream.version;
      yield { streamChanged: stream };
    }
  });
