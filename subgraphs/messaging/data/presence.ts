import type { Queryable } from '#platform/database/database.ts';
import type { Store } from '#platform/store/store.ts';
import { directIdOf } from '../domain/group.ts';
import {
  DEFAULT_PRIVACY,
  OWN_SIGHT,
  type PresenceFacts,
  type PresenceSight,
  type ShownPresence,
  shownPresence,
  sightBetween,
} from '../domain/presence.ts';
import { blockKeyOf, blocksAmong } from './blocks.ts';
import { directsOfContacts, privacyOf, seenOf } from './presenceRows.ts';

/** People asked about by one statement or one call of the store: some ten milliseconds. */
export const PRESENCE_LOOKS_MAX = 1_000;

/** Somebody who looks at somebody. */
export interface PresencePair {
  readonly viewerId: string;
  readonly userId: string;
}

export interface PresenceParts {
  readonly database: Queryable;
  readonly store: Pick<Store, 'presence'>;
}

/** One who looks and one who is looked at, as a key of maps. */
export const presencePairKeyOf = ({ viewerId, userId }: PresencePair): string => JSON.stringify([viewerId, userId]);

/** Where in the store the leases of one person are. */
export const onlineSetOf = (userId: string): string => `online:${userId}`;

/** What these people may see of those, by key (presencePairKeyOf). Three statements for up to PRESENCE_LOOKS_MAX pairs. */
export const readSights = async (database: Queryable, pairs: readonly PresencePair[]): Promise<ReadonlyMap<string, PresenceSight>> => {
  const sights = new Map<string, PresenceSight>();
  for (let from = 0; from < pairs.length; from += PRESENCE_LOOKS_MAX)
    for (const [key, sight] of await readSomeSights(database, pairs.slice(from, from + PRESENCE_LOOKS_MAX))) sights.set(key, sight);
  return sights;
};

const readSomeSights = async (
  database: Queryable,
  pairs: readonly PresencePair[],
): Promise<readonly (readonly [string, PresenceSight])[]> => {
  const others = pairs.filter(({ viewerId, userId }) => viewerId !== userId);
  const [privacies, contacts, blocks] =
    others.length === 0
      ? [new Map(), new Set(), new Set()]
      : await Promise.all([
          privacyOf(database, [...new Set(others.flatMap(({ viewerId, userId }) => [viewerId, userId]))]),
          directsOfContacts(
            database,
            others.map(({ viewerId, userId }) => directIdOf(viewerId, userId)),
          ),
          blocksAmong(
            database,
            others.flatMap(({ viewerId, userId }) => [
              { userId: viewerId, blockedId: userId },
              { userId, blockedId: viewerId },
            ]),
          ),
        ]);
  const sightOf = ({ viewerId, userId }: PresencePair): PresenceSight => {
    if (viewerId === userId) return OWN_SIGHT;
    return sightBetween(privacies.get(viewerId) ?? DEFAULT_PRIVACY, privacies.get(userId) ?? DEFAULT_PRIVACY, {
      areContacts: contacts.has(directIdOf(viewerId, userId)),
      areBlocked:
        blocks.has(blockKeyOf({ userId: viewerId, blockedId: userId })) || blocks.has(blockKeyOf({ userId, blockedId: viewerId })),
    });
  };
  return pairs.map((pair) => [presencePairKeyOf(pair), sightOf(pair)] as const);
};

/** What is known of these people: one statement and one call of the store for up to PRESENCE_LOOKS_MAX of them. `userIds`: each once. */
export const readPresenceFacts = async (
  { database, store }: PresenceParts,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, PresenceFacts>> => {
  const facts = new Map<string, PresenceFacts>();
  for (let from = 0; from < userIds.length; from += PRESENCE_LOOKS_MAX) {
    const some = userIds.slice(from, from + PRESENCE_LOOKS_MAX);
    const [seen, leases] = await Promise.all([seenOf(database, some), store.presence.membersOf(some.map(onlineSetOf), 1)]);
    for (const [index, userId] of some.entries()) {
      const online = leases === null ? null : (leases[index]?.length ?? 0) > 0;
      facts.set(userId, { online, seenAt: seen.get(userId) ?? null });
    }
  }
  return facts;
};

/** The presence of these people as those see it, in the order of the pairs. Four statements and one call of the store for up to PRESENCE_LOOKS_MAX pairs. */
export const readPresences = async (parts: PresenceParts, pairs: readonly PresencePair[]): Promise<readonly ShownPresence[]> => {
  const [sights, facts] = await Promise.all([
    readSights(parts.database, pairs),
    readPresenceFacts(parts, [...new Set(pairs.map(({ userId }) => userId))]),
  ]);
  return pairs.map((pair) => presenceFrom(pair, sights, facts.get(pair.userId) ?? UNKNOWN));
};

/** One person's presence as another sees it. */
export const presenceFrom = (pair: PresencePair, sights: ReadonlyMap<string, PresenceSight>, facts: PresenceFacts): ShownPresence =>
  shownPresence(pair.userId, sights.get(presencePairKeyOf(pair)) ?? UNSEEN, facts);

const UNKNOWN: PresenceFacts = { online: null, seenAt: null };
const UNSEEN: PresenceSight = { online: false, lastSeen: false };
