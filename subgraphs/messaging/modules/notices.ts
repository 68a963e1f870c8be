import { startRecurring } from '#platform/recurring.ts';
import { tellJoins } from '../data/joinsNotices.ts';
import type { PresenceContext } from '../data/moduleEvents.ts';
import { JOINS_EVERY_MS, JOINS_KNOWN_MAX, JOINS_NAMED_MAX, JOINS_ROOMS_MAX, JOINS_ROOMS_PER_STEP_MAX } from '../domain/joins.ts';
import type { Module } from './module.ts';
import type { ModuleParts } from './parts.ts';

/** Tells rooms who came, many at once, with the words of welcome that the room announces. A process that dies takes along whom it has not told of yet: that is all that is lost. */
export const notices = ({ database, feeds, telemetry }: Pick<ModuleParts, 'database' | 'feeds' | 'telemetry'>): Module => {
  const rooms = new Map<string, Arrivals>();
  const job = startRecurring({
    name: 'joins-notices',
    everyMs: JOINS_EVERY_MS,
    telemetry,
    run: async () => {
      // Rooms that must wait come behind the others: whoever is first in the map was not looked at for the longest time.
      const waiting = [...rooms].slice(0, JOINS_ROOMS_PER_STEP_MAX);
      if (waiting.length === 0) return;
      for (const [id] of waiting) rooms.delete(id);
      let settled: ReadonlySet<string> = new Set();
      try {
        const joins = new Map(
          waiting.map(([id, { known, more }]) => [id, { people: [...known].slice(0, JOINS_NAMED_MAX), count: known.size + more }]),
        );
        settled = new Set(await tellJoins({ database, feeds }, joins));
      } finally {
        for (const [id, { known, more }] of waiting) if (!settled.has(id)) arrive(rooms, id, [...known], more);
      }
    },
  });
  return {
    name: 'notices',
    order: 960,
    onJoin: { budgetMs: 50, run: ({ conversationId, userIds }: PresenceContext) => arrive(rooms, conversationId, userIds, 0) },
    close: () => job.close(),
  };
};

/** Who came into a room since it was told last. `more`: how many besides those who are told apart. */
interface Arrivals {
  readonly known: Set<string>;
  more: number;
}

const arrive = (rooms: Map<string, Arrivals>, roomId: string, userIds: readonly string[], more: number): void => {
  let room = rooms.get(roomId);
  if (room === undefined) {
    if (rooms.size >= JOINS_ROOMS_MAX) return;
    room = { known: new Set(), more: 0 };
    rooms.set(roomId, room);
  }
  room.more += more;
  for (const userId of userIds) {
    if (room.known.size < JOINS_KNOWN_MAX) room.known.add(userId);
    else if (!room.known.has(userId)) room.more += 1;
  }
};
