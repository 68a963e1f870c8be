import { markOf, parseCursor } from './cursor.ts';
import type { PulledFeed } from './effect.ts';
import type { PullRequest } from './feed.ts';

/** Refuses an answer that does not say, for feeds that were asked for and each once, what follows their cursors without a gap: a source that repeats itself, leaves
 * something out or mixes feeds up (a fault, a stale cache in between) is asked again, and nothing of what it said is applied. Throws Error. */
export const checkPulled = (asked: PullRequest['feeds'], pulled: readonly PulledFeed[]): void => {
  const open = new Map(asked.map(({ feed, after }) => [feed, after]));
  for (const answer of pulled) {
    const after = open.get(answer.feed);
    if (after === undefined || !open.delete(answer.feed)) throw faulty(answer, 'the feed was not asked for, or is answered twice');
    // After a reset nothing is applied: the next pull goes on from the place that it names.
    if (answer.reset === null) checkEvents(after, answer);
  }
};

const checkEvents = (after: string | null, answer: PulledFeed): void => {
  const { feed, events } = answer;
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) return;
  // Without a cursor the log is read from its first kept event, whichever that is.
  const from = after === null ? first.seq : parseCursor(after).seq + 1;
  for (const [index, event] of events.entries()) {
    if (event.feed !== feed) throw faulty(answer, `it brings an event of ${event.feed}`);
    if (event.seq !== from + index) throw faulty(answer, `event ${from + index} is due, and ${event.seq} comes`);
  }
  const place = parseCursor(last.cursor);
  if (place.seq !== last.seq || place.mark !== markOf(last.id)) throw faulty(answer, `the cursor of event ${last.seq} is of another one`);
};

const faulty = ({ feed }: PulledFeed, why: string): Error =>
  new Error(`the source's answer about ${feed} is not its log: ${why}; nothing of it is applied`);
