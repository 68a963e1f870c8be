import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { Conversation } from '../domain/conversation.ts';
import { READ_STATE_MEMBERS_MAX, READ_STATE_MS } from '../domain/limits.ts';
import { readDirectBlocks } from './directBlocks.ts';

/** How far the members of one conversation have read. A state: `version` grows with each change. */
export interface ConversationReadState {
  readonly conversationId: string;
  readonly version: number;
  readonly cursors: readonly { readonly userId: string; readonly readNumber: number }[];
}

/** Follows read cursors of conversations with at most READ_STATE_MEMBERS_MAX members. */
export interface ReadWatch {
  /** The state now, then again when it has changed, at most once per READ_STATE_MS, for as long as that user is a member, the conversation small enough, and of two people who are alone
   * there neither blocks the other; until `signal`. */
  follow(conversationId: string, userId: string, signal: AbortSignal): AsyncGenerator<ConversationReadState, void>;
  close(): void;
}

interface Follower {
  readonly conversationId: string;
  /** Hears of each look: the conversation's state, null where it is not to be seen any more. */
  readonly tell: (state: ConversationReadState | null) => void;
}

/** One look per READ_STATE_MS and process serves everybody who follows: readers in great number cost no more than one. */
export const openReadWatch = ({ database, telemetry }: { readonly database: Queryable; readonly telemetry: Telemetry }): ReadWatch => {
  const followers = new Set<Follower>();
  let timer: NodeJS.Timeout | null = null;
  const look = async (): Promise<void> => {
    const asked = [...followers];
    const states = await readStatesNow(database, [...new Set(asked.map(({ conversationId }) => conversationId))]);
    for (const { conversationId, tell } of asked) tell(states.get(conversationId) ?? null);
  };
  const schedule = (): void => {
    if (timer !== null || followers.size === 0) return;
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => telemetry.log.warn({ err: error }, 'read cursors could not be read; the next look is in a second'))
        .finally(() => {
          timer = null;
          schedule();
        });
    }, READ_STATE_MS);
    timer.unref();
  };
  return {
    async *follow(conversationId, userId, signal) {
      let heard = (await readStatesNow(database, [conversationId])).get(conversationId) ?? null;
      let [shown, wake] = ['', (): void => undefined];
      const follower: Follower = {
        conversationId,
        tell: (state) => {
          heard = state;
          wake();
        },
      };
      const onAbort = (): void => wake();
      followers.add(follower);
      signal.addEventListener('abort', onAbort);
      schedule();
      try {
        while (!signal.aborted && heard !== null && heard.cursors.some((cursor) => cursor.userId === userId)) {
          const seen = heard;
          const text = JSON.stringify(seen.cursors);
          if (text !== shown) yield seen;
          shown = text;
          // Whoever was slow to take it may have missed a look meanwhile.
          if (signal.aborted || heard !== seen) continue;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        followers.delete(follower);
        signal.removeEventListener('abort', onAbort);
      }
    },
    close: () => {
      followers.clear();
      if (timer !== null) clearTimeout(timer);
    },
  };
};

/** The states of those of these conversations that may be seen: that are small enough, and of direct ones those in which nobody blocks the other. One statement, and two more where there are direct ones. */
const readStatesNow = async (database: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, ConversationReadState>> => {
  const rows = await database.query<{ conversationId: string; kind: Conversation['kind']; userId: string; readNumber: bigint }>({
    name: 'readStatesNow',
    text: `/* readStatesNow */
      SELECT member.conversation_id AS "conversationId", conversation.kind, member.user_id AS "userId", member.read_number AS "readNumber"
        FROM conversation JOIN member ON member.shard = conversation.shard AND member.conversation_id = conversation.id
       WHERE (conversation.shard, conversation.id) IN (SELECT * FROM unnest($1::int[], $2::text[])) AND conversation.member_count <= $3
       ORDER BY member.conversation_id, member.user_id`,
    values: [plain(ids.map(shardOf)), texts(ids), READ_STATE_MEMBERS_MAX],
  });
  const version = Date.now();
  const kinds = new Map(rows.map(({ conversationId, kind }) => [conversationId, kind]));
  const blockOf = await readDirectBlocks(
    database,
    [...kinds].map(([id, kind]) => ({ id, kind })),
  );
  const seen = rows.filter(({ conversationId: id, userId }) => blockOf({ id }, userId) === null);
  return new Map(
    [...Map.groupBy(seen, ({ conversationId }) => conversationId)].map(([conversationId, cursors]) => [
      conversationId,
      { conversationId, version, cursors: cursors.map(({ userId, readNumber }) => ({ userId, readNumber: Number(readNumber) })) },
    ]),
  );
};
