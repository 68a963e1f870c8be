import type { Database, Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { inboxReadEvent } from './inboxEvents.ts';
import { type MemberSubject, memberKeyOf, membersAmong, moveReadNumbers } from './members.ts';
import type { ModuleEvents, ReadContext } from './moduleEvents.ts';
import { deleteReadMentions } from './reads.ts';

/** Somebody has read a conversation up to a messageNumber. Needs no key: the same again changes nothing. */
export interface ReadCommand extends MemberSubject {
  readonly number: number;
}

/** Whether the reader is a member. */
export interface ReadOutcome {
  readonly isMember: boolean;
}

export interface ReadLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly feeds: Pick<Feeds, 'append'>;
  readonly modules: Pick<ModuleEvents, 'read'>;
}

/** The lane through which read cursors move, other than by posting. */
export const openReadLane = ({ database, telemetry, feeds, modules }: ReadLaneOptions): Lane<ReadCommand, ReadOutcome> => {
  const moved = telemetry.counter('fanfare_reads_total', 'Read cursors moved forward.');
  const onMoved = (reads: readonly ReadContext[]): void => {
    moved.inc(undefined, reads.length);
    for (const read of reads) modules.read(read);
  };
  return createLane({ name: 'reads', database, telemetry, actorOf: ({ userId }) => userId, run: runReads(feeds, onMoved) });
};

/** Runs a batch of reads inside a transaction: each cursor goes to the highest number that was asked for and is there, never back, and the reader's other devices hear of it. Locks: members, then inboxes. No conversation is
 * locked: readers hold up nobody who writes. */
export const runReads =
  (feeds: Pick<Feeds, 'append'>, onMoved: (reads: readonly ReadContext[]) => void) =>
  async (tx: Transaction, batch: readonly ReadCommand[]): Promise<readonly ReadOutcome[]> => {
    const furthest = new Map<string, ReadCommand>();
    for (const command of batch) {
      const key = memberKeyOf(command);
      if (command.number > (furthest.get(key)?.number ?? -1)) furthest.set(key, command);
    }
    const reads = [...furthest.values()];
    const [members, rows] = await Promise.all([membersAmong(tx, reads), moveReadNumbers(tx, reads)]);
    const moved = rows.map(({ number, ...subject }) => ({ ...subject, number: Number(number) }));
    if (moved.length > 0) {
      await Promise.all([
        deleteReadMentions(tx, moved),
        feeds.append(
          tx,
          moved.map((read) => inboxReadEvent(read, newId(), read.number)),
        ),
      ]);
      tx.afterCommit(() => onMoved(moved));
    }
    return batch.map((command) => ({ isMember: members.has(memberKeyOf(command)) }));
  };
