import pg from 'pg';

const SHOWN = 5;

/** What is wrong with the logs, in sentences: each conversation has its events and its messages numbered from 1 without a gap, in the order of its log, and knows how many they are; each key
 * that was posted has its event. */
export const faultsOf = async (databaseUrl: string): Promise<readonly string[]> => {
  // A connection of its own: those of the product give up what takes so long.
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<{ fault: string }>(FAULTS)).rows.map(({ fault }) => fault);
  } finally {
    await client.end();
  }
};

const FAULTS = `/* faultsOf */ WITH events AS (
    SELECT feed_id, seq, (payload->>'number')::bigint AS number,
      count(*) FILTER (WHERE kind = 'chat.posted') OVER (PARTITION BY shard, feed_id ORDER BY seq) AS counted
    FROM feed_event WHERE feed_id LIKE 'conversation/%'
  ), logs AS (
    SELECT feed_id, count(*) AS events, max(seq) AS head, count(number) AS messages, bool_and(number IS NULL OR number = counted) AS numbered
    FROM events GROUP BY feed_id
  ), keys AS (
    SELECT count(*) AS posted FROM posting WHERE refusal IS NULL
  )
  SELECT logs.feed_id || ' has ' || events || ' events up to ' || head || ' with ' || messages || ' messages, and counts ' || coalesce(message_count, -1) AS fault
    FROM logs LEFT JOIN conversation ON 'conversation/' || conversation.id = logs.feed_id
   WHERE NOT (events = head AND messages = message_count AND numbered) OR message_count IS NULL
  UNION ALL
  SELECT posted || ' keys were posted, and ' || (SELECT sum(messages) FROM logs) || ' messages are there' FROM keys
   WHERE posted <> (SELECT sum(messages) FROM logs)
   LIMIT ${SHOWN}`;
