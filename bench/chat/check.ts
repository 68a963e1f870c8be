import type { Queryable } from '#platform/database/database.ts';

const SHOWN = 5;

/** What is wrong with the logs, in sentences: each conversation has its messages numbered from 1 without a gap, in the order of its log, and knows how many they are; each key that was
 * posted has its event. Only for rooms in which nothing but messages was said. */
export const faultsOf = async (database: Queryable): Promise<readonly string[]> => {
  const rows = await database.query<{ readonly fault: string }>({ text: FAULTS });
  return rows.map(({ fault }) => fault);
};

const FAULTS = `/* faultsOf */ WITH logs AS (
    SELECT feed_id, count(*) AS events, max(seq) AS head, bool_and((payload->>'number')::bigint = seq) AS numbered
    FROM feed_event GROUP BY feed_id
  ), keys AS (
    SELECT count(*) AS posted FROM posting WHERE refusal IS NULL
  )
  SELECT logs.feed_id || ' has ' || events || ' events up to ' || head || ', and counts ' || coalesce(message_count, -1) AS fault
    FROM logs LEFT JOIN conversation ON 'conversation/' || conversation.id = logs.feed_id
   WHERE NOT (events = head AND head = message_count AND numbered) OR message_count IS NULL
  UNION ALL
  SELECT posted || ' keys were posted, and ' || (SELECT sum(events) FROM logs) || ' events are there' FROM keys
   WHERE posted <> (SELECT sum(events) FROM logs)
   LIMIT ${SHOWN}`;
