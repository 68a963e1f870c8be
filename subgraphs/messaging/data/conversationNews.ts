import type { Feeds } from '#platform/feed/feed.ts';
import { conversationFeedOf, conversationIdOf } from '../events.ts';
import { memberMovesOf } from './inboxEvents.ts';
import type { ModuleEvents } from './moduleEvents.ts';

/** Hears after COMMIT in which conversations something was appended by this process, each once per transaction. Returns at once and never throws. */
export type NewsListener = (conversationIds: ReadonlySet<string>) => void;

/** The feeds, and who hears what is appended to logs of conversations through them. */
export interface ListenedFeeds {
  readonly feeds: Feeds;
  listen(listener: NewsListener): void;
  /** Tells modules who becomes a member of a group or a direct conversation, and who is none any more, whatever the reason. */
  tellMoves(modules: Pick<ModuleEvents, 'joined' | 'left'>): void;
}

/** Lets listeners hear of every append, whoever makes it. What other processes append they hear elsewhere. */
export const listenToFeeds = (feeds: Feeds): ListenedFeeds => {
  const listeners: NewsListener[] = [];
  const movesListeners: Pick<ModuleEvents, 'joined' | 'left'>[] = [];
  const prefix = conversationFeedOf('');
  return {
    listen: (listener) => {
      listeners.push(listener);
    },
    tellMoves: (modules) => {
      movesListeners.push(modules);
    },
    feeds: {
      append: async (tx, events) => {
        const appended = await feeds.append(tx, events);
        const ids = new Set(appended.flatMap(({ feed }) => (feed.startsWith(prefix) ? [conversationIdOf(feed)] : [])));
        if (ids.size > 0 && listeners.length > 0)
          tx.afterCommit(() => {
            for (const listener of listeners) listener(ids);
          });
        const { joined, left } = memberMovesOf(appended);
        if (joined.size + left.size > 0)
          tx.afterCommit(() => {
            const at = new Date();
            for (const modules of movesListeners) {
              for (const [conversationId, userIds] of joined) modules.joined({ conversationId, userIds, at });
              for (const [conversationId, userIds] of left) modules.left({ conversationId, userIds, at });
            }
          });
        return appended;
      },
      follow: (feed, options) => feeds.follow(feed, options),
      page: (request) => feeds.page(request),
      pages: (requests) => feeds.pages(requests),
      head: (feed) => feeds.head(feed),
      pull: (request, signal) => feeds.pull(request, signal),
      close: () => feeds.close(),
    },
  };
};
