import { z } from 'zod';
import type { FeedEvent } from '#platform/feed/feed.ts';
import type { Entrant } from './entrant.ts';

/** Who may follow what no more, as control feeds have just said. */
export interface Revocations {
  /** How many there are. */
  readonly size: number;
  readonly include: (who: Entrant) => boolean;
}

/** What something has happened to, as control feeds have just said. */
export interface Places {
  readonly size: number;
  readonly include: (who: Pick<Entrant, 'argument' | 'subject'>) => boolean;
}

/** Reads events of control feeds: which rooms have closed. */
export const closingsIn = (events: readonly FeedEvent[]): Places => placesIn(events, 'room.closed');

/** Reads events of control feeds: from which rooms' logs something was erased, so that kept parts of them are worth nothing any more. */
export const erasedIn = (events: readonly FeedEvent[]): Places => placesIn(events, 'log.erased');

const placesIn = (events: readonly FeedEvent[], wanted: string): Places => {
  const places = new Set(events.flatMap(({ kind, payload }) => (kind === wanted ? Object.entries(payload).map(placeOf) : [])));
  return { size: places.size, include: ({ argument, subject }) => places.has(placeOf([argument, subject])) };
};

const placeOf = ([argument, value]: readonly [string, unknown]): string => JSON.stringify([argument, value]);

/** What is followed stands in the payload under the name of the argument that says it in the schema (@broadcast's `subject`): `roomId`, for example. */
const payloadParser = z.looseObject({ userId: z.string(), until: z.iso.datetime({ offset: true }).nullable() });

type Payload = z.infer<typeof payloadParser>;

/** `user.kicked`: out now, and free to come again. */
const DECISIONS: ReadonlySet<string> = new Set(['user.banned', 'user.unbanned', 'user.kicked']);

/** Reads events of control feeds, each feed's in its order: who was banned and let in again is not revoked, nor is a ban that has ended by itself. Kinds that this version
 * does not know say nothing. Throws Error for a payload that is not what its kind promises: then only asking again tells who may follow. */
export const revocationsIn = (events: readonly FeedEvent[], now: Date): Revocations => {
  const bans = new Map<string, Payload>();
  const kicks = new Map<string, Payload>();
  for (const { kind, payload } of events) {
    if (!DECISIONS.has(kind)) continue;
    const parsed = payloadParser.parse(payload);
    const ended = parsed.until !== null && Date.parse(parsed.until) <= now.getTime();
    const { until: _, ...whom } = parsed;
    const key = JSON.stringify(whom);
    if (kind === 'user.kicked') kicks.set(key, parsed);
    else if (kind === 'user.banned' && !ended) bans.set(key, parsed);
    else bans.delete(key);
  }
  const revoked = new Map([...kicks, ...bans]);
  // Most viewers are in none of them: one look at their id tells.
  const byUser = Map.groupBy(revoked.values(), ({ userId }) => userId);
  const include = ({ argument, subject, userId }: Entrant): boolean =>
    userId !== null && (byUser.get(userId)?.some((payload) => payload[argument] === subject) ?? false);
  return { size: revoked.size, include };
};
