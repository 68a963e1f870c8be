import type { Queryable } from '#platform/database/database.ts';

/** Bytes of all tables with their indexes. */
export const tableBytes = async (database: Queryable): Promise<number> => {
  const [row] = await database.query<{ readonly bytes: string }>({
    text: `/* tableBytes */ SELECT sum(pg_total_relation_size(c.oid))::text AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r'`,
  });
  return Number(row?.bytes ?? 0);
};
