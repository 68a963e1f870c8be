import { setTimeout as sleep } from 'node:timers/promises';
import { FanfareError } from '#platform/errors.ts';
import { type FeedEvent, type FeedSource, FROM_HEAD } from '#platform/feed/feed.ts';
import { backOff } from '#platform/feed/patience.ts';
import { checkPulled } from '#platform/feed/pulled.ts';
import { within } from '#platform/subgraph/stream.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import {
  CONTROL_EVENTS_MAX,
  CONTROL_HEADS_INTERVAL_MS,
  CONTROL_PULL_TIMEOUT_MS,
  CONTROL_REST_MS,
  CONTROL_RETRY_MS_MAX,
  SUBGRAPH_RETRY_AFTER_MS,
} from '../limits.ts';
import type { ControlSource } from './sources.ts';

export interface ControlFollowerOptions extends ControlSource {
  readonly source: FeedSource;
  readonly telemetry: Telemetry;
  /** Gets what was appended, each feed's events in order and each once. */
  readonly onEvents: (events: readonly FeedEvent[]) => void;
  /** It follows from now on and knows nothing of what was before: at the start, and after the log has become another one. */
  readonly onAnew: () => void;
}

/** So many failures in a row take about a second: what is shorter breaks no promise, and is no line in the log (a subgraph that is started again, a process that goes down). */
const LOST_TRIES = 4;

/** Follows a subgraph's control feeds from now on until it is closed. Hints wake it; without one it asks every CONTROL_HEADS_INTERVAL_MS. While the subgraph is away it asks
 * again with growing pauses, and goes on after the last event it has seen. It keeps no place in the owner's tables: a gateway that starts asks about everybody anew. */
export class ControlFollower {
  readonly #options: ControlFollowerOptions;
  readonly #places = new Map<string, string>();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: ControlFollowerOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort(new FanfareError('SHUTTING_DOWN', 'The gateway is going down.'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { subgraph, telemetry } = this.#options;
    for (let tries = 0; !signal.aborted; ) {
      try {
        const news = await this.#pull();
        if (tries > LOST_TRIES) telemetry.log.info({ subgraph, tries }, 'control feeds are followed again');
        tries = 0;
        if (news) await sleep(CONTROL_REST_MS, undefined, { signal });
      } catch (error) {
        if (signal.aborted) break;
        if (tries === LOST_TRIES)
          telemetry.log.warn({ err: error, subgraph }, 'control feeds cannot be read; what they say is acted on once they can be');
        await backOff(tries, signal, CONTROL_RETRY_MS_MAX).catch(() => undefined); // closed while it waited: the loop's condition sees it
        tries += 1;
      }
    }
  }

  /** Asks once, and tells what came of it. Answers whether anything did. */
  async #pull(): Promise<boolean> {
    const { source, feeds, subgraph, telemetry, onEvents, onAnew } = this.#options;
    const asked = feeds.map((feed) => ({ feed, after: this.#places.get(feed) ?? FROM_HEAD }));
    const asking = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(CONTROL_HEADS_INTERVAL_MS + CONTROL_PULL_TIMEOUT_MS)]);
    const answer = await within(
      source.pull({ feeds: asked, limit: CONTROL_EVENTS_MAX, waitMs: CONTROL_HEADS_INTERVAL_MS }, asking),
      CONTROL_HEADS_INTERVAL_MS + CONTROL_PULL_TIMEOUT_MS,
      () =>
        new FanfareError('TIMEOUT', `${subgraph} did not say in time what its control feeds hold.`, {
          retryAfterMs: SUBGRAPH_RETRY_AFTER_MS,
        }),
      this.#closing.signal,
    );
    checkPulled(asked, answer.feeds);
    const events = answer.feeds.flatMap((feed) => (feed.reset === null ? feed.events : []));
    // First: what could not be acted on is asked for again.
    if (events.length > 0) onEvents(events);
    const began = new Set(asked.filter(({ after }) => after === FROM_HEAD).map(({ feed }) => feed));
    for (const { feed, cursor, reset } of answer.feeds) {
      if (reset === null) {
        this.#places.set(feed, cursor);
        continue;
      }
      telemetry.log.error(
        { subgraph, feed, reset },
        'a control feed is not the one that was followed: all who are here are asked about again',
      );
      // From the head on once more; what its beginning says is of no use to those who are here now.
      this.#places.delete(feed);
    }
    if (answer.feeds.some(({ feed }) => began.has(feed))) onAnew();
    return answer.feeds.length > 0;
  }
}
