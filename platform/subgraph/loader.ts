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

/** A set of loaders of which each is made when it is first asked for: an operation needs a few of many. `makers`: how to make each. Answers with how to make a set. */
export const loadersOnDemand = <Loaders extends object>(
  makers: { readonly [Name in keyof Loaders]: () => Loaders[Name] },
): (() => Loaders) => {
  const onDemand = Object.entries<() => unknown>(makers).map(([name, make]): [string, PropertyDescriptor] => [
    name,
    {
      get(this: object) {
        const value = make();
        Object.defineProperty(this, name, { value, enumerable: true });
        return value;
      },
    },
  ]);
  const prototype: object = Object.defineProperties({}, Object.fromEntries(onDemand));
  return () => Object.create(prototype) as Loaders;
};
