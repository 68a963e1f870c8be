import { plain, texts } from '#platform/database/arrays.ts';
import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { newId, shardOf } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type LeaderboardConsent, NO_CONSENT } from '../domain/boardView.ts';
import { answerName, findAnswers, insertAnswers, type StoredAnswer } from './answers.ts';
import { lockWallets } from './wallets.ts';

/** Somebody says what leaderboards may show of them. */
export interface ConsentCommand {
  readonly userId: string;
  readonly showSpend: boolean;
  readonly hidden: boolean;
  readonly idempotencyKey: string;
}

/** What holds now; null: the key was used for another wish, and nothing has changed. */
export type ConsentOutcome = LeaderboardConsent | null;

export type ConsentLane = Lane<ConsentCommand, ConsentOutcome>;

/** The lane through which consents go. */
export const openConsentLane = ({ database, telemetry }: { readonly database: Database; readonly telemetry: Telemetry }): ConsentLane =>
  createLane<ConsentCommand, ConsentOutcome>({
    name: 'leaderboard-consents',
    database,
    telemetry,
    actorOf: ({ userId }) => userId,
    run: (tx, batch) => setConsents(tx, batch, new Date()),
  });

/** Consents by user; who has said nothing is absent. One statement. */
export const readConsents = async (db: Queryable, userIds: readonly string[]): Promise<ReadonlyMap<string, LeaderboardConsent>> => {
  if (userIds.length === 0) return new Map();
  const rows = await db.query<ConsentRow>({
    name: 'readConsents',
    text: READ_CONSENTS,
    values: [plain(userIds.map(shardOf)), texts(userIds)],
  });
  return new Map(
    rows.map(({ user_id, show_spend, hidden, changed_at }) => [user_id, { showSpend: show_spend, hidden, changedAt: changed_at }]),
  );
};

// The user's wallet serialises their keys, as for every other wish in trading.
const setConsents = async (tx: Transaction, batch: readonly ConsentCommand[], now: Date): Promise<readonly ConsentOutcome[]> => {
  const userIds = [...new Set(batch.map(({ userId }) => userId))];
  const [, stored, known] = await Promise.all([
    lockWallets(tx, userIds),
    findAnswers(
      tx,
      batch.map(({ userId, idempotencyKey }) => ({ actorId: userId, key: idempotencyKey })),
    ),
    readConsents(tx, userIds),
  ]);
  const answers = new Map(stored);
  const consents = new Map(known);
  const newAnswers: StoredAnswer[] = [];
  const changed = new Set<string>();
  const outcomes = batch.map(({ userId, showSpend, hidden, idempotencyKey }): ConsentOutcome => {
    const name = answerName(userId, idempotencyKey);
    const fingerprint = fingerprintOf('setLeaderboardConsent', showSpend, hidden);
    const earlier = answers.get(name);
    if (earlier !== undefined) return earlier.fingerprint === fingerprint ? (consents.get(userId) ?? NO_CONSENT) : null;
    const answer = { actorId: userId, key: idempotencyKey, fingerprint, refusal: null, resultId: newId(now.getTime()) };
    answers.set(name, answer);
    newAnswers.push(answer);
    const consent = { showSpend, hidden, changedAt: now };
    consents.set(userId, consent);
    changed.add(userId);
    return consent;
  });
  if (newAnswers.length > 0)
    await Promise.all([
      insertAnswers(tx, newAnswers, now),
      writeConsents(
        tx,
        [...changed].map((userId) => [userId, consents.get(userId) ?? NO_CONSENT]),
        now,
      ),
    ]);
  return outcomes;
};

const writeConsents = async (
  tx: Transaction,
  consents: readonly (readonly [userId: string, consent: LeaderboardConsent])[],
  now: Date,
): Promise<void> => {
  await tx.query({
    name: 'writeConsents',
    text: WRITE_CONSENTS,
    values: [
      plain(consents.map(([userId]) => shardOf(userId))),
      texts(consents.map(([userId]) => userId)),
      plain(consents.map(([, { showSpend }]) => String(showSpend))),
      plain(consents.map(([, { hidden }]) => String(hidden))),
      now,
    ],
  });
};

interface ConsentRow {
  readonly user_id: string;
  readonly show_spend: boolean;
  readonly hidden: boolean;
  readonly changed_at: Date;
}

const READ_CONSENTS = `/* readConsents */
  SELECT c.user_id, c.show_spend, c.hidden, c.changed_at
  FROM unnest($1::int[], $2::text[]) AS k (shard, user_id)
  JOIN leaderboard_consent c ON c.shard = k.shard AND c.user_id = k.user_id COLLATE "C"`;

const WRITE_CONSENTS = `/* writeConsents */
  INSERT INTO leaderboard_consent (shard, user_id, show_spend, hidden, changed_at)
  SELECT n.shard, n.user_id, n.show_spend, n.hidden, $5::timestamptz
  FROM unnest($1::int[], $2::text[], $3::boolean[], $4::boolean[]) AS n (shard, user_id, show_spend, hidden)
  ORDER BY n.shard, n.user_id COLLATE "C"
  ON CONFLICT (shard, user_id) DO UPDATE
  SET show_spend = excluded.show_spend, hidden = excluded.hidden, changed_at = greatest(leaderboard_consent.changed_at, excluded.changed_at)`;
