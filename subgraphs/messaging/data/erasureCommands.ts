import { z } from 'zod';
import type { Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { type ErasureAction, type ErasureAnswer, isErasureRefusalCode } from '../domain/erasure.ts';
import type { Command, CommandFamily } from './commandLane.ts';
import { bookErasures } from './erasures.ts';
import { erasureAskedEvent } from './moderationEvents.ts';

/** Requests for erasures. They are only noted here: the eraser does the work. Locks erasures, by shard and user, then logs. `onBooked` hears after COMMIT that there are some. */
export const erasureCommands = (feeds: Pick<Feeds, 'append'>, onBooked: () => void): CommandFamily<ErasureAction, ErasureAnswer> => ({
  name: 'erasures',
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT' },
  parse: (stored) => answer.parse(stored),
  decide: async (tx, commands) => {
    await book(tx, feeds, commands);
    tx.afterCommit(onBooked);
    return commands.map(() => ({ ok: true }));
  },
});

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.string().refine(isErasureRefusalCode) }),
]);

const book = async (tx: Transaction, feeds: Pick<Feeds, 'append'>, commands: readonly Command<ErasureAction>[]): Promise<void> => {
  const requests = commands.map(({ actorId: byId, action: { userId, reason } }) => ({ userId, byId, reason }));
  // Of several for one user the last one's reason is kept; the log has all.
  await bookErasures(tx, [...new Map(requests.map((request) => [request.userId, request])).values()]);
  const asked = requests.filter(({ userId, byId }) => userId !== byId);
  if (asked.length > 0)
    await feeds.append(
      tx,
      asked.map((request) => erasureAskedEvent(newId(), request.userId, request)),
    );
};
