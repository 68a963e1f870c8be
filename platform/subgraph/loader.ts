import DataLoader from 'dataloader';

/** Rows looked up by one statement at most: far more than a page shows, far fewer than the parameters a statement can have. */
const LOAD_SIZE_MAX = 1_000;

/** Collects what one request asks for by id into one statement, at most LOAD_SIZE_MAX ids each. `load` answers with the rows by id; null for an id that is absent there. */
export const loaderOf = <Row>(load: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>): DataLoader<string, Row | null> =>
  new DataLoader(
    async (ids) => {
      const rows = await load(ids);
      return ids.map((id) => rows.get(id) ?? null);
    },
    { maxBatchSize: LOAD_SIZE_MAX },
  );
