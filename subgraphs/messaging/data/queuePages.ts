import { plain, texts, times, uuids } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { itemPlaceOf, type QueueItem } from '../domain/queueItem.ts';
import { HELD_COLUMNS, type HeldRow, heldAt, heldOf } from './heldMessages.ts';
import type { PlaceRequest } from './pageByPlace.ts';
import { CASE_COLUMNS, type CaseRow, caseOf, casesAt } from './reportCases.ts';

/** A page of what waits in one conversation, or with null in all of them, the oldest first. */
export interface QueuePageRequest extends PlaceRequest {
  readonly conversationId: string | null;
}

/** Items by the ids under which the graph knows them; what is not there is absent. Two statements. */
export const queueItemsByIds = async (database: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, QueueItem>> => {
  const places = ids.flatMap((id) => itemPlaceOf(id) ?? []);
  const [held, cases] = await Promise.all([heldAt(database, places), casesAt(database, places)]);
  return new Map<string, QueueItem>([...held, ...cases]);
};

/** Pages of what waits, in the order of the requests. Two statements, and two more where somebody asks about all conversations. */
export const readQueuePages = async (
  database: Queryable,
  requests: readonly QueuePageRequest[],
): Promise<readonly (readonly QueueItem[])[]> => {
  const [held, cases] = await Promise.all([readPages<HeldRow>(database, requests, HELD), readPages<CaseRow>(database, requests, CASES)]);
  return requests.map(({ limit }, index) => {
    const items: readonly QueueItem[] = [...(held[index] ?? []).map(heldOf), ...(cases[index] ?? []).map(caseOf)];
    return items.toSorted((one, other) => one.at.getTime() - other.at.getTime() || (one.id < other.id ? -1 : 1)).slice(0, limit);
  });
};

/** One kind of items: where it is kept, what is selected, and what of it is open. */
interface Kept {
  readonly name: string;
  readonly table: string;
  readonly columns: string;
  readonly isOpen: string;
}

const HELD: Kept = {
  name: 'Held',
  table: 'held_message AS held',
  columns: HELD_COLUMNS,
  isOpen: "held.state = 'OPEN' AND held.expires_at > clock_timestamp()",
};
const CASES: Kept = { name: 'Cases', table: 'report_case', columns: CASE_COLUMNS, isOpen: "report_case.state = 'OPEN'" };

const readPages = async <Row extends object>(
  database: Queryable,
  requests: readonly QueuePageRequest[],
  { name, table, columns, isOpen }: Kept,
): Promise<readonly (readonly Row[])[]> => {
  const alias = table.split(' ').at(-1) ?? table;
  const read = async (part: 'one' | 'all'): Promise<ReadonlyMap<number, readonly Row[]>> => {
    const asked = [...requests.entries()].filter(([, { conversationId }]) => (conversationId === null) === (part === 'all'));
    if (asked.length === 0) return new Map();
    const isThere = part === 'all' ? 'true' : `${alias}.shard = asked.shard AND ${alias}.conversation_id = asked.conversation_id`;
    const rows = await database.query<Row & { readonly place: number }>({
      name: `read${name}Pages:${part}`,
      text: `/* read${name}Pages:${part} */
        SELECT asked.place, page.*
          FROM unnest($1::int[], $2::int[], $3::text[], $4::timestamptz[], $5::uuid[], $6::int[]) AS asked (place, shard, conversation_id, after_at, after_id, size)
         CROSS JOIN LATERAL (
               SELECT ${columns} FROM ${table}
                WHERE ${isThere} AND ${isOpen} AND (${alias}.at, ${alias}.id) > (asked.after_at, asked.after_id)
                ORDER BY ${alias}.at, ${alias}.id LIMIT asked.size) AS page
         ORDER BY asked.place, page.at, page.id`,
      values: [
        plain(asked.map(([place]) => place)),
        plain(asked.map(([, { conversationId }]) => (conversationId === null ? 0 : shardOf(conversationId)))),
        texts(asked.map(([, { conversationId }]) => conversationId)),
        times(asked.map(([, { after }]) => after?.at ?? BEFORE_ALL)),
        uuids(asked.map(([, { after }]) => after?.id ?? NO_ID)),
        plain(asked.map(([, { limit }]) => limit)),
      ],
    });
    return Map.groupBy(rows, ({ place }) => place);
  };
  const [one, all] = await Promise.all([read('one'), read('all')]);
  return requests.map((_, index) => one.get(index) ?? all.get(index) ?? []);
};

/** A bound before everything, as a comparison with a real place has one. */
const BEFORE_ALL = new Date(0);
const NO_ID = '00000000-0000-0000-0000-000000000000';
