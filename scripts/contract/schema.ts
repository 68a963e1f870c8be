import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SUBGRAPH_NAMES, type SubgraphName } from '#platform/subgraph/transport.ts';

/** The repository's root folder. */
export const ROOT_FOLDER = fileURLToPath(new URL('../../', import.meta.url));

/** The SDL of one subgraph, as it is served and composed: the common definitions, then its own. */
export const readSubgraphSdl = (name: SubgraphName, rootFolder: string = ROOT_FOLDER): string =>
  [readFileSync(join(rootFolder, 'schema', 'common.graphql'), 'utf8'), readOwnSdl(name, rootFolder)].join('\n');

/** The SDL of one subgraph without the common definitions. */
export const readOwnSdl = (name: SubgraphName, rootFolder: string = ROOT_FOLDER): string =>
  readFileSync(join(rootFolder, 'schema', `${name}.graphql`), 'utf8');

/** The SDL of all subgraphs, by name. */
export const readAllSubgraphSdl = (rootFolder: string = ROOT_FOLDER): ReadonlyMap<SubgraphName, string> =>
  new Map(SUBGRAPH_NAMES.map((name) => [name, readSubgraphSdl(name, rootFolder)]));
