import type { Database } from '#platform/database/database.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { PROFILE_SHOWN_MS_MAX } from '../../subgraphs/messaging/domain/erasure.ts';
import { askData } from './runtime.ts';

/** One document of somebody's export. */
export interface Exported {
  readonly section: string;
  readonly content: Readonly<Record<string, unknown>>;
}

interface ExportAnswer {
  readonly _entities: readonly [
    {
      readonly dataExport: {
        readonly nodes: readonly { readonly section: string; readonly content: string }[];
        readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
      };
    },
  ];
}

/** All of somebody's export, in pages of that size; how many documents were on each. */
export const exportOf = async (
  on: RunningSubgraph,
  { as, id, first = 100 }: { readonly as: Identity; readonly id: string; readonly first?: number },
): Promise<{ readonly documents: readonly Exported[]; readonly pages: readonly number[] }> => {
  const documents: Exported[] = [];
  const pages: number[] = [];
  const read = async (after: string | null): Promise<string | null> => {
    const { _entities } = await askData<ExportAnswer>(on, {
      as,
      query: `query ($id: ID!, $first: Int!, $after: Cursor) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User {
        dataExport(first: $first, after: $after) { nodes { section content } pageInfo { endCursor hasNextPage } } } } }`,
      variables: { id, first, after },
    });
    const { nodes, pageInfo } = _entities[0].dataExport;
    documents.push(...nodes.map(({ section, content }) => ({ section, content: JSON.parse(content) as Exported['content'] })));
    pages.push(nodes.length);
    return pageInfo.hasNextPage ? pageInfo.endCursor : null;
  };
  for (let after = await read(null); after !== null; ) after = await read(after);
  return { documents, pages };
};

/** In which tables of a database a word is, in any column of any type. */
export const tablesWith = async (database: Database, word: string): Promise<readonly string[]> => {
  const tables = await database.query<{ name: string }>({
    text: `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  });
  const hex = Buffer.from(word).toString('hex');
  const found = await database.query<{ name: string }>({
    text: tables
      .map(
        ({ name }) =>
          `SELECT '${name}' AS name FROM "${name}" AS row WHERE row::text ILIKE ANY (ARRAY['%${word}%', '%${hex}%']) GROUP BY 1`,
      )
      .join(' UNION ALL '),
  });
  return found.map(({ name }) => name);
};

/** Lets the time pass that caches may show a name for, for these users. */
export const passCacheTime = (database: Database, userIds: readonly string[]): Promise<readonly object[]> =>
  database.query({
    text: `UPDATE erasure SET profile_gone_at = profile_gone_at - $2 * interval '1 millisecond' WHERE user_id = ANY ($1) AND step = 'WAIT'`,
    values: [userIds, PROFILE_SHOWN_MS_MAX],
  });

/** An erasure as the graph shows it. */
export interface ErasureShown {
  readonly requestedAt: string;
  readonly erasedCount: number;
  readonly completedAt: string | null;
}

/** How somebody's erasure stands. */
export const erasureOf = async (on: RunningSubgraph, as: Identity, id: string): Promise<ErasureShown | null> =>
  (
    await askData<{ _entities: [{ erasure: ErasureShown | null }] }>(on, {
      as,
      query: `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { erasure { requestedAt erasedCount completedAt } } } }`,
      variables: { id },
    })
  )._entities[0].erasure;
