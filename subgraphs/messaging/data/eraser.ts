import { randomUUID } from 'node:crypto';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';
import { startRecurring } from '#platform/recurring.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { ERASED_DISPLAY_NAME, ERASED_ROWS_MAX, ERASURE_POLL_MS, stepAfter } from '../domain/erasure.ts';
import { eraseAnnouncements } from './eraseAnnouncements.ts';
import { type ErasedPiece, eraseMessages } from './eraseMessages.ts';
import { eraseReports } from './eraseQueue.ts';
import { eraseReactions } from './eraseReactions.ts';
import { eraseUploads } from './eraseUploads.ts';
import { type DueErasure, lockDueErasure, moveErasure } from './erasures.ts';

export interface EraserParts {
  readonly database: Database;
  readonly feeds: Pick<Feeds, 'append'>;
  readonly telemetry: Telemetry;
}

/** Works through the erasures that were asked for, in any number of processes. */
export interface Eraser {
  /** That there is one more. */
  wake(): void;
  /** Finishes the piece of work under way; what is left is left to others. */
  close(): Promise<void>;
}

/** Starts to erase. Each piece of work is one transaction that holds the erasure's lock and notes how far it came: a process that dies leaves nothing half done, and nobody waits for it. */
export const startEraser = (parts: EraserParts): Eraser => {
  const erased = parts.telemetry.counter(
    'fanfare_messages_erased_total',
    'Messages that lost their payload because their author was erased.',
  );
  let isClosed = false;
  const job = startRecurring({
    name: 'eraser',
    everyMs: ERASURE_POLL_MS,
    telemetry: parts.telemetry,
    run: async () => {
      while (!isClosed) {
        const piece = await eraseNext(parts);
        if (piece === null) return;
        erased.inc(undefined, piece.erased);
      }
    },
  });
  return {
    wake: () => job.wake(),
    close: () => {
      isClosed = true;
      return job.close();
    },
  };
};

/** Does the next piece of the erasure that has waited longest; null when none is due. Locks the erasure, then conversations, then what belongs to them, then logs. */
export const eraseNext = ({ database, feeds }: Pick<EraserParts, 'database' | 'feeds'>): Promise<ErasedPiece | null> =>
  database.transaction('eraseNext', async (tx) => {
    const due = await lockDueErasure(tx);
    if (due === null) return null;
    const piece = await eraseIn(tx, feeds, due);
    const step = piece.place === null ? stepAfter(due.step) : due.step;
    await moveErasure(tx, due.userId, { step, place: piece.place ?? [], erased: piece.erased });
    return piece;
  });

const DONE: ErasedPiece = { place: null, erased: 0 };

const eraseIn = async (tx: Transaction, feeds: Pick<Feeds, 'append'>, due: DueErasure): Promise<ErasedPiece> => {
  switch (due.step) {
    case 'PROFILE':
      await eraseProfile(tx, due.userId);
      return DONE;
    case 'MESSAGES':
      return eraseMessages(tx, feeds, due);
    case 'UPLOADS':
      return eraseUploads(tx, due);
    case 'ANNOUNCEMENTS':
      return eraseAnnouncements(tx, feeds, due);
    case 'REACTIONS':
      return eraseReactions(tx, feeds, due);
    case 'TRACES':
      await forgetSeen(tx, due);
      await eraseReports(tx, due);
      return eraseCommands(tx, due);
    case 'WAIT':
      return DONE;
  }
};

/** The profile stays, without name and picture: one that was made anew would have the name that follows from the id. */
const eraseProfile = (tx: Transaction, userId: string): Promise<readonly object[]> =>
  tx.query({
    name: 'eraseProfile',
    text: `/* eraseProfile */
      INSERT INTO user_profile (shard, id, handle, display_name, avatar_url, created_at) VALUES ($1, $2, $3, $4, NULL, now())
      ON CONFLICT (shard, id) DO UPDATE SET handle = excluded.handle, display_name = excluded.display_name, avatar_url = NULL`,
    values: [shardOf(userId), userId, `erased-${randomUUID().slice(0, 8)}`, ERASED_DISPLAY_NAME],
  });

const forgetSeen = (tx: Transaction, { userId, until }: DueErasure): Promise<readonly object[]> =>
  tx.query({
    name: 'forgetSeen',
    text: '/* forgetSeen */ DELETE FROM user_seen WHERE shard = $1 AND user_id = $2 AND seen_at <= $3',
    values: [shardOf(userId), userId, until],
  });

/** The keys of a user's commands stay, so that none is done twice; what they were used for and what was answered does not. */
const eraseCommands = async (tx: Transaction, { userId, until, place }: DueErasure): Promise<ErasedPiece> => {
  const rows = await tx.query<{ readonly key: string }>({
    name: 'eraseCommands',
    text: `/* eraseCommands */
      UPDATE command SET fingerprint = '', answer = NULL
        FROM (SELECT shard, actor_id, key FROM command
               WHERE shard = $1 AND actor_id = $2 AND key > $3 AND at < $4 AND fingerprint <> ''
               ORDER BY key LIMIT $5) AS old
       WHERE command.shard = old.shard AND command.actor_id = old.actor_id AND command.key = old.key
      RETURNING command.key`,
    values: [shardOf(userId), userId, place[0] ?? '', until, ERASED_ROWS_MAX],
  });
  // Those that were done are found no more.
  return { place: rows.length < ERASED_ROWS_MAX ? null : [], erased: 0 };
};
