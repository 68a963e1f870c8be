import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { CASE_STATES, type ItemPlace, itemIdOf, REPORT_REASONS, type Report, type ReportCase } from '../domain/queueItem.ts';
import { CASES_OPEN_MAX, REPORTS_SHOWN_MAX } from '../domain/queueLimits.ts';
import { itemColumns, known, settlementColumns } from './heldMessages.ts';

/** What a case is about: a message, or with `seq` 0 a person. */
export interface CaseSubject {
  readonly conversationId: string;
  readonly seq: number;
  readonly userId: string;
}

/** A case's subject as a key of maps. */
export const caseKeyOf = ({ conversationId, seq, userId }: CaseSubject): string => `${conversationId} ${seq} ${userId}`;

/** What a case is about. */
export const subjectOfCase = ({ conversationId, seq, userId }: Pick<ReportCase, 'conversationId' | 'seq' | 'userId'>): CaseSubject => ({
  conversationId,
  seq: seq ?? 0,
  userId,
});

/** A row of the table. */
export interface CaseRow extends Omit<ReportCase, 'kind' | 'seq' | 'state'> {
  readonly seq: bigint;
  readonly state: string;
}

/** What SQL selects for a CaseRow. */
export const CASE_COLUMNS = `report_case.conversation_id AS "conversationId", report_case.id, report_case.seq, report_case.user_id AS "userId",
  report_case.report_count AS "reportCount", report_case.at, report_case.state, report_case.settled_by_id AS "settledById",
  report_case.settled_at AS "settledAt", report_case.settled_reason AS "settledReason"`;

/** A row as the domain knows it. */
export const caseOf = ({ seq, state, ...row }: CaseRow): ReportCase => ({
  ...row,
  kind: 'REPORTED',
  seq: seq === 0n ? null : Number(seq),
  state: known(CASE_STATES, state),
});

/** Cases at these places, by id (itemIdOf); what is not there is absent. One statement. */
export const casesAt = async (database: Queryable, places: readonly ItemPlace[]): Promise<ReadonlyMap<string, ReportCase>> => {
  if (places.length === 0) return new Map();
  const rows = await database.query<CaseRow>({
    name: 'casesAt',
    text: `/* casesAt */
      SELECT ${CASE_COLUMNS} FROM report_case WHERE (shard, conversation_id, id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[]))`,
    values: itemColumns(places),
  });
  return new Map(rows.map((row) => [itemIdOf(row), caseOf(row)]));
};

/** Cases about these subjects, by caseKeyOf. One statement. */
export const casesAbout = async (tx: Transaction, subjects: readonly CaseSubject[]): Promise<ReadonlyMap<string, ReportCase>> => {
  if (subjects.length === 0) return new Map();
  const rows = await tx.query<CaseRow>({
    name: 'casesAbout',
    text: `/* casesAbout */
      SELECT ${CASE_COLUMNS} FROM report_case
       WHERE (shard, conversation_id, seq, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[]))`,
    values: [
      plain(subjects.map(({ conversationId }) => shardOf(conversationId))),
      texts(subjects.map(({ conversationId }) => conversationId)),
      plain(subjects.map(({ seq }) => seq)),
      texts(subjects.map(({ userId }) => userId)),
    ],
  });
  return new Map(rows.map(caseOf).map((each) => [caseKeyOf(subjectOfCase(each)), each]));
};

/** How many cases are open in these conversations, up to CASES_OPEN_MAX. One statement. */
export const openCasesIn = async (tx: Transaction, ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ readonly id: string; readonly count: bigint }>({
    name: 'openCasesIn',
    text: `/* openCasesIn */
      SELECT asked.id, (SELECT count(*) FROM (SELECT FROM report_case
                          WHERE report_case.shard = asked.shard AND report_case.conversation_id = asked.id AND state = 'OPEN' LIMIT ${CASES_OPEN_MAX}) AS open) AS count
        FROM unnest($1::int[], $2::text[]) AS asked (shard, id)`,
    values: [plain(ids.map(shardOf)), texts(ids)],
  });
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
};

/** One person's report of one case. */
export interface ReporterPlace extends ItemPlace {
  readonly reporterId: string;
}

export const reporterKeyOf = (place: ReporterPlace): string => `${itemIdOf(place)} ${place.reporterId}`;

/** Which of these people have reported these cases, as keys. One statement. */
export const reportersAmong = async (tx: Transaction, places: readonly ReporterPlace[]): Promise<ReadonlySet<string>> => {
  if (places.length === 0) return new Set();
  const rows = await tx.query<ReporterPlace>({
    name: 'reportersAmong',
    text: `/* reportersAmong */
      SELECT conversation_id AS "conversationId", case_id AS id, reporter_id AS "reporterId" FROM report
       WHERE (shard, conversation_id, case_id, reporter_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[], $4::text[]))`,
    values: [...itemColumns(places), texts(places.map(({ reporterId }) => reporterId))],
  });
  return new Set(rows.map(reporterKeyOf));
};

/** Writes cases as they are now, new ones and known ones alike; each once. Their conversations are locked. */
export const saveCases = (tx: Transaction, cases: readonly ReportCase[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveCases',
    text: `/* saveCases */
      INSERT INTO report_case (shard, conversation_id, id, seq, user_id, report_count, at, state, settled_by_id, settled_at, settled_reason)
      SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::int[], $7::timestamptz[], $8::text[], $9::text[], $10::timestamptz[], $11::text[])
      ON CONFLICT (shard, conversation_id, id) DO UPDATE
         SET report_count = excluded.report_count, at = excluded.at, state = excluded.state, settled_by_id = excluded.settled_by_id,
             settled_at = excluded.settled_at, settled_reason = excluded.settled_reason`,
    values: [
      ...itemColumns(cases),
      plain(cases.map(({ seq }) => seq ?? 0)),
      texts(cases.map(({ userId }) => userId)),
      plain(cases.map(({ reportCount }) => reportCount)),
      times(cases.map(({ at }) => at)),
      plain(cases.map(({ state }) => state)),
      ...settlementColumns(cases),
    ],
  });

/** Keeps reports. Their conversations are locked. */
export const insertReports = (tx: Transaction, reports: readonly (Report & ItemPlace)[]): Promise<readonly object[]> =>
  tx.query({
    name: 'insertReports',
    text: `/* insertReports */
      INSERT INTO report (shard, conversation_id, case_id, reporter_id, reason, comment, at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])`,
    values: [
      ...itemColumns(reports),
      texts(reports.map(({ reporterId }) => reporterId)),
      plain(reports.map(({ reason }) => reason)),
      texts(reports.map(({ comment }) => comment)),
      times(reports.map(({ at }) => at)),
    ],
  });

/** The newest REPORTS_SHOWN_MAX reports of each of these cases, by case id (itemIdOf), the newest first. One statement. */
export const reportsOf = async (database: Queryable, places: readonly ItemPlace[]): Promise<ReadonlyMap<string, readonly Report[]>> => {
  const rows = await database.query<Omit<Report, 'reason'> & ItemPlace & { readonly reason: string }>({
    name: 'reportsOf',
    text: `/* reportsOf */
      SELECT asked.conversation_id AS "conversationId", asked.id, report.reporter_id AS "reporterId", report.reason, report.comment, report.at
        FROM unnest($1::int[], $2::text[], $3::uuid[]) AS asked (shard, conversation_id, id)
       CROSS JOIN LATERAL (
             SELECT * FROM report WHERE report.shard = asked.shard AND report.conversation_id = asked.conversation_id AND report.case_id = asked.id
              ORDER BY report.at DESC, report.reporter_id LIMIT ${REPORTS_SHOWN_MAX}) AS report
       ORDER BY report.at DESC, report.reporter_id`,
    values: itemColumns(places),
  });
  return Map.groupBy(
    rows.map((row) => ({ ...row, reason: known(REPORT_REASONS, row.reason) })),
    itemIdOf,
  );
};
